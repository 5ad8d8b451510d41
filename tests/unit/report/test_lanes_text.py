"""Lanes as people read them: golden drawings of traces, of other tools too; any trace can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.report.lanes_text import ASCII, UNICODE, lane_lines
from checker.report.lines import WIDTH, plain, printable_text
from checker.report.step_text import step_lines
from checker.report.truth_lines import state_truths, truth_lines
from checker.traces.itf import from_itf
from checker.traces.lanes import Arrow, plan_lanes
from checker.traces.plain import Plain, PlainMap
from checker.traces.trace import Attempt, State, Step, Trace
from checker.traces.truth import Truth
from tests.strategies.traces import traces
from tests.unit.traces.samples import LOG, PAXOS, PREPARE, record

FOREIGN = Path(__file__).parents[1] / "traces" / "foreign"

PING = record("Ping", sender="Node1", to="Node2")
LOST = record("Pong", sender="Node2", to="Node3")


def _pings(network: frozenset[Plain], seen: bool, box: tuple[Plain, ...] = ()) -> State:
    nodes = ("Node1", "Node2", "Node3")
    seens: list[tuple[Plain, Plain]] = [(one, seen and one == "Node2") for one in nodes]
    boxes: list[tuple[Plain, Plain]] = [(one, box if one == "Node3" else ()) for one in nodes]
    return (("seen", PlainMap.of(seens)), ("network", network), ("inbox", PlainMap.of(boxes)))


def _step(action: str, node: str, network: frozenset[Plain], seen: bool, box: tuple[Plain, ...] = ()) -> Step:
    return Step(action, (("n", node),), _pings(network, seen, box))


PINGS = Trace(
    model="m:Pings",
    scope=(("Node", 3),),
    params=(),
    faults=(),
    initial=Step("init", (), _pings(frozenset(), False)),
    steps=(
        _step("send", "Node1", frozenset({PING}), False),
        _step("receive", "Node2", frozenset(), True),
        _step("answer", "Node2", frozenset({LOST}), True),
        _step("post", "Node1", frozenset({LOST}), True, (PING,)),
        _step("take", "Node3", frozenset({LOST}), True),
    ),
)
WIDE = replace(
    PAXOS,
    steps=tuple(
        [replace(PAXOS.steps[1], arguments=(("a", f"Acceptor{n}"), ("b", "Ballot1"))) for n in range(1, 41)]
    ),
)
DRAWN = {
    "paxos": PAXOS,
    "log": replace(LOG, loop=2),
    "attempt": replace(PAXOS, attempt=Attempt("accept", (("a", "Acceptor3"), ("b", "Ballot1")))),
    "pings": PINGS,
    "wide": WIDE,
    "apalache": from_itf((FOREIGN / "apalache.itf.json").read_bytes()),
    "quint": from_itf((FOREIGN / "quint.itf.json").read_bytes()),
}


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_trace_is_drawn_like_this(name: str, golden: Callable[[str, str], None]) -> None:
    trace = DRAWN[name]
    text = plain(lane_lines(trace, plan_lanes(trace)))
    golden(f"cli/lanes/{name}.txt", text)
    assert all(len(row) <= WIDTH for row in text.splitlines())


def test_what_a_step_is_known_to_read_is_an_arrow() -> None:
    reads = [frozenset([("network", PREPARE)] if step.action == "promise" else []) for step in PAXOS.steps]
    assert not any(one.arrows for one in plan_lanes(PAXOS).steps)
    arrows = [(one.number, arrow) for one in plan_lanes(PAXOS, reads).steps for arrow in one.arrows]
    assert arrows == [
        (2, Arrow("Ballot1", "Acceptor1", "Prepare(ballot=Ballot1)", 1)),
        (3, Arrow("Ballot1", "Acceptor2", "Prepare(ballot=Ballot1)", 1)),
    ]


def test_a_message_leads_from_who_sent_it_to_who_takes_it() -> None:
    arrows = [(one.number, arrow.source, arrow.target, arrow.sent) for one in plan_lanes(PINGS).steps
              for arrow in one.arrows]  # fmt: skip
    assert arrows == [(2, "Node1", "Node2", 1), (3, "Node2", "Node3", None), (5, "Node1", "Node3", 4)]


def test_ascii_has_no_other_letter() -> None:
    for trace in DRAWN.values():
        text = plain(lane_lines(trace, plan_lanes(trace), states=True, signs=ASCII))
        assert text.isascii() or trace is DRAWN["quint"]
        assert len(text.splitlines()) == len(
            plain(lane_lines(trace, plan_lanes(trace), states=True, signs=UNICODE)).splitlines()
        )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(traces(), st.booleans(), st.integers(20, 120))
def test_any_trace_is_drawn(trace: Trace, states: bool, width: int) -> None:
    text = plain(lane_lines(trace, plan_lanes(trace), states=states, width=width))
    assert printable_text(text) == text
    for number in range(len(trace.steps) + 1):
        assert plain(step_lines(trace, number, None))


TRUTHS = [
    (
        Truth("agreement", number < 12, None if number < 12 else "agreement is false at m.py:3:\n  v == w"),
        Truth("rises", None if number == 0 else True),
        Truth("a name \x1b[2J", None, "it cannot be evaluated: m.py:9: a division by zero"),
    )
    for number in range(95)
]


def test_what_holds_reads_like_this(golden: Callable[[str, str], None]) -> None:
    text = plain(
        [*truth_lines(TRUTHS), *state_truths(TRUTHS[0]), *state_truths(TRUTHS[12]), *truth_lines([])]
    )
    golden("cli/lanes/truths.txt", text)
    assert "\x1b" not in text
    assert all(len(row) <= WIDTH for row in text.splitlines())
