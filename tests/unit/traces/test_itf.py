from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from checker.traces.itf import ACTION, PICKS, from_itf, to_itf
from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, plain_key, show
from checker.traces.trace import Trace
from tests.strategies.traces import names, traces
from tests.unit.traces.samples import LOG, PAXOS

itf_py: Any = importlib.import_module("itf_py")  # it has no annotations
FOREIGN = Path(__file__).parent / "foreign"
MESSAGES = ["Prepare", "Promise", "Accept", "Accepted"]


@given(traces(), st.none() | st.lists(names()))
def test_round_trip(trace: Trace, unions: list[str] | None) -> None:
    again = from_itf(to_itf(trace, unions))
    assert again == trace
    assert to_itf(again, unions) == to_itf(trace, unions)
    for (_, value), (_, value_again) in zip(trace.initial.state, again.initial.state, strict=True):
        assert plain_key(value) == plain_key(value_again)  # == alone takes True for 1


@pytest.mark.parametrize(("name", "trace", "unions"), [("paxos", PAXOS, MESSAGES), ("log", LOG, None)])
def test_golden(
    name: str, trace: Trace, unions: list[str] | None, golden: Callable[[str, str], None]
) -> None:
    golden(f"traces/{name}.itf.json", to_itf(trace, unions))


class Merged(Exception):
    """The other reader compares records as tuples, without names, so a set may lose elements."""


def loose(value: Plain) -> object:
    """What the other reader's value is equal to."""
    match value:
        case None:
            return ("U_OF_UNIT",)
        case tuple():
            return ("a sequence", *[loose(item) for item in value])
        case PlainTuple():
            return tuple([loose(item) for item in value.items])
        case PlainRecord():
            return tuple([loose(item) for _, item in value.fields])
        case frozenset():
            return ("a set", all_distinct([loose(item) for item in value]))
        case PlainMap() | PlainBag():
            items = [(loose(key), loose(item)) for key, item in value.items]
            all_distinct([key for key, _ in items])
            return ("a map", frozenset(items))
        case _:
            return value


def all_distinct(values: list[object]) -> frozenset[object]:
    if len(frozenset(values)) != len(values):
        raise Merged
    return frozenset(values)


def same(value: Plain, read: Any) -> bool:
    """Whether the other reader read this value: kinds, names and contents."""
    kind = type(read).__name__
    match value:
        case None:
            return kind == "Nothing" and bool(read._asdict() == {"value": "U_OF_UNIT"})
        case bool() | int() | str():
            return type(read) is type(value) and bool(read == value)
        case tuple():
            return kind == "ImmutableList" and all_same(value, read)
        case PlainTuple():
            return kind == "tuple" and all_same(value.items, read)
        case PlainRecord():
            if not hasattr(read, "_asdict"):
                return False
            fields: dict[str, Any] = read._asdict()
            named = kind == (value.name if hasattr(read, "_itf_variant") else "Rec")
            parts = tuple([item for _, item in value.fields])
            return named and list(fields) == [name for name, _ in value.fields] and all_same(parts, read)
        case frozenset():
            found = kind == "frozenset" and len(read) == len(value)
            return found and all(any(same(item, other) for other in read) for item in value)
        case PlainMap() | PlainBag():
            found = kind == "ImmutableDict" and len(read) == len(value.items)
            return found and all(
                any(same(key, other) and same(item, read[other]) for other in read)
                for key, item in value.items
            )


def all_same(values: tuple[Plain, ...], read: Any) -> bool:
    return len(values) == len(read) and all(same(a, b) for a, b in zip(values, read, strict=True))


@given(traces(), st.none() | st.lists(names()))
def test_another_reader_finds_equal_values(trace: Trace, unions: list[str] | None) -> None:
    check_with_another_reader(trace, unions)


@pytest.mark.parametrize("trace", [PAXOS, LOG])
@pytest.mark.parametrize("unions", [None, (), MESSAGES])
def test_another_reader_finds_equal_values_of_samples(trace: Trace, unions: list[str] | None) -> None:
    check_with_another_reader(trace, unions)


