"""Progress as NDJSON: which lines are written, and the rates in them."""

from __future__ import annotations

import json
from typing import Any

from checker.engines.request import Progress
from checker.report.progress_log import ProgressLog
from checker.traces.document import Json
from tests.readers.schemas import faults

CHECK = {"check": "one\n\u2028", "spec": None}
NUMBERS: dict[str, Json] = {}


def test_a_line_a_second_with_the_rates_since_the_last() -> None:
    written: list[str] = []
    log = ProgressLog(written.append)
    log.started(
        {**CHECK, "model": "m:M", "mutant": None, "scope": NUMBERS, "params": NUMBERS, "faults": NUMBERS}
    )
    report = log.progress(CHECK)
    for seconds, generated, distinct in [
        (0.5, 100, 50),
        (1.0, 150, 70),
        (2.5, 2_100, 450),
        (2.9, 9_000, 800),
    ]:
        report(Progress(3, generated, distinct, 7, seconds))
    assert all(line.endswith("\n") and line.count("\n") == 1 and line.isascii() for line in written)
    told: list[dict[str, Any]] = [json.loads(line) for line in written]
    assert [faults("progress", one) for one in told] == [[], [], []]
    assert [one["event"] for one in told] == ["started", "progress", "progress"]
    assert told[1] | {"format": 0, "version": 0} == {
        **CHECK,
        "format": 0,
        "version": 0,
        "event": "progress",
        "depth": 3,
        "generated": 100,
        "distinct": 50,
        "queue": 7,
        "seconds": 0.5,
        "generated_per_minute": 12_000,
        "distinct_per_minute": 6_000,
    }
    assert (told[2]["generated_per_minute"], told[2]["distinct_per_minute"]) == (60_000, 12_000)


def test_a_search_that_begins_again_is_told_at_once() -> None:
    written: list[str] = []
    report = ProgressLog(written.append).progress(CHECK)
    for seconds, generated in [(60.0, 9_000_000), (0.5, 1_000)]:
        report(Progress(3, generated, 50, 7, seconds))
    told: list[dict[str, Any]] = [json.loads(line) for line in written]
    assert [(one["generated"], one["generated_per_minute"]) for one in told] == [
        (9_000_000, 9_000_000),
        (1_000, 120_000),
    ]
