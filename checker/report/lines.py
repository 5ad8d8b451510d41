"""Lines of text with roles, printed plain or, on a terminal, in colour."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TextIO, TypeAlias

WIDTH = 80
"""Columns of a report, wherever it is printed, so that it reads the same in a log."""

Role: TypeAlias = Literal["plain", "good", "bad", "warn", "strong", "weak"]
_STYLES: dict[Role, str] = {
    "plain": "",
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "strong": "bold",
    "weak": "dim",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line."""

    text: str
    role: Role = "plain"


Line: TypeAlias = "tuple[Span, ...]"


def line(text: str = "", role: Role = "plain") -> Line:
    """A line in one role."""
    return (Span(text, role),)


def wrapped(text: str, indent: str = "", hanging: str | None = None, role: Role = "plain") -> list[Line]:
    """A text over as many lines as it needs; words longer than a line stay whole."""
    later = indent if hanging is None else hanging
    rows = textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line(row, role) for row in rows or [indent.rstrip()]]


def printable(text: str) -> str:
    """The text with everything that would steer a terminal made visible."""
    if text.isprintable():
        return text
    return "".join([one if one.isprintable() else one.encode("unicode_escape").decode() for one in text])


def printable_text(text: str) -> str:
    """As `printable`, of a text with line breaks, which stay."""
    return text if text.isprintable() else "\n".join([printable(row) for row in text.split("\n")])


def plain(lines: Iterable[Line]) -> str:
    """The text without colour."""
    rows = ["".join([printable(span.text) for span in one]).rstrip() for one in lines]
    return "".join([row + "\n" for row in rows])


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose owner has not asked for plain text."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def rendered(lines: Iterable[Line], *, colour: bool) -> str:
    """The text, with the terminal's codes for colour if asked for."""
    if not colour:
        return plain(lines)
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="standard", highlight=False, markup=False, emoji=False
    )
    for one in lines:
        text = Text(no_wrap=True, overflow="ignore")
        for span in one:
            text.append(printable(span.text), _STYLES[span.role])
        text.rstrip()
        console.print(text, soft_wrap=True)
    return out.getvalue()
