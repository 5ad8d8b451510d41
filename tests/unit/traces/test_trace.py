from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple
from checker.traces.trace import Trace, changes
from tests.strategies.traces import plain_values, traces
from tests.unit.traces.samples import LOG, PAXOS, entry, record


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (1, 2, ["x: 1 -> 2"]),
        (None, "Ballot1", ["x: None -> Ballot1"]),
        (frozenset({1, 2}), frozenset({2, 3, 4}), ["x: removed 1", "x: added 3, 4"]),
        (
            frozenset[str](),
            frozenset([f"A{n}" for n in range(12, 0, -1)]),
            ["x: added " + ", ".join([f"A{n}" for n in range(1, 13)])],
        ),
        ((1,), (1, 2, 3), ["x: appended 2, 3"]),
        ((1, 2, 3), (1,), ["x: truncated 2, 3"]),
        ((1, 2, 3), (1, 4), ["x: truncated 2, 3", "x: appended 4"]),
        ((1, 2), (1, 3), ["x[1]: 2 -> 3"]),
        (PlainTuple((1, 2)), PlainTuple((1, 3)), ["x[1]: 2 -> 3"]),
        (PlainTuple((1,)), PlainTuple((1, 3)), ["x: (1,) -> (1, 3)"]),
        (record("R", a=1, b=2), record("R", a=1, b=3), ["x.b: 2 -> 3"]),
        (record("R", a=1), record("Q", a=1), ["x: R(a=1) -> Q(a=1)"]),
        (
            PlainMap.of([("A1", 1), ("A2", 2)]),
            PlainMap.of([("A1", 3)]),
            ["x[A1]: 1 -> 3", "x[A2]: removed 2"],
        ),
        (PlainMap(()), PlainMap.of([("A1", ())]), ["x[A1]: added []"]),
        (PlainBag.of([("A1", 1), ("A2", 1)]), PlainBag.of([("A1", 2)]), ["x[A1]: 1 -> 2", "x[A2]: 1 -> 0"]),
        (
            PlainMap.of([("N1", (entry(1),))]),
            PlainMap.of([("N1", (entry(2),))]),
            ["x[N1][0].term: Term1 -> Term2"],
        ),
    ],
)
def test_changes(old: Plain, new: Plain, text: list[str]) -> None:
    assert [str(change) for change in changes((("x", old),), (("x", new),))] == text


@given(plain_values(), plain_values())
def test_a_state_differs_exactly_if_it_has_changes(old: Plain, new: Plain) -> None:
    found = changes((("x", old),), (("x", new),))
    assert bool(found) == (old != new)
    assert [str(change) for change in found] == [
        str(change) for change in changes((("x", old),), (("x", new),))
    ]


@given(traces())
def test_changes_name_exactly_the_variables_that_differ(trace: Trace) -> None:
    for before, after in zip(trace.states, trace.states[1:], strict=False):
        differing = {name for (name, a), (_, b) in zip(before, after, strict=True) if a != b}
        assert {change.variable for change in changes(before, after)} == differing


@pytest.mark.parametrize(("name", "trace"), [("paxos", PAXOS), ("log", LOG)])
def test_what_each_step_changes(name: str, trace: Trace, golden: Callable[[str, str], None]) -> None:
    lines: list[str] = []
    for before, step in zip(trace.states, trace.steps, strict=False):
        lines += [step.call, *[f"    {change}" for change in changes(before, step.state)]]
    golden(f"traces/{name}.changes.txt", "\n".join(lines) + "\n")


def test_a_trace_is_consistent() -> None:
    assert len(PAXOS.steps) == 5
    assert len(PAXOS.states) == 6
    assert PAXOS.variables == ("promised", "vote", "network")
    with pytest.raises(AssertionError, match="returns to a state"):
        Trace("m:M", (), (), (), PAXOS.initial, (), loop=1)
    with pytest.raises(AssertionError, match="one list of variables"):
        Trace("m:M", (), (), (), PAXOS.initial, LOG.steps)
    with pytest.raises(AssertionError, match="has a name"):
        PlainRecord("", ())
