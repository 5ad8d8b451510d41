from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.traces.mermaid import LABEL_MAX, escape, lane_sorts, to_mermaid
from checker.traces.plain import PlainRecord
from checker.traces.trace import Attempt, Step, Trace
from tests.strategies.traces import traces
from tests.unit.traces.samples import LOG, PAXOS

LABEL = r"(?:[A-Za-z0-9_ .,()=\[\]>-]|#[0-9]+;)+"
LINE = re.compile(
    rf"sequenceDiagram|    participant L\d+ as {LABEL}|    Note over L\d+(,L\d+)?: {LABEL}"
    rf"|    L\d+->>L\d+: {LABEL}|    Note right of L\d+: {LABEL}(<br/>{LABEL})*"
)


@pytest.mark.parametrize(("name", "trace"), [("paxos", PAXOS), ("log", LOG)])
def test_golden(name: str, trace: Trace, golden: Callable[[str, str], None]) -> None:
    golden(f"traces/{name}.mmd", to_mermaid(trace))


@given(traces())
def test_every_line_is_of_a_known_form(trace: Trace) -> None:
    text = to_mermaid(trace)
    assert text == to_mermaid(trace)
    declared = re.findall(r"participant (L\d+) as", text)
    for line in text.removesuffix("\n").split("\n"):
        assert LINE.fullmatch(line), line
    assert set(re.findall(r"\bL\d+\b(?=->>|,L\d|:)|(?<=>>)L\d+", text)) <= set(declared)


@given(st.text())
def test_labels_survive_any_text(text: str) -> None:
    label = escape(text)
    assert re.fullmatch(f"(?:{LABEL})?", label)
    shown = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label)
    assert shown == (text if len(text) <= LABEL_MAX else text[: LABEL_MAX - 3] + "...")


def test_who_has_a_lane() -> None:
    assert lane_sorts(PAXOS) == {"Acceptor"}
    without = dataclasses.replace(
        PAXOS, initial=Step("init", (), (("x", 1),)), steps=(Step("go", (("b", "Ballot1"),), (("x", 2),)),)
    )
    assert lane_sorts(without) == {"Ballot"}
    assert "Note over L0: 1. go(b=Ballot1)" in to_mermaid(without)
    assert "participant L0 as environment" in to_mermaid(without, sorts=())


def test_a_message_goes_to_its_recipient_and_the_ending_is_told() -> None:
    message = PlainRecord("M", (("dst", "Node2"),))
    state = (("net", frozenset({message})),)
    trace = Trace(
        "m:M",
        (),
        (),
        (),
        Step("init", (), (("net", frozenset()),)),
        (Step("send", (("n", "Node1"),), state),),
        loop=1,
        attempt=Attempt("send", (("n", "Node2"),)),
    )
    lines = to_mermaid(trace, sorts=["Node"]).splitlines()
    assert "    L0->>L1: M(dst=Node2)" in lines
    assert lines[-2:] == [
        "    Note over L0,L1: send(n=Node2) cannot be evaluated",
        "    Note over L0,L1: back to the state after step 1",
    ]
