from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.exit_codes import ExitCode, for_verdict
from checker.traces.document import parse
from checker.traces.json_form import from_node
from checker.traces.trace import Attempt, Trace
from checker.verdicts import (
    Bounded,
    Exhausted,
    ExhaustedWithin,
    Proved,
    RequirementError,
    Result,
    Sampled,
    Statistics,
    Truncated,
    Unknown,
    Untested,
    Verdict,
    Violated,
    describe,
    satisfies,
    to_json,
)
from tests.unit.traces.samples import LOG, PAXOS

SCOPE = PAXOS.scope
INITIAL = Trace("m:M", (), (), (), PAXOS.initial, ())
FAILING = Trace("m:M", (), (), (), PAXOS.initial, (), attempt=Attempt("accept", (("a", "Acceptor1"),)))
MESSAGE = "model/lease.py:42: division by zero; guard it with require"
VERDICTS: list[tuple[Verdict, ExitCode]] = [
    (Proved("induction over 3 invariants"), ExitCode.OK),
    (Exhausted(SCOPE), ExitCode.OK),
    (Exhausted(()), ExitCode.OK),
    (ExhaustedWithin(("short_log", "few_terms"), SCOPE), ExitCode.OK),
    (Bounded(12), ExitCode.OK),
    (Sampled(100_000), ExitCode.OK),
    (Truncated("interrupted"), ExitCode.INCONCLUSIVE),
    (Truncated("time"), ExitCode.INCONCLUSIVE),
    (Truncated("memory"), ExitCode.INCONCLUSIVE),
    (Truncated("states"), ExitCode.INCONCLUSIVE),
    (Truncated("depth"), ExitCode.INCONCLUSIVE),
    (Truncated("disk"), ExitCode.INCONCLUSIVE),
    (Unknown("the solver gave up after 60 s"), ExitCode.INCONCLUSIVE),
    (Violated("agreement", "invariant", PAXOS), ExitCode.INVARIANT),
    (Violated("agreement", "invariant", INITIAL), ExitCode.INVARIANT),
    (Violated("never_shrinks", "step_invariant", LOG), ExitCode.STEP_INVARIANT),
    (Violated(None, "deadlock", LOG), ExitCode.DEADLOCK),
    (Violated("lease_positive", "assumption", INITIAL), ExitCode.ASSUMPTION),
    (Violated(None, "evaluation", FAILING, MESSAGE, "action"), ExitCode.EVALUATION_OF_ACTION),
    (Violated("durable", "evaluation", LOG, MESSAGE, "invariant"), ExitCode.EVALUATION_OF_INVARIANT),
    (Violated("grows", "evaluation", LOG, None, "step_invariant"), ExitCode.EVALUATION_OF_STEP_INVARIANT),
]


@pytest.mark.parametrize(("verdict", "code"), VERDICTS)
def test_exit_codes(verdict: Verdict, code: ExitCode) -> None:
    assert for_verdict(verdict) is code


def test_descriptions(golden: Callable[[str, str], None]) -> None:
    sentences = [describe(verdict) for verdict, _ in VERDICTS]
    assert len(set(sentences)) == len(sentences)
    golden("verdicts.txt", "".join(f"{verdict.name}: {describe(verdict)}\n" for verdict, _ in VERDICTS))


def test_the_numbers_of_the_exit_codes(golden: Callable[[str, str], None]) -> None:
    assert ExitCode(12) is ExitCode.INVARIANT
    golden("exit_codes.txt", "".join(f"{code.value:3} {code.name}: {code.meaning}\n" for code in ExitCode))


SATISFIED = {
    "proved": [Proved("x")],
    "exhausted": [Proved("x"), Exhausted(SCOPE)],
    "exhausted_within(a)": [Proved("x"), Exhausted(SCOPE), ExhaustedWithin(("a",), SCOPE)],
    "exhausted_within(b)": [Proved("x"), Exhausted(SCOPE)],
    " exhausted_within( b ,a )": [
        Proved("x"),
        Exhausted(SCOPE),
        ExhaustedWithin(("a",), SCOPE),
        ExhaustedWithin(("a", "b"), SCOPE),
    ],
    "bounded(12)": [Proved("x"), Exhausted(SCOPE), Bounded(12), Bounded(13)],
    "bounded(13)": [Proved("x"), Exhausted(SCOPE), Bounded(13)],
    "sampled(10)": [Proved("x"), Exhausted(SCOPE), Sampled(10)],
    "sampled(11)": [Proved("x"), Exhausted(SCOPE)],
}


