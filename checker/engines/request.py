"""What a search is asked to do, and what it says while it runs: the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args


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
    """A search under way: levels finished, pairs generated, states found and still to be expanded.

    Of a simulation `walks` are finished, and `generated` are their steps; the other numbers are zero.
    """

    depth: int
    generated: int
    distinct: int
    queue: int
    seconds: float
    walks: int | None = None


Choice: TypeAlias = Literal["step", "action"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""What is drawn at each state of a walk, uniformly: an enabled (action, arguments) pair; or an action that is
enabled, then its arguments."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """Random walks, in place of a search.

    Attributes:
        walks: how many; None for as many as fit into the time.
        depth: the most states of a walk, the initial one included.
        seed: of all that is drawn; at least 0, below 2**63.
        choose: what is drawn at each state.
    """

    walks: int | None = 1_000
    depth: int = 100
    seed: int = 1
    choose: Choice = "step"


StoreName: TypeAlias = Literal["default", "compact"]
STORES: tuple[StoreName, ...] = get_args(StoreName)
"""How states are kept: as they are, or as a tree of shared parts, in a few bytes each. Both are exact."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a long search keeps what it needs to go on after it was killed.

    Attributes:
        folder: written at the ends of levels; nothing else is in it.
        resume: go on from what is in the folder; otherwise the folder must have no checkpoint.
        seconds: at least so long between two writings.
    """

    folder: Path
    resume: bool = False
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """One check of one model.

    Attributes:
        model: the model class.
        scope: members of each sort, by name.
        params: the parameters' values.
        faults: the fault budgets; a fault that is not named has none.
        only: the properties to check; None for all of them. Assumptions always count.
        constraints: the constraints that count; None for all of the model's.
        symmetry: the sorts whose members are interchanged to find states that differ in names alone; None
            for every sort that can be.
        deadlock: report a state without enabled action (unless a @terminal names it).
        limits: where to stop early.
        progress: called a few times a second.
        workers: threads that search; the answer does not depend on it.
        store: how the native engine keeps states; the answer does not depend on it.
        checkpoint: where the native engine keeps what it needs to go on; None for nowhere.
        brief: the search is known to be short, and would not repay what optimising its code takes; the answer
            does not depend on it.
        simulation: take random walks instead of searching.
        lemmas: what a proof rests on: lemmas, or invariants, by name; None for the model's lemmas, or where
            it has none, its invariants.
    """

    model: type
    scope: Mapping[str, int] = field(default_factory=dict[str, int])
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    only: frozenset[str] | None = None
    constraints: frozenset[str] | None = None
    symmetry: tuple[str, ...] | None = ()
    deadlock: bool = True
    limits: Limits = Limits()
    progress: Callable[[Progress], None] | None = None
    workers: int = 1
    store: StoreName = "default"
    checkpoint: Checkpoint | None = None
    brief: bool = False
    simulation: Simulation | None = None
    lemmas: frozenset[str] | None = None
