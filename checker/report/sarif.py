"""Cases as SARIF 2.1.0 (OASIS, 2020): what is wrong, where, and the trace as a code flow.

Each bad case is a result, a check that could not be run one for each mistake. `ruleId` is the property.
Locations are relative to the root of the repository, `%SRCROOT%`. `partialFingerprints` are made of names
only, so that a result stays the same when lines move.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote

from checker.report.cases import Case, Fault, PathStep, Place, shortened
from checker.report.lines import printable_text
from checker.traces.document import Json

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "lockstepResult/v1"
ROOT = "%SRCROOT%"
STEPS_MAX = 1_000
"""Locations of a code flow; a longer trace is cut in the middle and says so."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command did as a whole.

    Attributes:
        version: of this tool.
        exit_code, exit_meaning: what it ends with.
        complete: every check was run.
    """

    version: str
    exit_code: int
    exit_meaning: str
    complete: bool


def to_sarif(cases: Sequence[Case], run: Run) -> str:
    """The text of the file, ASCII only."""
    bad = [case for case in cases if case.is_bad]
    rules = {case.rule: number for number, case in enumerate({one.rule: one for one in bad}.values())}
    driver: Json = {
        "name": "Lockstep",
        "semanticVersion": run.version,
        "rules": [_rule(rule, [case for case in bad if case.rule == rule]) for rule in rules],
    }
    results: list[Json] = []
    seen: set[str] = set()
    for case in bad:
        for result in _results(case, rules[case.rule]):
            text = json.dumps(result, sort_keys=True)
            if text not in seen:  # a model that cannot be read is found once for each of its checks
                seen.add(text)
                results.append(result)
    document: Json = {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": run.complete,
                        "exitCode": run.exit_code,
                        "exitCodeDescription": run.exit_meaning,
                    }
                ],
                "results": results,
            }
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _rule(rule: str, cases: Sequence[Case]) -> Json:
    """What the rule says, as far as it says the same wherever it was broken."""
    if rule.startswith("lockstep/"):
        text = f"A check must be run and end as its spec requires ({rule.removeprefix('lockstep/')})."
    elif rule == "deadlock":
        text = "Every reachable state enables an action, or is the model's proper end."
    elif rule == "evaluation":
        text = "Every action and property can be evaluated wherever the model reaches."
    else:
        models = sorted({case.model for case in cases})
        text = f"The property {rule} of {', '.join(models)} holds."
    return {"id": rule, "name": rule, "shortDescription": _message(text)}


def _results(case: Case, rule_index: int) -> Iterator[Json]:
    for fault in case.faults or (None,):
        yield _result(case, fault, rule_index)


def _result(case: Case, fault: Fault | None, rule_index: int) -> Json:
    place = case.place if fault is None else fault.place
    names = [case.rule, case.model, case.suite] if fault is not None else [case.rule, *_identity(case)]
    told = case.message if fault is None else fault.text
    result: dict[str, Json] = {
        "ruleId": case.rule,
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": "warning" if case.status == "incomplete" else "error",
        "message": _message(told if fault is not None else _told(case)),
        "locations": [_location(case, place)] if place is not None or fault is None else [],
        "partialFingerprints": {FINGERPRINT: _hash([*names, *([told] if fault is not None else [])])},
    }
    if fault is None and case.path:
        result["codeFlows"] = [_code_flow(case)]
    return result


def _told(case: Case) -> str:
    return "\n".join([f"{case.message} Check: {case.check}.", *([case.why] if case.why else [])])


def _identity(case: Case) -> list[str]:
    return [case.property or "", case.model, case.suite, case.check]


def _hash(names: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _location(case: Case, place: Place | None) -> Json:
    name = case.model.replace(":", ".") + ("" if case.property is None else f".{case.property}")
    logical: Json = {"fullyQualifiedName": printable_text(name)}
    found: dict[str, Json] = {"logicalLocations": [logical]}
    if place is not None:
        found["physicalLocation"] = _physical(place)
    return found


def _physical(place: Place) -> Json:
    region: dict[str, Json] = {"startLine": place.line}
    if place.end_line is not None:
        region["endLine"] = max(place.line, place.end_line)
    return {"artifactLocation": _artifact(place.file), "region": region}


def _artifact(file: str) -> Json:
    if PurePath(file).is_absolute():
        return {"uri": f"file://{_quoted(file)}"}
    return {"uri": _quoted(file), "uriBaseId": ROOT}


def _quoted(file: str) -> str:
    return quote(os.fsencode(file), safe="/")


def _message(text: str) -> Json:
    return {"text": printable_text(shortened(text))}


def _code_flow(case: Case) -> Json:
    steps = list(enumerate(case.path))
    left_out = len(steps) - STEPS_MAX
    if left_out > 0:
        half = STEPS_MAX // 2
        steps = [*steps[:half], *steps[len(steps) - half :]]
    locations: list[Json] = [_flow_location(number, step) for number, step in steps]
    if case.place is not None:
        last: dict[str, Json] = {"physicalLocation": _physical(case.place)}
        last["message"] = _message(case.why or case.message)
        locations.append(
            {
                "location": last,
                "executionOrder": len(case.path),
                "importance": "essential",
                "kinds": ["violation"],
            }
        )
    count = sum(step.kind not in ("initial", "attempt") for step in case.path)
    told = f"How it happens: {count} step{'' if count == 1 else 's'} from an initial state."
    if left_out > 0:
        told += f" {left_out:,} steps in the middle are left out here."
    return {"message": _message(told), "threadFlows": [{"locations": locations}]}


def _flow_location(number: int, step: PathStep) -> Json:
    mark = "!" if step.kind == "attempt" else str(number)
    note = f" ({step.kind.replace(':', ' ')})" if step.kind.startswith("fault:") else ""
    rows = [f"{mark}. {step.call}{note}", *step.changes]
    location: dict[str, Json] = {"message": _message("\n".join(rows))}
    if step.place is not None:
        location["physicalLocation"] = _physical(step.place)
    found: dict[str, Json] = {
        "location": location,
        "executionOrder": number,
        "importance": "essential",
        "kinds": [step.kind.partition(":")[0]],
    }
    if step.state:
        found["state"] = {printable_text(name): _message(value) for name, value in step.state}
    return found
