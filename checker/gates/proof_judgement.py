"""Whether what a solver found out is what a spec requires."""

from __future__ import annotations

from checker.exit_codes import ExitCode
from checker.gates.check import ProofMode, Prove, Refusal
from checker.gates.outcome import Outcome, Status
from checker.gates.problems import Problem
from checker.gates.proof import ProofVerdict, Proven

_WANTED: dict[ProofMode, ProofVerdict] = {
    "induction": "inductive",
    "unbounded": "proved",
    "bounded": "bounded",
}


def judge_proof(prove: Prove, proven: Proven) -> Outcome:
    """Whether the answer is what the spec requires."""
    problems: tuple[Problem, ...] = ()
    if prove.expect is not None:
        status, reason, code = _control(prove.expect, proven)
    elif proven.verdict in ("not_inductive", "violated"):
        code = ExitCode.NOT_INDUCTIVE if proven.verdict == "not_inductive" else ExitCode.INVARIANT
        status, reason = "fail", proven.sentence
    elif proven.verdict != _WANTED[prove.mode]:
        status, reason, code = "incomplete", proven.sentence, ExitCode.UNDECIDED
    elif problems := tuple(_never(prove, proven)):
        facts = "; ".join([one.fact for one in problems])
        status, reason, code = "fail", f"The proof speaks of too little: {facts}.", ExitCode.VACUOUS
    else:
        status, reason, code = "pass", proven.sentence, ExitCode.OK
    return Outcome(prove.check, None, status, reason, code, problems, about="proof", proof=proven)


def _control(expect: Refusal, proven: Proven) -> tuple[Status, str, ExitCode]:
    wanted = f"This must refuse {shown(expect)}"
    if any(one.refused == expect.refused and expect.after in (None, one.after) for one in proven.refused):
        return "pass", f"It refuses {shown(expect)}, as it must.", ExitCode.OK
    if proven.verdict in ("fragile", "unknown"):
        return "incomplete", f"{wanted}. {proven.sentence}", ExitCode.UNDECIDED
    instead = f" What is refused: {', '.join(map(shown, proven.refused))}." if proven.refused else ""
    return "fail", f"{wanted}. Instead: {proven.sentence}{instead}", ExitCode.NEGATIVE_CONTROL


def shown(refusal: Refusal) -> str:
    """`safe_at after propose`."""
    return refusal.refused if refusal.after is None else f"{refusal.refused} after {refusal.after}"


def _never(prove: Prove, proven: Proven) -> list[Problem]:
    accept = prove.check.accept
    found: list[Problem] = []
    for one in proven.never:
        key, accepted = ("untested", accept.untested) if one.text else ("never_fired", accept.never_fired)
        if one.name in accepted:
            continue
        what = f"{one.text} is true of" if one.text else f"the action {one.name} is enabled in"
        fact = f"{what} no state in which all lemmas hold ({one.place})"
        fix = f'if it is meant to be so, the proof can say it: accept.{key} = ["{one.name}"]'
        found.append(Problem(prove.check.origin.place("accept", key), fact, fix, f"accept.{key}"))
    return found
