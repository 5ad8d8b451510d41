"""The review bundle as text: for any trace it is well formed, escaped, and has the whole trace in it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings

from checker.report.bundle_html import to_html
from checker.report.bundle_page import Known, Program, plan_page
from checker.report.marked_values import Row, marked_rows
from checker.traces.itf import from_itf
from checker.traces.plain import Plain, PlainMap, PlainRecord, show
from checker.traces.source_text import SourceText
from checker.traces.trace import Step, Trace
from checker.traces.truth import Truth
from tests.strategies.traces import plain_values, traces
from tests.unit.report.html_structure import Structure
from tests.unit.traces.samples import LOG, PAXOS

HOSTILE = "</script></pre><script>document.title='ran'</script><img src=x onerror=alert(1)>\"'&lt;{{1}}"


def hostile_trace() -> Trace:
    """A trace all of whose names and texts are scripts."""
    value = PlainRecord(HOSTILE, ((HOSTILE, HOSTILE),))
    arguments: tuple[tuple[str, Plain], ...] = ((HOSTILE, HOSTILE), ("n", "Node1"))
    states = [
        ((HOSTILE, PlainMap.of([("Node1", HOSTILE + str(k))])), ("net", frozenset([value]))) for k in (0, 1)
    ]
    step = Step(HOSTILE, arguments, states[1], HOSTILE, 3, f"fault:{HOSTILE}")
    return Trace(HOSTILE, ((HOSTILE, 1),), (), (), Step(HOSTILE, (), states[0]), (step,), HOSTILE)


def hostile_known() -> Known:
    """What is known of it, in scripts as well."""
    truth = Truth(HOSTILE, False, HOSTILE)
    return Known(
        [(Truth(HOSTILE, True),), (truth,)],
        None,
        HOSTILE,
        {HOSTILE: SourceText(HOSTILE, 1, (HOSTILE, "\x00"))},
        (Program(HOSTILE, HOSTILE, HOSTILE, HOSTILE), Program(HOSTILE, "", "", None, HOSTILE)),
    )


def long_trace(steps: int) -> Trace:
    """The sample again and again, in the size of the largest models' states."""
    filler = (
        "log",
        PlainMap.of([(f"Node{n}", tuple([f"Value{k}" for k in range(1, 9)])) for n in range(1, 8)]),
    )
    made = [replace(PAXOS.steps[n % len(PAXOS.steps)], file=None) for n in range(steps)]
    grown = [replace(one, state=(*one.state, filler)) for one in made]
    return replace(
        PAXOS, initial=replace(PAXOS.initial, state=(*PAXOS.initial.state, filler)), steps=tuple(grown)
    )


def test_a_page_has_each_step_with_its_state_and_the_whole_trace() -> None:
    page = Structure(to_html(plan_page(PAXOS, Known(), "paxos")))
    articles = page.all("article")
    assert [one.attributes["id"] for one in articles] == [f"step={n}" for n in range(len(PAXOS.steps) + 1)]
    for article, step in zip(articles, (PAXOS.initial, *PAXOS.steps), strict=True):
        assert step.call in article.text
    (data,) = [one for one in page.all("script") if one.attributes.get("id") == "itf"]
    assert from_itf(data.text) == PAXOS


def test_a_difference_is_marked_where_it_is() -> None:
    old = PlainMap.of([("Node1", "A"), ("Node2", frozenset(["x"]))])
    new = PlainMap.of([("Node1", "B"), ("Node2", frozenset(["x", "y"]))])
    assert marks(marked_rows(old, new)) == ["A"]
    assert marks(marked_rows(new, old)) == ["B", "y"]
    assert marks(marked_rows((1, 2, 3), (1,))) == ["2", "3"]


def marks(rows: tuple[Row, ...]) -> list[str]:
    """What is marked in a value."""
    return [piece.text for row in rows for piece in row if piece.changed]


@given(plain_values(), plain_values())
def test_marked_values_are_the_values(value: Plain, other: Plain) -> None:
    text = "".join([piece.text for row in marked_rows(value, other) for piece in row])
    assert text.replace(" ", "") == show(value).replace(" ", "")
    assert marks(marked_rows(value, value)) == []


@settings(max_examples=30, deadline=None)
@given(traces())
def test_every_trace_gives_a_page_that_is_well_formed(trace: Trace) -> None:
    page = Structure(to_html(plan_page(trace, Known(), "trace")))
    assert len(page.all("article")) == len(trace.steps) + 1
    assert len(page.all("script")) == 2
    (data,) = [one for one in page.all("script") if one.attributes.get("id") == "itf"]
    assert len(json.loads(data.text)["states"]) == len(trace.steps) + 1
    for one in page.elements:
        assert "src" not in one.attributes
        address = one.attributes.get("href", "#")
        assert address is not None
        assert address == "data:," or address.startswith("#")


def test_no_text_of_a_trace_becomes_an_element() -> None:
    page = Structure(to_html(plan_page(hostile_trace(), hostile_known(), "trace")))
    assert len(page.all("script")) == 2
    assert page.all("img") == []
    harmless = Structure(to_html(plan_page(PAXOS, Known(), "trace")))
    assert {one.name for one in page.elements} <= {one.name for one in harmless.elements} | {
        "figure",
        "figcaption",
        "pre",
        "strong",
        "del",
        "ins",
    }


def test_forty_steps_fit_into_500_kilobytes() -> None:
    trace = long_trace(40)
    assert len(to_html(plan_page(trace, Known(), "trace")).encode()) < 500_000


def test_a_trace_with_a_loop_or_an_attempt_says_so_at_its_end() -> None:
    trace = replace(LOG, loop=0)
    text = Structure(to_html(plan_page(trace, Known(), "log"))).all("article")[-1].text
    assert "goes on from state 0, for ever" in text


def test_without_the_template_library(monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.report import html_templates

    monkeypatch.setitem(sys.modules, "jinja2", None)
    html_templates.templates.cache_clear()  # the engine of another test
    with pytest.raises(html_templates.NoTemplates, match="jinja2 is not installed"):
        to_html(plan_page(PAXOS, Known(), "paxos"))
