"""How far a search is, as TLC tells it: depth, generated, distinct, left on queue."""

from __future__ import annotations

import os
from typing import Protocol, TextIO

LINE_SECONDS = 5.0
"""Between two lines where each is kept, as in a log."""


class Sighting(Protocol):
    """What an engine says while it runs."""

    @property
    def depth(self) -> int: ...
    @property
    def generated(self) -> int: ...
    @property
    def distinct(self) -> int: ...
    @property
    def queue(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def walks(self) -> int | None: ...


def begins_again(now: Sighting, before: Sighting | None) -> bool:
    """Whether this is of another search than what was seen before, one with more room for states."""
    return before is not None and now.seconds < before.seconds


def show_progress(now: Sighting, before: Sighting | None = None) -> str:
    """`depth 12, 67,000 generated (910,000/min), 9,800 distinct (120,000/min), 4,123 on queue`.

    Of random walks `1,204 walks (9,100/min), 120,400 steps (910k/min)`. The rates are since `before`, or
    since the start.
    """
    seconds = now.seconds - (before.seconds if before else 0.0)

    def rate(number: int, earlier: int) -> str:
        return f" ({short((number - earlier) * 60 / seconds)}/min)" if seconds > 0 else ""

    generated = rate(now.generated, before.generated if before else 0)
    if now.walks is not None:
        walks = rate(now.walks, (before.walks or 0) if before else 0)
        return f"{now.walks:,} walks{walks}, {now.generated:,} steps{generated}"
    distinct = rate(now.distinct, before.distinct if before else 0)
    return (
        f"depth {now.depth}, {now.generated:,} generated{generated}, {now.distinct:,} distinct{distinct}, "
        f"{now.queue:,} left on queue"
    )


def short(number: float) -> str:
    """Three digits and a unit: `4.10M`."""
    for factor, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= factor:
            scaled = number / factor
            return f"{scaled:.{0 if scaled >= 100 else 1 if scaled >= 10 else 2}f}{unit}"
    return f"{number:.0f}"


class ProgressPrinter:
    """Prints progress to a stream: one line that is written over, or lines that stay.

    A stream that cannot be written is left alone: progress is no part of the result.
    """

    def __init__(self, stream: TextIO, *, live: bool, prefix: str = "") -> None:
        self.stream = stream
        self.live = live
        self.prefix = prefix
        self.before: Sighting | None = None
        self.width = 0

    def __call__(self, now: Sighting) -> None:
        """Prints, unless a line that stays was printed a moment ago."""
        if begins_again(now, self.before):
            self.before = None
        if not self.live and self.before is not None and now.seconds - self.before.seconds < LINE_SECONDS:
            return
        text = self.prefix + show_progress(now, self.before)
        self.before = now
        if self.live:
            # A terminal narrower than the line would keep pieces of it.
            text = text[: _columns(self.stream) - 1]
            self._write("\r" + text.ljust(self.width))
            self.width = len(text)
        else:
            self._write(text + "\n")

    def finish(self) -> None:
        """Removes the line that was written over."""
        if self.width:
            self._write("\r" + " " * self.width + "\r")
            self.width = 0

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            self.live = False


def _columns(stream: TextIO) -> int:
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 20)
    except (OSError, ValueError):
        return 100