@pytest.mark.parametrize("required", SATISFIED)
def test_what_satisfies_a_requirement(required: str) -> None:
    verdicts: list[Verdict] = [
        Proved("x"),
        Exhausted(SCOPE),
        ExhaustedWithin(("a",), SCOPE),
        ExhaustedWithin(("a", "b"), SCOPE),
        Bounded(12),
        Bounded(13),
        Sampled(10),
        Truncated("time"),
        Unknown("x"),
        Violated("p", "invariant", PAXOS),
    ]
    assert [verdict for verdict in verdicts if satisfies(verdict, required)] == SATISFIED[required]


@pytest.mark.parametrize(
    "required",
    [
        "",
        "truncated",
        "unknown",
        "violated",
        "Exhausted",
        "exhausted()",
        "exhausted_within",
        "exhausted_within()",
        "exhausted_within(a,)",
        "bounded",
        "bounded(0)",
        "bounded(-1)",
        "bounded(x)",
        "sampled(1.5)",
        "proved(z3)",
    ],
)
def test_no_other_requirement_is_accepted(required: str) -> None:
    with pytest.raises(RequirementError, match="is not a requirement; write proved, exhausted"):
        satisfies(Proved("x"), required)


def test_constructors_refuse_what_makes_no_sense() -> None:
    with pytest.raises(AssertionError, match="pruned"):
        ExhaustedWithin((), SCOPE)
    with pytest.raises(AssertionError, match="say of what"):
        Violated("p", "evaluation", PAXOS)
    with pytest.raises(AssertionError, match="say of what"):
        Violated("p", "invariant", PAXOS, evaluating="action")


COUNTS = Statistics(3_921, 23_467, 17, 0.25, 48.0, (("prepare", 10), ("promise", 0)), (1, 2, 3))


def test_a_result_as_json(golden: Callable[[str, str], None]) -> None:
    result = Result(
        Violated("agreement", "invariant", PAXOS),
        COUNTS,
        never_fired=("promise",),
        covers=(("chosen", True), ("two_ballots", False)),
        untested=(Untested("agreement", "model/paxos.py", 80, "self.chosen(v)"),),
        pruned=(("short_log", 4),),
    )
    golden("result.json", to_json(result))
    document: dict[str, Any] = json.loads(to_json(result))
    assert from_node(parse(json.dumps(document["trace"]), "the result")) == PAXOS


@pytest.mark.parametrize(("verdict", "code"), VERDICTS)
def test_every_result_has_the_keys_and_its_limits(verdict: Verdict, code: ExitCode) -> None:
    document: dict[str, Any] = json.loads(to_json(Result(verdict, COUNTS)))
    assert list(document) == [
        "format",
        "version",
        "verdict",
        "limits",
        "property",
        "message",
        "distinct",
        "generated",
        "depth",
        "seconds",
        "bytes_per_state",
        "actions",
        "levels",
        "never_fired",
        "covers",
        "untested",
        "pruned",
        "engine",
        "symmetry",
        "notes",
        "stopped",
        "cached",
        "sampling",
        "refinements",
        "trace",
    ]
    assert document["verdict"] == verdict.name
    assert document["limits"]
    assert (document["trace"] is None) == (not isinstance(verdict, Violated))
    assert code == ExitCode.OK or document["message"]


def test_the_types_of_verdicts_are_defined_once() -> None:
    source = Path(__file__).parents[2] / "checker"
    holders = [
        path.name for path in source.rglob("*.py") if "class Exhausted" in path.read_text(encoding="utf-8")
    ]
    assert holders == ["verdicts.py"]
