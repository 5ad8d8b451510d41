"""The published schemas say what is printed: all of it is allowed, and each key of it is described."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from checker.exit_codes import ExitCode
from checker.gates.check import Check, Expect, Origin
from checker.gates.outcome import Outcome, judge
from checker.gates.outcome_json import checks_to_json, gate_to_json
from checker.gates.problems import Problem
from checker.traces.json_form import to_json
from checker.traces.trace import Trace
from checker.verdicts import Exhausted, Result, Statistics, Truncated, Violated
from tests.readers.schemas import FOLDER, NAMES, faults, schema
from tests.strategies.traces import traces
from tests.unit.traces.samples import LOG, PAXOS

COUNTS = Statistics(10, 40, 5, 0.25, 120.0, (("prepare", 30), ("accept", 9)), (1, 2, 3, 3, 1))
CHECK = Check("one", "model.paxos:Paxos", Origin("specs/paxos.toml", Path()), scope={"Acceptor": 3})
OUTCOMES = [
    judge(CHECK, Result(Exhausted((("Acceptor", 3),)), COUNTS)),
    judge(CHECK, Result(Truncated("time"), COUNTS)),
    judge(
        replace(CHECK, mutant="m:M", expect=Expect("agreement", 5)),
        Result(Violated("agreement", "invariant", PAXOS), COUNTS),
    ),
    Outcome(CHECK, None, "error", "no", ExitCode.CONFIGURATION, (Problem("a:1", "b", "c", "d"),)),
    Outcome(CHECK, None, "incomplete", "no", ExitCode.INCONCLUSIVE, about="spec"),
]


def test_every_format_has_a_schema() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(
        f"lockstep-{name}.schema.json" for name in NAMES
    )


def test_what_check_and_gate_print_is_allowed() -> None:
    for outcome in OUTCOMES:
        assert faults("result", json.loads(checks_to_json([outcome]))) == []
    assert faults("gate", json.loads(gate_to_json(OUTCOMES))) == []


def test_every_key_is_described() -> None:
    document = json.loads(checks_to_json(OUTCOMES))
    assert set(document) == set(schema("result")["properties"])
    assert set(document["checks"][0]) == set(schema("result")["properties"]["checks"]["items"]["properties"])
    assert set(json.loads(gate_to_json(OUTCOMES))) == set(schema("gate")["properties"])
    assert set(json.loads(to_json(LOG))) == set(schema("trace")["properties"])


@given(traces())
def test_any_trace_is_allowed(trace: Trace) -> None:
    assert faults("trace", json.loads(to_json(trace))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"status": "passed"},
        {"exit_code": "12"},
        {"covers": {"chosen": 1}},
        {"trace": {"format": "lockstep-trace"}},
        {"verdict": "fine"},
    ],
)
def test_a_schema_refuses_what_is_wrong(change: dict[str, Any]) -> None:
    document = json.loads(checks_to_json(OUTCOMES[:1]))
    assert faults("result", {**document, **change}) != []
    del document["reason"]
    assert faults("result", document) != []
