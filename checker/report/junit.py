"""Cases as a JUnit report, in the form that Jenkins calls xunit 2: a suite for each spec, a test case each.

| case | in the report |
|---|---|
| pass | a test case without children |
| fail | `failure` |
| incomplete, error | `error` |
| skipped | `skipped` |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from checker.report.cases import Case, shortened
from checker.report.lines import printable

# What XML 1.0 has no place for, even escaped.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(cases: Sequence[Case], properties: Sequence[tuple[str, str]] = ()) -> str:
    """The text of the file. `properties` are named facts about the run, repeated in each suite."""
    root = Element("testsuites", {"name": "lockstep", **_counts(cases, with_skipped=False)})
    for number, (suite, group) in enumerate(groupby(cases, key=lambda case: case.suite)):
        inside = list(group)
        made = SubElement(root, "testsuite", {"name": _text(suite), "id": str(number), **_counts(inside)})
        if properties:
            table = SubElement(made, "properties")
            for name, value in properties:
                SubElement(table, "property", name=_text(name), value=_text(value))
        for case in inside:
            _add(made, case)
    indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _counts(cases: Sequence[Case], *, with_skipped: bool = True) -> dict[str, str]:
    def number(*statuses: str) -> str:
        return str(sum(case.status in statuses for case in cases))

    found = {
        "tests": str(len(cases)),
        "failures": number("fail"),
        "errors": number("incomplete", "error"),
        "time": _seconds(sum(case.seconds for case in cases)),
    }
    return {**found, "skipped": number("skipped")} if with_skipped else found


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _add(suite: Element, case: Case) -> None:
    made = SubElement(
        suite,
        "testcase",
        classname=_text(case.model.replace(":", ".")),
        name=_text(case.name),
        time=_seconds(case.seconds),
    )
    match case.status:
        case "pass":
            return
        case "skipped":
            SubElement(made, "skipped", type="skipped", message=_text(case.message))
        case "fail":
            _told(SubElement(made, "failure"), case)
        case "incomplete" | "error":
            _told(SubElement(made, "error"), case)


def _told(element: Element, case: Case) -> None:
    element.set("type", "incomplete" if case.status == "incomplete" else _text(case.rule))
    element.set("message", _text(case.message))
    element.text = "\n" + _text(shortened(case.text or case.message)).rstrip("\n") + "\n"


def _text(text: str) -> str:
    return _NO_CHARACTER.sub(lambda found: printable(found[0]), text)
