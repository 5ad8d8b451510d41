"""SARIF, read by classes that another program made of the official schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from checker.report.cases import Case, Fault, PathStep, Place
from checker.report.sarif import FINGERPRINT, STEPS_MAX, Run, to_sarif
from tests.readers.sarif import read_sarif, results_of
from tests.strategies.cases import cases

RUN = Run("1.2.3", 12, "An invariant is false.", True)
STEPS = (
    PathStep(Place("model/a.py", 3, 5), "init()", ("x = 0",), (("x", "0"),), "initial"),
    PathStep(Place("model/a.py", 7, 9), "go(n=Node1)", ("x: 0 -> 1",), (("x", "1"),), "fault:crash"),
    PathStep(None, "stop()", ("cannot be evaluated",), (), "attempt"),
)
CASE = Case(
    "specs/a.toml",
    "model.a:A",
    "small",
    "safe",
    "safe",
    "fail",
    "It is false.",
    "text",
    Place("model/a.py", 20, 22),
    path=STEPS,
    why="safe is false at model/a.py:22",
)


def test_a_violation_has_rule_place_and_the_trace_as_a_code_flow() -> None:
    run = read_sarif(to_sarif([CASE], RUN))
    (result,) = run["results"]
    assert (result["ruleId"], result["level"], result["kind"]) == ("safe", "error", "fail")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "safe"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "model/a.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 20, "endLine": 22},
    }
    (flow,) = result["codeFlows"]
    assert flow["message"]["text"] == "How it happens: 1 step from an initial state."
    (thread,) = flow["threadFlows"]
    told = [one["location"].get("message", {}).get("text") for one in thread["locations"]]
    assert told == [
        "0. init()\nx = 0",
        "1. go(n=Node1) (fault crash)\nx: 0 -> 1",
        "!. stop()\ncannot be evaluated",
        "safe is false at model/a.py:22",
    ]
    lines = [
        one["location"].get("physicalLocation", {}).get("region", {}).get("startLine")
        for one in thread["locations"]
    ]
    assert lines == [3, 7, None, 20]
    assert thread["locations"][1]["state"] == {"x": {"text": "1"}}
    assert run["invocations"] == [
        {"executionSuccessful": True, "exitCode": 12, "exitCodeDescription": "An invariant is false."}
    ]


def test_fingerprints_stay_when_lines_move_and_tell_results_apart() -> None:
    moved = replace(CASE, place=Place("model/a.py", 99), path=(), message="It is false now.", why=None)
    others = [
        replace(CASE, property="live", rule="live"),
        replace(CASE, check="large"),
        replace(CASE, model="b:B"),
    ]
    found = [
        results_of(to_sarif([case], RUN))[0]["partialFingerprints"][FINGERPRINT]
        for case in (CASE, moved, *others)
    ]
    assert found[0] == found[1]
    assert len(set(found)) == 1 + len(others)


def test_what_passed_or_was_skipped_is_no_result_and_what_is_incomplete_is_a_warning() -> None:
    assert results_of(to_sarif([replace(CASE, status="pass"), replace(CASE, status="skipped")], RUN)) == []
    (result,) = results_of(to_sarif([replace(CASE, status="incomplete")], RUN))
    assert result["level"] == "warning"


def test_each_mistake_is_a_result_however_many_checks_it_stops() -> None:
    faults = (Fault(Place("model/a.py", 7), "a loop; bound it"), Fault(None, "no scope; give one"))
    broken = replace(
        CASE, property=None, rule="lockstep/model-refused", status="error", faults=faults, path=()
    )
    results = results_of(to_sarif([broken, replace(broken, check="large")], RUN))
    assert [one["message"]["text"] for one in results] == ["a loop; bound it", "no scope; give one"]
    assert results[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}


def test_paths_are_addresses() -> None:
    files = ["a b/é%.py", "/else where/m.py"]
    results = results_of(to_sarif([replace(CASE, check=f, place=Place(f, 1)) for f in files], RUN))
    found = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in results]
    assert found == [
        {"uri": "a%20b/%C3%A9%25.py", "uriBaseId": "%SRCROOT%"},
        {"uri": "file:///else%20where/m.py"},
    ]


def test_a_long_trace_is_cut_in_the_middle_and_says_so() -> None:
    path = (STEPS[0], *[replace(STEPS[1], call=f"go({n})") for n in range(3_000)])
    (result,) = results_of(to_sarif([replace(CASE, path=path)], RUN))
    (flow,) = result["codeFlows"]
    assert flow["message"]["text"] == (
        "How it happens: 3000 steps from an initial state. 2,001 steps in the middle are left out here."
    )
    orders = [one["executionOrder"] for one in flow["threadFlows"][0]["locations"]]
    assert len(orders) == STEPS_MAX + 1
    assert orders == sorted(orders)


@given(st.lists(cases(), max_size=3))
def test_any_text_gives_a_document_that_the_schema_allows(found: Sequence[Case]) -> None:
    text = to_sarif(found, RUN)
    run = read_sarif(text)
    assert text.isascii()
    assert bool(run["results"]) == any(case.is_bad for case in found)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
