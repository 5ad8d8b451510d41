"""A check: one model in one scope, what it must show, and where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from checker.engines.request import Limits, Simulation, StoreName
from checker.gates.toml_lines import KeyPath, line_of
from checker.verdicts import Requirement

Tier: TypeAlias = Literal["quick", "default", "nightly"]
EngineName: TypeAlias = Literal["auto", "native", "python"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)
"""The engines by name; the first is the one that is used when none is named."""

NO_LIMITS = Limits()
TIERS: tuple[Tier, ...] = get_args(Tier)
"""Each tier runs its own checks and those of the tiers before it."""


@dataclass(frozen=True, slots=True)
class Expect:
    """How a negative control must fail.

    Attributes:
        violated: the property; `deadlock` and `evaluation` stand for themselves.
        steps: the length of the shortest trace; None where any will do.
        actions: what the trace must contain, in this order, perhaps with other actions between.
    """

    violated: str
    steps: int | None = None
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accept:
    """What may stay untried, by name: in a check that must hold, or in all such checks of a spec.

    Attributes:
        never_fired: actions, and faults that have a budget.
        covers: covers.
        untested: properties with an implication whose left side is never true.
        unpruned: constraints that every state satisfies.
        unchecked: properties that no check of the spec looks at.
        no_step: there may be a check without a single step.
        no_initial_state: there may be a check without a single state.
    """

    never_fired: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    untested: frozenset[str] = frozenset()
    unpruned: frozenset[str] = frozenset()
    unchecked: frozenset[str] = frozenset()
    no_step: bool = False
    no_initial_state: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a check comes from.

    Attributes:
        file: the spec as the person named it; None for a check given on the command line.
        project: the folder from which the model is imported.
        path: the check within the spec, such as `("check", 0)`.
        lines: the line of each key of the spec.
        row: the row of the matrix that the check is made from, such as `("check", 0, "matrix", 2)`.
    """

    file: str | None
    project: Path
    path: KeyPath = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict[KeyPath, int])
    row: KeyPath | None = None

    def place(self, *key: str | int) -> str:
        """Where a key of the check stands: `specs/paxos.toml:12`, or `--scope` on the command line."""
        if self.file is None:
            return f"--{key[0]}" if key and key[0] not in ("model", "mutant") else "TARGET"
        return f"{self.file}:{line_of(dict(self.lines), self._path(key))}"

    def _path(self, key: KeyPath) -> KeyPath:
        if key == ("model",):
            return key
        for base in (self.row, self.path):
            if base is not None and key and (*base, *key) in self.lines:
                return (*base, *key)
        return (*self.path, *key) if self.row is None or (*self.path, *key[:1]) in self.lines else self.row


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: unique within its spec.
        model: `module:Class`.
        mutant: the class that runs in its place, if any; a subclass with a seeded bug.
        requirement: what the verdict must say; None where there is no gate, and for a negative control.
        expect: how a negative control must fail; None for all others.
        only: the properties to check; None for all.
        constraints: the constraints that count; None for all.
        symmetry: the sorts whose members are interchanged; None for every sort that can be.
        deadlock: whether a deadlock is reported.
        engine: what searches; `auto` for the native engine where it can be used.
        store: how the native engine keeps states.
        simulation: random walks, in place of a search.
    """

    name: str
    model: str
    origin: Origin
    mutant: str | None = None
    scope: Mapping[str, int] = field(default_factory=dict[str, int])
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    requirement: Requirement | None = None
    expect: Expect | None = None
    only: frozenset[str] | None = None
    constraints: frozenset[str] | None = None
    symmetry: tuple[str, ...] | None = None
    deadlock: bool = True
    limits: Limits = NO_LIMITS
    tier: Tier = "default"
    accept: Accept = Accept()
    engine: EngineName = "auto"
    store: StoreName = "default"
    simulation: Simulation | None = None

    @property
    def target(self) -> str:
        """`module:Class` of the class that runs."""
        return self.mutant or self.model


Cover: TypeAlias = Literal["contexts", "transitions", "walks"]
COVERS: tuple[Cover, ...] = get_args(Cover)


@dataclass(frozen=True, slots=True)
class Traces:
    """Which behaviours of a model are replayed.

    Attributes:
        cover: each way through each action (contexts); these, then every step that is not yet taken
            (transitions); or random walks.
        at_most: how many traces.
        states: the states that are explored to choose them from; walks explore none.
        length: the most steps of a trace that could go on.
        seed: of what is drawn.
    """

    cover: Cover = "transitions"
    at_most: int = 500
    states: int = 100_000
    length: int = 100
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Replay:
    """Behaviours of a model in one scope, replayed on an implementation.

    Attributes:
        name: unique among the replays of its spec.
        model: `module:Class`.
        system: `module:Class` of the implementation's side; see `checker.conformance.system`.
        disabled: how many stimuli that the model disables are given in each context; 0 for none.
        mutants: models with a seeded bug, `module:Class`, whose mistakes the system must not make.
    """

    name: str
    model: str
    system: str
    origin: Origin
    scope: Mapping[str, int] = field(default_factory=dict[str, int])
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    traces: Traces = Traces()
    disabled: int = 30
    mutants: tuple[str, ...] = ()
    tier: Tier = "default"


@dataclass(frozen=True, slots=True)
class Validate:
    """How logs of an implementation are read as behaviours of a model in one scope.

    Attributes:
        name: unique among those of its spec.
        model: `module:Class`.
        mapping: `module:Class` of what the events mean; see `checker.conformance.validation`.
        faults: those that may occur have a budget, of whatever size: it is not used up.
        frontier: how many states the model may be in at once before nothing can be said.
    """

    name: str
    model: str
    mapping: str
    origin: Origin
    scope: Mapping[str, int] = field(default_factory=dict[str, int])
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    frontier: int = 10_000


ProofMode: TypeAlias = Literal["induction", "unbounded", "bounded"]
SEEDS = 1
"""With how many seeds a proof for every scope must succeed, where a spec does not say."""
QUERY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a proof of a mutant must fail: by a counterexample that CPython confirms, at the scope.

    Attributes:
        refused: the lemma that is not kept or not true at the beginning, the property that is not implied or,
            of a bounded search, violated; or the action that cannot be evaluated.
        after: the action whose step shows it; None where any will do.
    """

    refused: str
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Prove:
    """What a solver is asked about a model.

    Attributes:
        check: its name, model, scope and tier; `accept` says what may never happen where all lemmas hold.
        mode: induction at the scope; unbounded: and then for every scope; bounded: behaviours of at most
            `steps`.
        lemmas: the lemmas that are used, by name; None for all of the model's.
        steps: of a bounded search, the most steps; of an induction, how many steps in a row its lemmas are
            assumed to have held for.
        seeds: with how many of the solver's seeds, from 0 on, a proof for every scope must succeed.
        seconds: for each query; of a bounded search for all.
        expect: how it must fail; None where it must hold.
    """

    check: Check
    mode: ProofMode = "induction"
    lemmas: frozenset[str] | None = None
    steps: int | None = None
    seeds: int = SEEDS
    seconds: float = QUERY_SECONDS
    expect: Refusal | None = None


