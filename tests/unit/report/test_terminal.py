"""Reports as people read them: golden texts, 80 columns, the same without colour."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from checker.report.lines import WIDTH, line, plain, rendered, wants_colour, wrapped
from checker.report.terminal import report, shown_trace
from checker.traces.plain import PlainRecord
from checker.traces.trace import Attempt, Step, Trace
from checker.verdicts import (
    Exhausted,
    ExhaustedWithin,
    Result,
    Statistics,
    Truncated,
    Untested,
    Violated,
)
from tests.unit.traces.samples import LOG, PAXOS

COUNTS = Statistics(
    distinct=1_234_567,
    generated=98_765_432,
    depth=33,
    seconds=64.251,
    bytes_per_state=1571.6,
    actions=(("prepare", 1_000), ("an_action_with_a_rather_long_name", 0), ("crash", 12)),
    levels=(1, 2),
)
SCOPE = (("Acceptor", 3), ("Ballot", 2))
ATTEMPT = replace(
    PAXOS,
    property=None,
    attempt=Attempt("accept", (("a", "Acceptor3"), ("b", "Ballot1")), "model/paxos.py", 67),
)
LOOP = replace(LOG, loop=2)
LONG = Trace(
    model="model.x:X",
    scope=(),
    params=(),
    faults=(),
    initial=Step("begin_somewhere", (("who", "Node1"),), (("x", 0),), "model/x.py", 3),
    steps=(
        Step(
            "an_action_of_many_arguments",
            tuple(
                [
                    (f"argument{n}", PlainRecord("Pair", (("left", f"Node{n}"), ("right", n))))
                    for n in range(5)
                ]
            ),
            (("x", 1),),
            "model/a_folder_with_a_long_name/and_another_one/x.py",
            12345,
        ),
    ),
)

EXPLANATION = (
    "agreement is false at model/paxos.py:96 for v = Value1, w = Value2: v == w is False\n"
    "  self.chosen(v) is True"
)

RESULTS = {
    "exhausted": Result(Exhausted(SCOPE), COUNTS, covers=(("chosen", True),)),
    "vacuous": Result(
        Exhausted(SCOPE),
        replace(COUNTS, bytes_per_state=None),
        never_fired=("an_action_with_a_rather_long_name",),
        covers=(("chosen", False),),
        untested=(
            Untested("agreement", "model/paxos.py", 88, "self.chosen(v) and self.chosen(w) and v != w"),
        ),
    ),
    "pruned": Result(ExhaustedWithin(("short",), SCOPE), COUNTS, pruned=(("short", 1), ("few", 20_000))),
    "truncated": Result(Truncated("time"), COUNTS, never_fired=("crash",), covers=(("chosen", False),)),
    "invariant": Result(Violated("agreement", "invariant", PAXOS, EXPLANATION), COUNTS),
    "step_invariant": Result(Violated("durable", "step_invariant", LOG), COUNTS),
    "deadlock": Result(Violated(None, "deadlock", replace(PAXOS, property=None)), COUNTS),
    "assumption": Result(Violated("fits", "assumption", replace(LONG, steps=(), property="fits")), COUNTS),
    "evaluation_of_action": Result(
        Violated(None, "evaluation", ATTEMPT, "model/paxos.py:67: Acceptor3 is not a key", "action"), COUNTS
    ),
    "evaluation_of_invariant": Result(
        Violated("agreement", "evaluation", PAXOS, "model/paxos.py:96: a division by zero", "invariant"),
        COUNTS,
    ),
}


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_a_result_reads_like_this(name: str, golden: Callable[[str, str], None]) -> None:
    result = RESULTS[name]
    text = plain(report(result, model="model.paxos:Paxos with Acceptor=3, Ballot=2"))
    golden(f"cli/reports/{name}.txt", text)
    assert text.isascii()
    assert all(len(row) <= WIDTH for row in text.splitlines())
    assert not any(row.endswith(" ") for row in text.splitlines())


@pytest.mark.parametrize(
    ("name", "trace"), [("paxos", PAXOS), ("loop", LOOP), ("long", LONG), ("attempt", ATTEMPT)]
)
def test_a_trace_reads_like_this(name: str, trace: Trace, golden: Callable[[str, str], None]) -> None:
    text = plain(shown_trace(trace))
    golden(f"cli/traces/{name}.txt", text)
    assert all(len(row) <= WIDTH for row in text.splitlines())


def test_colour_changes_no_letter() -> None:
    lines = report(RESULTS["invariant"])
    coloured = rendered(lines, colour=True)
    assert "\x1b[1;31mThe invariant agreement is false" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain(lines)


def test_a_name_from_a_stranger_does_not_steer_the_terminal() -> None:
    hostile = replace(PAXOS, model="m\x1b[2J:M", property="p\x07", steps=())
    hostile = replace(hostile, initial=replace(hostile.initial, file="a\x1b]0;x\x07.py"))
    for colour in (False, True):
        text = rendered(shown_trace(hostile), colour=colour)
        assert "\x1b[2J" not in text
        assert "\x07" not in text
        assert "\\x1b[2J" in text


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_whose_owner_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())


def test_long_words_are_not_cut() -> None:
    word = "x" * 100
    assert plain(wrapped(f"a {word} b", "  ")) == f"  a\n  {word}\n  b\n"
    assert plain([line("")]) == "\n"
