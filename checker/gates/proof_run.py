"""Runs the proofs of a spec: loads the model, asks the solver, judges what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from checker.engines.request import Request
from checker.engines.smt import z3_library
from checker.engines.smt.bounded import search
from checker.engines.smt.induction import Induction, induct
from checker.engines.smt.k_induction import k_induct
from checker.engines.smt.obligations import Kind
from checker.engines.smt.system import broken_before
from checker.engines.smt.unbounded import Memory, Unbounded, prove_unbounded
from checker.exit_codes import ExitCode
from checker.gates.check import Prove, Refusal
from checker.gates.names import wrong_lemmas
from checker.gates.outcome import Outcome, violated_name
from checker.gates.outcome_report import what_was_run
from checker.gates.problems import GateError, SpecError
from checker.gates.proof import Never, ProofVerdict, Proven
from checker.gates.proof_judgement import judge_proof
from checker.gates.proof_report import (
    bounded_report,
    bounded_sentence,
    bounded_to_object,
    induction_report,
    induction_sentence,
    induction_to_object,
)
from checker.gates.proof_report_steps import steps_report, steps_sentence, steps_to_object
from checker.gates.proof_report_unbounded import unbounded_report, unbounded_sentence, unbounded_to_object
from checker.gates.run import load_target, not_runnable, refusing, request_of
from checker.gates.solving import solving
from checker.report.lines import Line, plain
from checker.verdicts import describe

Solve: TypeAlias = Callable[[Prove, Request], Proven]


def run_proof(prove: Prove, solve: Solve) -> Outcome:
    """One proof. What is wrong with it, or with its model, is part of the outcome."""
    check = prove.check
    try:
        request = prove_request(prove)
        with refusing(check), solving():
            return judge_proof(prove, solve(prove, request))
    except GateError as error:
        return replace(not_runnable(check, error), about="proof")


def run_proofs(proves: Sequence[Prove], solve: Solve, *, interrupted: bool = False) -> Iterator[Outcome]:
    """Proofs one after the other, as they are asked for; none after an interruption."""
    for prove in proves:
        if interrupted:
            reason = "The gate was interrupted before this proof."
            yield Outcome(prove.check, None, "not run", reason, ExitCode.INCONCLUSIVE, about="proof")
        else:
            yield run_proof(prove, solve)


def prove_request(prove: Prove) -> Request:
    """What a proof asks of the engine. Raises GateError."""
    model = load_target(prove.check)
    if problems := wrong_lemmas(prove, model):
        raise SpecError(problems)
    return replace(request_of(prove.check, model), lemmas=prove.lemmas)


# ------------------------------------------------------------------ answers


def solved(prove: Prove, request: Request, memory: Memory | None = None) -> Proven:
    """What the solver says.

    Args:
        prove: the proof.
        request: what it asks of the engine.
        memory: queries that were proved before.

    Raises:
        NotYetSmt, NoSolver, and what `System` raises.
    """
    broken = broken_before(request)
    if broken is not None:
        refused = (Refusal(broken.property or broken.kind),)
        return Proven("violated", describe(broken), refused, (), "", (), 0.0, z3_library.version())
    match prove.mode:
        case "induction" if prove.steps is not None:
            return _of_steps(prove, request, prove.steps)
        case "induction":
            answer = induct(request, query_seconds=prove.seconds)
            return _of_induction(prove, request, answer)
        case "unbounded":
            seeds = tuple(range(prove.seeds))
            proof = prove_unbounded(request, query_seconds=prove.seconds, seeds=seeds, memory=memory)
            return _of_unbounded(prove, request, proof)
        case "bounded":
            return _of_bounded(prove, request)


def _of_induction(prove: Prove, request: Request, answer: Induction) -> Proven:
    verdict: ProofVerdict = "not_inductive" if answer.refused else "unknown" if answer.open else "inductive"
    return Proven(
        verdict,
        induction_sentence(answer, request),
        tuple(_refusals(answer)),
        tuple(_never(answer)),
        f"{_lemmas(answer)}, {len(answer.settled)} queries",
        _text(induction_report(answer, request, what_was_run(prove.check))),
        answer.seconds,
        answer.solver,
        induction_to_object(answer),
    )


def _of_steps(prove: Prove, request: Request, steps: int) -> Proven:
    answer = k_induct(request, steps, query_seconds=prove.seconds)
    verdict: ProofVerdict = "inductive" if answer.holds else "unknown"
    refused: tuple[Refusal, ...] = ()
    if answer.broken is not None:
        verdict = "violated" if answer.broken.is_reached else "not_inductive"
        refused = tuple([Refusal(name, answer.broken.action) for name in answer.broken.names])
    return Proven(
        verdict,
        steps_sentence(answer, request),
        refused,
        (),
        f"over {steps} steps",
        _text(steps_report(answer, request, what_was_run(prove.check))),
        answer.seconds[2],
        answer.solver,
        steps_to_object(answer),
    )


def _refusals(answer: Induction) -> Iterator[Refusal]:
    for one in answer.refused:
        action = one.obligation.action
        about_action = one.obligation.kind is Kind.DEFINED
        yield Refusal(one.obligation.subject, None if action is None or about_action else action.name)


def _never(answer: Induction) -> Iterator[Never]:
    for one in answer.vacuous:
        span = one.obligation.span
        yield Never(one.obligation.subject, one.obligation.text, f"{span.file}:{span.line}")


def _lemmas(answer: Induction) -> str:
    count = len(answer.asked.lemmas)
    return f"{count} lemma{'' if count == 1 else 's'}"


def _of_unbounded(prove: Prove, request: Request, answer: Unbounded) -> Proven:
    finite = _of_induction(prove, request, answer.finite)
    if answer.asked is None:
        return replace(finite, seconds=answer.seconds)
    verdict: ProofVerdict = "unknown" if answer.open else "fragile" if answer.fragile else "proved"
    seeds = "seed 0" if len(answer.seeds) == 1 else f"seeds 0 to {answer.seeds[-1]}"
    return Proven(
        verdict,
        unbounded_sentence(answer, request),
        (),
        finite.never,
        f"{_lemmas(answer.finite)}, {len(answer.tried)} queries, {seeds}",
        _text(unbounded_report(answer, request, what_was_run(prove.check))),
        answer.seconds,
        answer.solver,
        unbounded_to_object(answer),
    )


def _of_bounded(prove: Prove, request: Request) -> Proven:
    assert prove.steps is not None, "a bounded search has a length"
    answer = search(request, prove.steps, prove.seconds)
    verdict: ProofVerdict = "unknown" if answer.unknown is not None else "bounded"
    refused: tuple[Refusal, ...] = ()
    if answer.violated is not None:
        steps = answer.violated.trace.steps
        verdict = "violated"
        refused = (Refusal(violated_name(answer.violated), steps[-1].action if steps else None),)
    return Proven(
        verdict,
        bounded_sentence(answer, request),
        refused,
        (),
        f"at most {prove.steps} steps",
        _text(bounded_report(answer, request, what_was_run(prove.check))),
        answer.seconds,
        answer.solver,
        bounded_to_object(answer),
    )


def _text(lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(plain(lines).rstrip("\n").split("\n"))
