"""The lines of a model's method, as they stand beside a step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceText:
    """A method's text.

    Attributes:
        file: as reports show it.
        line: the number of its first line, decorators included.
        lines: without the indent that all of them have.
    """

    file: str
    line: int
    lines: tuple[str, ...]