@dataclass(frozen=True, slots=True)
class AcceptedMutant:
    """A mutant that no property notices, and why that is right.

    Attributes:
        proof: the proof of the spec that shows it, by name: of a model with this very mistake.
    """

    mutant: str
    reason: str
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Mutate:
    """How mutants of a model are tested.

    Attributes:
        checks: names; what is not noticed in the scope of one is tested in that of the next.
        modules: those in whose rules mistakes are made; None for all.
        max_survivors: how many may go unnoticed, beside those that are accepted.
        limits: of each search of a mutant.
    """

    checks: tuple[str, ...]
    origin: Origin
    modules: tuple[str, ...] | None = None
    max_survivors: int = 0
    accept: tuple[AcceptedMutant, ...] = ()
    limits: Limits = NO_LIMITS
    tier: Tier = "default"


@dataclass(frozen=True, slots=True)
class Spec:
    """A file of checks about one model.

    Attributes:
        accept: what may stay untried in all checks together.
        origin: of the file as a whole.
        replays: what `lockstep replay` runs.
        validates: what `lockstep validate` reads logs by.
        mutates: what `lockstep mutate` tests.
        proves: what a solver is asked; a gate runs them after the checks.
    """

    file: str
    model: str
    checks: tuple[Check, ...]
    origin: Origin
    accept: Accept = Accept()
    replays: tuple[Replay, ...] = ()
    validates: tuple[Validate, ...] = ()
    mutates: tuple[Mutate, ...] = ()
    proves: tuple[Prove, ...] = ()
