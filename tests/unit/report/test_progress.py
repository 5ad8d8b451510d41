"""Progress as it is printed while a search runs."""

from __future__ import annotations

import io

from checker.engines.request import Progress
from checker.report.progress import ProgressPrinter, short, show_progress


def at(seconds: float, generated: int, distinct: int) -> Progress:
    return Progress(depth=7, generated=generated, distinct=distinct, queue=1234, seconds=seconds)


def test_the_rates_are_per_minute_since_the_last_line() -> None:
    first, second = at(10, 1_000_000, 50_000), at(40, 3_000_000, 60_000)
    assert show_progress(first) == (
        "depth 7, 1,000,000 generated (6.00M/min), 50,000 distinct (300k/min), 1,234 left on queue"
    )
    assert "3,000,000 generated (4.00M/min), 60,000 distinct (20.0k/min)" in show_progress(second, first)


def test_no_time_has_no_rate() -> None:
    assert show_progress(at(0, 5, 5)) == "depth 7, 5 generated, 5 distinct, 1,234 left on queue"


def test_short_numbers() -> None:
    assert [short(number) for number in (0, 999, 1_000, 12_345, 123_456, 4_100_000, 2.5e9)] == [
        "0",
        "999",
        "1.00k",
        "12.3k",
        "123k",
        "4.10M",
        "2.50G",
    ]


def test_lines_that_stay_are_some_seconds_apart() -> None:
    stream = io.StringIO()
    printer = ProgressPrinter(stream, live=False, prefix="one: ")
    for seconds in (0.5, 1.0, 3.0, 5.4, 5.6, 7.0, 11.0):
        printer(at(seconds, 10, 10))
    printer.finish()
    rows = stream.getvalue().splitlines()
    assert len(rows) == 3
    assert all(row.startswith("one: depth 7, 10 generated") for row in rows)
    assert "\r" not in stream.getvalue()


def test_a_search_that_begins_again_is_told_at_once() -> None:
    stream = io.StringIO()
    printer = ProgressPrinter(stream, live=False)
    for seconds, generated in ((600.0, 6_000_000), (0.5, 1000), (1.0, 2000), (6.0, 60_000)):
        printer(at(seconds, generated, 10))
    rows = stream.getvalue().splitlines()
    assert len(rows) == 3
    assert "1,000 generated (120k/min)" in rows[1]


def test_a_live_line_is_written_over_and_removed() -> None:
    stream = io.StringIO()
    printer = ProgressPrinter(stream, live=True)
    printer(at(1, 1_000_000, 1))
    printer(at(2, 1_000_001, 1))
    printer.finish()
    shown = stream.getvalue()
    assert shown.count("depth 7") == 2
    assert "\n" not in shown
    assert shown.endswith("\r")
    assert shown.split("\r")[-2].strip() == ""
    printer.finish()
    assert stream.getvalue() == shown


def test_a_stream_that_fails_does_not_end_the_search() -> None:
    stream = io.StringIO()
    stream.close()
    printer = ProgressPrinter(stream, live=True)
    printer(at(1, 1, 1))
    printer.finish()
    assert not printer.live
