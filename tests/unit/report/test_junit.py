"""JUnit reports, read by a grammar of their schema and by another program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.report.cases import Case, CaseStatus
from checker.report.junit import to_junit
from tests.readers.junit import Told, parsed, read_junit
from tests.strategies.cases import cases, texts

CASE = Case("specs/a.toml", "model.a:A", "small", "safe", "safe", "pass", "It holds.", seconds=1.25)


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("pass", ()),
        ("fail", ("Failure",)),
        ("incomplete", ("Error",)),
        ("error", ("Error",)),
        ("skipped", ("Skipped",)),
    ],
)
def test_only_what_passed_is_shown_as_passed(status: CaseStatus, kinds: tuple[str, ...]) -> None:
    text = to_junit([replace(CASE, status=status)])
    assert parsed(text) == [Told("specs/a.toml", "model.a.A", "small: safe", 1.25, kinds)]


def test_a_suite_for_each_spec_and_the_facts_of_the_run() -> None:
    text = to_junit(
        [CASE, replace(CASE, property=None), replace(CASE, suite="specs/b.toml")], [("exit_code", "12")]
    )
    root = read_junit(text)
    assert [suite.attrib["name"] for suite in root] == ["specs/a.toml", "specs/b.toml"]
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["small: safe", "small", "small: safe"]
    assert [one.attrib for one in root.iter("property")] == [{"name": "exit_code", "value": "12"}] * 2


def test_a_failure_carries_the_report() -> None:
    text = to_junit([replace(CASE, status="fail", text="How it happens:\n  0  init()\n\x1b[31m & <b> ]]>")])
    (failure,) = read_junit(text).iter("failure")
    assert failure.attrib == {"type": "safe", "message": "It holds."}
    assert failure.text == "\nHow it happens:\n  0  init()\n\\x1b[31m & <b> ]]>\n"


def test_a_report_that_is_too_long_says_what_is_left_out() -> None:
    text = to_junit([replace(CASE, status="fail", text="x" * 300_000)])
    (failure,) = read_junit(text).iter("failure")
    assert failure.text is not None
    assert failure.text.endswith("x\n... 100,000 characters are left out here\n")


@given(st.lists(cases(), max_size=4), st.lists(st.tuples(texts(), texts()), max_size=2))
def test_any_text_gives_a_report_that_can_be_read(
    found: Sequence[Case], facts: list[tuple[str, str]]
) -> None:
    text = to_junit(found, facts)
    root = read_junit(text)
    assert len(list(root.iter("testcase"))) == len(found)
    for case, shown in zip(found, root.iter("testcase"), strict=True):
        assert (len(shown) == 0) == (case.status == "pass")
    assert "\x1b" not in text
