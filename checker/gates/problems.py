"""What can be wrong before a check runs: in a spec, on the command line, or with the model's module."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from checker.exit_codes import ExitCode


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of the person who wrote a spec, a command line or a model.

    Attributes:
        place: `specs/paxos.toml:12`, `model/paxos.py:7`, or an option such as `--scope`.
        fact: what is wrong; it names the key.
        fix: what to write instead.
        key: the key of the spec, such as `scope.Acceptor`; None where it is not about one.
    """

    place: str
    fact: str
    fix: str
    key: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.fact}; {self.fix}"


class GateError(Exception):
    """Nothing can be run. `problems` says why, all of it; `exit_code` is what the command ends with."""

    exit_code: ClassVar[ExitCode]

    def __init__(self, problems: Sequence[Problem]) -> None:
        assert problems, "an error says why"
        super().__init__("\n".join([str(problem) for problem in problems]))
        self.problems = tuple(problems)


class SpecError(GateError):
    """A spec, or a name on the command line, is wrong."""

    exit_code = ExitCode.CONFIGURATION


class ModelUnusable(GateError):
    """The model's module cannot be imported, or the language refuses the model."""

    exit_code = ExitCode.MODEL_REFUSED


class TooLarge(GateError):
    """A scope that cannot even be written out."""

    exit_code = ExitCode.SPACE_TOO_LARGE


class SystemFailure(GateError):
    """The system refuses what was asked of it: a file cannot be written, memory is used up."""

    exit_code = ExitCode.SYSTEM


def nearest(name: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """A fix that names the valid name most like a given one, or else lists them."""
    names = sorted(set(known))
    found = difflib.get_close_matches(name, names, 1)
    if not found:
        found = [one for one in names if one.lower() == name.lower()]
    if found:
        return f"did you mean '{found[0]}'?"
    if otherwise is not None:
        return otherwise
    if not names:
        return "there are none"
    shown = names if len(names) <= 20 else [*names[:20], "..."]
    return f"write one of: {', '.join(shown)}"


def quote(text: str) -> str:
    """A name as messages show it: on one line, not too long, control characters escaped."""
    short = text if len(text) <= 60 else text[:57] + "..."
    return "'" + "".join([one if one.isprintable() else ascii(one)[1:-1] for one in short]) + "'"
