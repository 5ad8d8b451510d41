"""Reads JUnit reports: by what Jenkins' schema of xunit 2 (`junit-10.xsd`) allows, and with `junitparser`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from junitparser import JUnitXml


@dataclass(frozen=True, slots=True)
class _Rule:
    required: frozenset[str]
    optional: frozenset[str]
    children: frozenset[str]
    has_text: bool = False


def _rule(required: str = "", optional: str = "", children: str = "", has_text: bool = False) -> _Rule:
    needed, possible, inside = [frozenset(words.split()) for words in (required, optional, children)]
    return _Rule(needed, possible, inside, has_text)


_GRAMMAR = {
    "testsuites": _rule("", "name time tests failures errors", "testsuite"),
    "testsuite": _rule(
        "name tests failures errors",
        "group time skipped timestamp hostname id package file log url",
        "testsuite properties testcase system-out system-err",
    ),
    "properties": _rule(children="property"),
    "property": _rule("name value"),
    "testcase": _rule("name", "time classname group", "skipped error failure system-out system-err"),
    "failure": _rule("", "type message", has_text=True),
    "error": _rule("", "type message", has_text=True),
    "skipped": _rule("", "type message", has_text=True),
}
_TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def read_junit(text: str) -> ElementTree.Element:
    """The root of a report that follows the grammar."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    _check(root)
    return root


@dataclass(frozen=True, slots=True)
class Told:
    """A test case as `junitparser` understands it."""

    suite: str
    classname: str
    name: str
    seconds: float
    results: tuple[str, ...]


def parsed(text: str) -> list[Told]:
    """The test cases of a report."""
    suites: Any = JUnitXml.fromstring(text.encode())
    return [
        Told(
            suite.name,
            case.classname,
            case.name,
            case.time,
            tuple([type(one).__name__ for one in case.result]),
        )
        for suite in suites
        for case in suite
    ]


def _check(element: ElementTree.Element) -> None:
    rule = _GRAMMAR[element.tag]
    names = set(element.attrib)
    assert names >= rule.required, (element.tag, names)
    assert names <= rule.required | rule.optional, (element.tag, names)
    assert rule.has_text or not (element.text or "").strip(), element.text
    if "time" in names and element.tag != "testcase":
        assert _TIME.fullmatch(element.attrib["time"])
    for child in element:
        assert child.tag in rule.children, (element.tag, child.tag)
        assert not (child.tail or "").strip()
        _check(child)
    if element.tag == "testsuite":
        cases = element.findall("testcase")
        found = {
            tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")
        }
        said = {name: int(element.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
        assert said == {
            "tests": len(cases),
            "failures": found["failure"],
            "errors": found["error"],
            "skipped": found["skipped"],
        }
