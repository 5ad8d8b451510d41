"""What reports for machines list: one case for each check and property, with the trace where it fails.

Whoever makes the cases has decided; a renderer (`junit`, `sarif`, `github`) only prints them.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Literal, TypeAlias

CaseStatus: TypeAlias = Literal["pass", "fail", "incomplete", "error", "skipped"]
"""`incomplete`: less is known than required. `skipped`: nothing is said about this property."""

TEXT_MAX = 200_000
"""Characters of a report or a message; a longer one is cut and says so."""


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a file; its name is relative to the root of the repository, with slashes, or absolute."""

    file: str
    line: int
    end_line: int | None = None


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of a trace: where its action is written, the call, what it changed.

    Attributes:
        state: the text of each variable that is new or changed.
        kind: `action`, `fault:NAME`, `initial` or `attempt` (a call that could not be evaluated).
    """

    place: Place | None
    call: str
    changes: tuple[str, ...]
    state: tuple[tuple[str, str], ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in a spec, a model or the command line that kept a check from running."""

    place: Place | None
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """What a check says about one property, or about itself.

    Attributes:
        suite: the spec, relative to the root of the repository; of a check on the command line its target.
        model: `module:Class` of the class that ran.
        check: the name of the check.
        property: None for the check as a whole.
        rule: a name that stays: the property, `deadlock`, `evaluation`, or `lockstep/...` for a check.
        message: one or two sentences.
        text: the whole report, with the trace; empty where nothing is wrong.
        place: of the property; of the check, where it is about the check.
        seconds: what the check took, on one of its cases; 0 on the others.
        path: the trace.
        why: why the property is false at the end of the path.
        faults: why nothing could be run.
    """

    suite: str
    model: str
    check: str
    property: str | None
    rule: str
    status: CaseStatus
    message: str
    text: str = ""
    place: Place | None = None
    seconds: float = 0.0
    path: tuple[PathStep, ...] = ()
    why: str | None = None
    faults: tuple[Fault, ...] = ()

    @builtins.property  # the class has a field of that name
    def name(self) -> str:
        """`two ballots: agreement`; the check's name alone for the check as a whole."""
        return self.check if self.property is None else f"{self.check}: {self.property}"

    @builtins.property
    def is_bad(self) -> bool:
        """Whether it keeps a gate from passing."""
        return self.status in ("fail", "incomplete", "error")


def shortened(text: str, most: int = TEXT_MAX) -> str:
    """The text, or its beginning with a line that says how much is left out."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n... {len(text) - most:,} characters are left out here"