def check_with_another_reader(trace: Trace, unions: list[str] | None) -> None:
    steps = (trace.initial, *trace.steps)
    try:
        for step in steps:
            for _, value in (*step.state, *step.arguments):
                loose(value)
    except Merged:
        reject()
    read = itf_py.trace_from_json(json.loads(to_itf(trace, unions)))
    assert read.vars == [ACTION, PICKS, *trace.variables]
    assert read.loop == trace.loop
    assert read.meta["source"] == trace.model
    assert [state.meta["index"] for state in read.states] == list(range(len(steps)))
    for step, state in zip(steps, read.states, strict=True):
        assert list(state.values) == read.vars
        assert state.values[ACTION] == step.action
        assert same(PlainRecord("Picks", step.arguments), state.values[PICKS])
        for name, value in step.state:
            assert same(value, state.values[name]), f"{name}: {show(value)} was read as {state.values[name]}"


def test_the_comparison_notices_differences() -> None:
    read = itf_py.value_from_json({"#map": [["A1", {"#bigint": "1"}]]})
    assert same(PlainMap.of([("A1", 1)]), read)
    assert not same(PlainMap.of([("A1", True)]), read)
    assert not same(PlainMap.of([("A2", 1)]), read)
    assert not same(PlainRecord("V", (("a", 1),)), itf_py.value_from_json({"tag": "W", "value": {"a": 1}}))


def test_reads_apalache() -> None:
    trace = from_itf((FOREIGN / "apalache.itf.json").read_bytes(), "apalache.itf.json")
    assert trace.model == "apalache.itf.json"
    assert [step.action for step in (trace.initial, *trace.steps)] == ["init", "step"]
    shown = {name: show(value) for name, value in trace.steps[0].state}
    assert list(shown) == ["opt", "msgs", "maxBal", "pair", "log", "domain", "config", "N"]
    assert shown == {
        "opt": "5",
        "msgs": '{P1a(bal=0), P1b(acc="1_OF_ACCEPTOR")}',
        "maxBal": '{"0_OF_ACCEPTOR": 0, "1_OF_ACCEPTOR": -1}',
        "pair": '(1, "1_OF_ACCEPTOR")',
        "log": "[99999999999999999999]",
        "domain": "Unserializable(text=Nat)",
        "config": "Record(size=3, name=abc)",
        "N": "3",
    }
    assert dict(trace.initial.state)["opt"] is None
    assert from_itf(to_itf(trace)) == trace


def test_reads_quint() -> None:
    trace = from_itf((FOREIGN / "quint.itf.json").read_bytes())
    assert trace.model == "bank.qnt"
    assert trace.loop == 1
    assert trace.initial.call == "init()"
    assert [step.call for step in trace.steps] == ["withdraw(account=alice, amount=7)"]
    assert show(dict(trace.steps[0].state)["last"]) == "Withdraw(amount=7)"
    assert dict(trace.initial.state)["last"] is None
    assert trace.variables == ("balances", "last")
    assert from_itf(to_itf(trace)) == trace


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"tag": "Red", "value": {"#tup": []}}, "Red()"),
        ({"tag": "Red", "value": {"tag": "UNIT", "value": {"#tup": []}}}, "Red()"),
        ({"tag": "None", "value": {"tag": "UNIT", "value": {"#tup": []}}}, "None"),
        ({"tag": "Id", "value": {"#bigint": "3"}}, "Id(value=3)"),
        ({"tag": "Some", "value": {"a": 1}}, "Record(a=1)"),
        ({"tag": "Some", "value": {"tag": "None", "value": {"#tup": []}}}, "Some(value=None)"),
        ({"tag": "Box", "value": {"tag": "Id", "value": 3}}, "Box(value=Id(value=3))"),
    ],
)
def test_variants_of_other_tools(value: object, text: str) -> None:
    trace = from_itf(json.dumps({"vars": ["x"], "states": [{"x": value}]}))
    assert show(trace.initial.state[0][1]) == text
