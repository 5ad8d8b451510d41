from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest
from hypothesis import given

from checker.traces.document import Json
from checker.traces.json_form import from_json, to_json, value_to_object
from checker.traces.plain import Plain, plain_key
from checker.traces.trace import Attempt, Trace
from tests.strategies.traces import traces
from tests.unit.traces.samples import LOG, PAXOS


@given(traces())
def test_round_trip(trace: Trace) -> None:
    text = to_json(trace)
    again = from_json(text)
    assert again == trace
    assert to_json(again) == text
    for (_, value), (_, value_again) in zip(trace.initial.state, again.initial.state, strict=True):
        assert plain_key(value) == plain_key(value_again)  # == alone takes True for 1
    assert from_json(text.encode()) == trace


@pytest.mark.parametrize(("name", "trace"), [("paxos", PAXOS), ("log", LOG)])
def test_golden(name: str, trace: Trace, golden: Callable[[str, str], None]) -> None:
    golden(f"traces/{name}.trace.json", to_json(trace))


def test_optional_parts() -> None:
    trace = dataclasses.replace(
        PAXOS, property=None, loop=2, attempt=Attempt("accept", (("a", "Acceptor1"),), "model/paxos.py", 67)
    )
    assert from_json(to_json(trace)) == trace
    document = json.loads(to_json(PAXOS))
    del document["attempt"]
    del document["initial"]["file"]
    assert from_json(json.dumps(document)).initial.file is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2**53 - 1, 2**53 - 1),
        (2**53, {"int": "9007199254740992"}),
        (1 - 2**53, 1 - 2**53),
        (-(2**53), {"int": "-9007199254740992"}),
        (True, True),
        (frozenset({"A10", "A9"}), {"set": ["A9", "A10"]}),
    ],
)
def test_values_that_other_readers_could_change(value: Plain, written: Json) -> None:
    assert value_to_object(value) == written
