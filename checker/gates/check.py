"""A check: one model in one scope, what it must show, and where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from checker.engines.request import Limits
from checker.gates.toml_lines import KeyPath, line_of
from checker.verdicts import Requirement

Tier: TypeAlias = Literal["quick", "default", "nightly"]
NO_LIMITS = Limits()
TIERS: tuple[Tier, ...] = get_args(Tier)
"""Each tier runs its own checks and those of the tiers before it."""


@dataclass(frozen=True, slots=True)
class Expect:
    """How a negative control must fail.

    Attributes:
        violated: the property; `deadlock` and `evaluation` stand for themselves.
        steps: the length of the shortest trace; None where any will do.
    """

    violated: str
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """What may stay untried in a positive check: actions, covers, properties with untested implications."""

    never_fired: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    untested: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a check comes from.

    Attributes:
        file: the spec as the person named it; None for a check given on the command line.
        project: the folder from which the model is imported.
        path: the check within the spec, such as `("check", 0)`.
        lines: the line of each key of the spec.
    """

    file: str | None
    project: Path
    path: KeyPath = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict[KeyPath, int])

    def place(self, *key: str | int) -> str:
        """Where a key of the check stands: `specs/paxos.toml:12`, or `--scope` on the command line."""
        if self.file is None:
            return f"--{key[0]}" if key and key[0] not in ("model", "mutant") else "TARGET"
        path: KeyPath = ("model",) if key == ("model",) else (*self.path, *key)
        return f"{self.file}:{line_of(dict(self.lines), path)}"


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
        deadlock: whether a deadlock is reported.
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
    deadlock: bool = True
    limits: Limits = NO_LIMITS
    tier: Tier = "default"
    accept: Accept = Accept()

    @property
    def target(self) -> str:
        """`module:Class` of the class that runs."""
        return self.mutant or self.model


@dataclass(frozen=True, slots=True)
class Spec:
    """A file of checks about one model."""

    file: str
    checks: tuple[Check, ...]
