"""What a search is asked to do, and what it says while it runs: the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a search stops early. None is no limit.

    Attributes:
        seconds: wall-clock time.
        bytes: resident memory of the process.
        states: distinct states.
        depth: levels; the initial states are level 1.
    """

    seconds: float | None = None
    bytes: int | None = None
    states: int | None = None
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A search under way: levels finished, pairs generated, states found and still to be expanded."""

    depth: int
    generated: int
    distinct: int
    queue: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Request:
    """One check of one model.

    Attributes:
        model: the model class.
        scope: members of each sort, by name.
        params: the parameters' values.
        faults: the fault budgets; a fault that is not named has none.
        only: the properties to check; None for all of them. Constraints and assumptions always count.
        deadlock: report a state without enabled action (unless a @terminal names it).
        limits: where to stop early.
        progress: called a few times a second.
    """

    model: type
    scope: Mapping[str, int] = field(default_factory=dict[str, int])
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    only: frozenset[str] | None = None
    deadlock: bool = True
    limits: Limits = Limits()
    progress: Callable[[Progress], None] | None = None
