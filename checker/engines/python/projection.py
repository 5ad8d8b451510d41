"""What a model does, seen through a few parts of its states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from checker.engines.python.search import explored
from checker.engines.request import Request
from checker.running.plain_form import to_plain
from checker.running.runner import State as Held
from checker.traces.trace import State
from checker.verdicts import Result

Look = tuple[str, ...]
"""What is seen of a state: lines of text."""


@dataclass(frozen=True, slots=True)
class Projected:
    """The states of a model that differ in what is looked at.

    Attributes:
        seen: each once, in the order in which they are reached.
        initial: their numbers.
        steps: from, to, the actions that lead there; what changes nothing that is looked at is left out.
    """

    result: Result
    seen: tuple[Look, ...]
    initial: frozenset[int]
    steps: tuple[tuple[int, int, tuple[str, ...]], ...]


def projected(request: Request, look: Callable[[State], Look]) -> Projected:
    """Searches, without symmetry, and takes every step again.

    Raises:
        As `explore`.
    """
    result, search = explored(replace(request, symmetry=()))
    runner = search.runner
    numbers: dict[Look, int] = {}
    known: dict[Held, int] = {}

    def number_of(state: Held) -> int:
        found = known.get(state)
        if found is None:
            plain = tuple((name, to_plain(value)) for name, value in zip(runner.names, state, strict=True))
            found = known[state] = numbers.setdefault(look(plain), len(numbers))
        return found

    initial: set[int] = set()
    arrows: dict[tuple[int, int], dict[str, None]] = {}
    with runner.running():
        for state, parent in zip(list(search.states), list(search.parents), strict=True):
            start = number_of(state)
            if parent.state < 0:
                initial.add(start)
            if not parent.inside:
                continue
            for action in runner.actions:
                runner.load(state)
                for arguments in runner.bindings(action):
                    after = runner.step(state, action, arguments)
                    if after is not None and after in search.numbers and number_of(after) != start:
                        arrows.setdefault((start, number_of(after)), {})[action.name] = None
    steps = tuple((start, end, tuple(sorted(names))) for (start, end), names in sorted(arrows.items()))
    return Projected(result, tuple(numbers), frozenset(initial), steps)
