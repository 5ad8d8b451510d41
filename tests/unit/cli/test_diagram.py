"""`lockstep diagram`: pictures and text for Graphviz, of models and of parts of their states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as tree

import pytest

from checker.report.diagram_layout import laid_out
from checker.report.diagram_svg import to_svg
from checker.report.state_diagram import Arrow, Diagram, to_dot
from checker.traces.plain import PlainMap, PlainRecord
from checker.traces.selector import SelectorError, parse_selector
from tests.unit.cli.process import lockstep

ROUNDS = ("tests.models.mutable:Rounds", "--scope", "Node=2,Round=1", "--faults", "crash=1")
SVG = "{http://www.w3.org/2000/svg}"


def test_for_graphviz(golden: Callable[[str, str], None]) -> None:
    done = lockstep("diagram", *ROUNDS, "--variables", "reached[Node1],done", "--format", "dot")
    assert (done.code, done.err) == (0, "")
    golden("cli/diagram_rounds.dot", done.out)


def test_a_picture_has_each_state_and_each_arrow(tmp_path: Path) -> None:
    words = ("diagram", *ROUNDS, "--variables", "reached[Node1]", "--variables", "done")
    text = lockstep(*words, "--format", "dot").out
    file = tmp_path / "rounds.svg"
    assert lockstep(*words, "--output", str(file)).code == 0
    svg = tree.parse(file).getroot()
    boxes = svg.findall(f"{SVG}rect")
    assert len(boxes) == text.count("[label=") - text.count("->")
    assert len(svg.findall(f"{SVG}path")) == text.count("->")
    assert len([one for one in boxes if one.get("class") == "initial"]) == text.count("peripheries=2") == 1
    assert "reached[Node1] = Round1" in [one.text for one in svg.iter(f"{SVG}text")]


def test_a_whole_small_model() -> None:
    done = lockstep("diagram", "tests.models.sticky:Passing", "--scope", "Node=1", "--format", "dot")
    assert done.code == 0
    assert "was_full = {Node1}" in done.out


def test_boxes_never_cover_each_other() -> None:
    states = tuple((f"state {number}", "x" * (number % 7)) for number in range(40))
    arrows = tuple(Arrow(number // 2, number, ("step",)) for number in range(1, 40))
    boxes = laid_out(Diagram("tree", states, frozenset({0}), arrows)).boxes
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert apart or abs(one.y - other.y) >= (one.height + other.height) / 2


def test_text_that_looks_like_markup_stays_text() -> None:
    evil = Diagram("</title><script>", (('<b>"\\',),), frozenset({0}), ())
    svg = tree.fromstring(to_svg(evil))
    assert [one.text for one in svg.iter(f"{SVG}text")] == ['<b>"\\']
    assert not list(svg.iter(f"{SVG}script"))
    assert 's0 [label="<b>\\"\\\\", peripheries=2];' in to_dot(evil)


def test_ways_into_a_state() -> None:
    state = (
        ("lead", PlainMap((("Node1", PlainRecord("Lead", (("term", 3),))), ("Node2", None)))),
        ("log", (1, 2)),
    )
    values = {
        text: parse_selector(text).of(state)
        for text in ("lead[Node1].term", "lead[Node2].term", "lead[Node3]", "log[1]", "log[2]", "log")
    }
    assert list(values.values()) == [3, None, None, 2, None, (1, 2)]


@pytest.mark.parametrize("text", ["", "[Node1]", "lead[", "lead]", "lead..term", "lead[Node1]term", "lead "])
def test_what_is_no_way(text: str) -> None:
    with pytest.raises(SelectorError):
        parse_selector(text)


def test_mistakes(golden: Callable[[str, str], None]) -> None:
    texts: list[str] = []
    for code, words in (
        (151, ("specs/paxos.toml",)),
        (151, (*ROUNDS, "--variables", "reach,done[")),
        (152, ("tests.models.mutable:Rounds", "--scope", "Node=3,Round=2")),
        (152, (*ROUNDS, "--variables", "done", "--max-states", "5")),
    ):
        done = lockstep("diagram", *words)
        assert (done.code, done.out) == (code, ""), words
        texts.append(f"{' '.join(words)}\n{done.err}\n")
    golden("cli/diagram_errors.txt", "".join(texts))
