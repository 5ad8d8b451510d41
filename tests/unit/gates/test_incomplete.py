"""Every verdict against every requirement: less than what is required never passes, and says so."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.exit_codes import ExitCode
from checker.gates.check import Check, Expect, Origin
from checker.gates.outcome import judge
from checker.verdicts import (
    Bounded,
    Exhausted,
    ExhaustedWithin,
    Proved,
    Requirement,
    Result,
    Sampled,
    Statistics,
    Truncated,
    Unknown,
    Verdict,
    Violated,
    Why,
)
from tests.unit.traces.samples import PAXOS

COUNTS = Statistics(10, 40, 5, 0.25, 120.0, (("prepare", 30), ("accept", 9)), (1, 2, 3, 3, 1))
CHECK = Check("one", "model.paxos:Paxos", Origin("specs/paxos.toml", Path()))

NOTHING: list[Verdict] = [
    *[Truncated(why) for why in get_args(Why)],
    Unknown("the solver gave up"),
    Sampled(0),
]
VIOLATIONS: list[Verdict] = [
    Violated("agreement", "invariant", PAXOS),
    Violated("agreement", "step_invariant", PAXOS),
    Violated(None, "deadlock", PAXOS),
    Violated("fits", "assumption", PAXOS),
    Violated(None, "evaluation", PAXOS, "m.py:1: x", "action"),
]
REQUIREMENTS = [
    "proved",
    "exhausted",
    "exhausted_within(a)",
    "exhausted_within(a, b)",
    "bounded(5)",
    "sampled(5)",
]

MEETS: dict[str, tuple[Verdict, ...]] = {
    "proved": (Proved("induction"),),
    "exhausted": (Proved("induction"), Exhausted(())),
    "exhausted_within(a)": (Proved("induction"), Exhausted(()), ExhaustedWithin(("a",), ())),
    "exhausted_within(a, b)": (
        Proved("induction"),
        Exhausted(()),
        *[ExhaustedWithin(names, ()) for names in (("a",), ("b",), ("a", "b"))],
    ),
    "bounded(5)": (Proved("induction"), Exhausted(()), Bounded(5), Bounded(6)),
    "sampled(5)": (Proved("induction"), Exhausted(()), Sampled(5), Sampled(6)),
}
SOMETHING: list[Verdict] = [
    Proved("induction"),
    Exhausted(()),
    *[ExhaustedWithin(names, ()) for names in (("a",), ("b",), ("a", "b"), ("c",), ("a", "c"))],
    *[Bounded(steps) for steps in (4, 5, 6)],
    *[Sampled(walks) for walks in (1, 4, 5, 6)],
]


def named(part: object) -> str:
    """A case in one word: traces are long, and are printed with addresses."""
    return f"{part.kind} violated" if isinstance(part, Violated) else str(part)


@pytest.mark.parametrize(
    ("required", "verdict"), list(product(REQUIREMENTS, [*SOMETHING, *NOTHING, *VIOLATIONS])), ids=named
)
def test_only_what_promises_as_much_passes(required: str, verdict: Verdict) -> None:
    check = replace(CHECK, requirement=Requirement.parse(required))
    outcome = judge(check, Result(verdict, COUNTS))
    assert outcome.passed == (verdict in MEETS[required])
    if outcome.passed:
        assert outcome.exit_code is ExitCode.OK
    elif isinstance(verdict, Violated):
        assert outcome.status == "fail"
        assert outcome.exit_code not in (ExitCode.OK, ExitCode.INCONCLUSIVE)
    else:
        assert (outcome.status, outcome.exit_code) == ("incomplete", ExitCode.INCONCLUSIVE)
        assert required in outcome.reason


@pytest.mark.parametrize("verdict", NOTHING, ids=str)
def test_what_knows_nothing_passes_nowhere(verdict: Verdict) -> None:
    """Not without a requirement, and not as a negative control either."""
    for check in (CHECK, replace(CHECK, expect=Expect("agreement", 5))):
        outcome = judge(check, Result(verdict, COUNTS))
        assert not outcome.passed
        assert outcome.exit_code in (ExitCode.INCONCLUSIVE, ExitCode.NEGATIVE_CONTROL)


@pytest.mark.parametrize("verdict", SOMETHING, ids=str)
def test_a_control_that_nothing_violates_fails(verdict: Verdict) -> None:
    outcome = judge(replace(CHECK, expect=Expect("agreement")), Result(verdict, COUNTS))
    assert (outcome.status, outcome.exit_code) == ("fail", ExitCode.NEGATIVE_CONTROL)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(1, 40), st.booleans())
def test_numbers_are_compared_as_numbers(known: int, wanted: int, walks: int, sampled: bool) -> None:
    verdict: Verdict = Sampled(walks) if sampled else Bounded(known)
    name = "sampled" if sampled else "bounded"
    check = replace(CHECK, requirement=Requirement.parse(f"{name}({wanted})"))
    assert judge(check, Result(verdict, COUNTS)).passed == ((walks if sampled else known) >= wanted)
