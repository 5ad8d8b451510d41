"""Problems: what a model may not say, each with its place, the fact and the fix; all of them collected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One reason to refuse a model."""

    file: str
    line: int
    column: int
    fact: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.fact}; {self.fix}"


class Refused(Exception):
    """The model is outside of the language. `problems` are sorted by file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        assert problems, "a refusal says why"
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Skip(Exception):
    """Leaves an expression or statement whose problem has been reported already."""


class Problems:
    """Collects problems; reports each once."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, problem: Problem) -> None:
        """Notes a problem, unless it is known."""
        self._found.setdefault(problem)

    def mark(self) -> int:
        """A point to return to by `back_to`."""
        return len(self._found)

    def since(self, mark: int) -> list[Problem]:
        """The problems noted since the mark."""
        return list(self._found)[mark:]

    def back_to(self, mark: int) -> None:
        """Forgets the problems noted since the mark."""
        for problem in list(self._found)[mark:]:
            del self._found[problem]

    def sorted(self) -> tuple[Problem, ...]:
        """All problems, by file and line."""
        return tuple(sorted(self._found))


def nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """A fix that names the valid name most like the given one."""
    found = difflib.get_close_matches(name, sorted(set(known)), 1)
    return f"did you mean '{found[0]}'?" if found else otherwise
