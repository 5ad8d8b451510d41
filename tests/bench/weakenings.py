"""Weakens the rules of the replication group, one at a time, and counts how many its gate catches.

    python -m tests.bench.weakenings [--tier default] [NAME ...]

The weakened groups are in `tests/bench/weakened/`. Each is searched in the checks of its model's spec that
must hold, one after the other, until one shows a violation. `HARMLESS` names those that do no harm, with the
reason; nothing may catch these. The command fails if a group that does harm is not caught, or if a
harmless one is.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.engines.native.explore import explore
from checker.engines.native.simulate import simulate
from checker.gates.check import TIERS, Check
from checker.gates.gate_command import load_specs
from checker.gates.run import request_of
from checker.language.model import Model
from checker.verdicts import Violated
from model.atomic_replication import AtomicReplication
from model.replication import Replication

MODULES = ("disks", "leaders", "votes")
SPECS: dict[type[Model], str] = {
    Replication: "specs/replication.toml",
    AtomicReplication: "specs/atomic_replication.toml",
}
HARMLESS = {
    "CountsItsOwnUnsyncedVote": "a proposal leaves the outbox together with its leader's own vote",
    "WritebackSends": "what a disk has written by itself is on it: an answer that is sent then is true",
    "AppliesNewerEntries": "a leader of a later ballot has adopted what was chosen in an earlier one",
}


@dataclass(frozen=True, slots=True)
class Caught:
    """A violation: of which property, after how many steps, in which check."""

    violated: str
    steps: int
    check: str


def weakened() -> list[type[Model]]:
    """The weakened groups, in the order in which they are written."""
    modules = [importlib.import_module(f"tests.bench.weakened.{name}") for name in MODULES]
    return [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Model) and one.__module__ == module.__name__
    ]


def checks_of(group: type[Model], tier: str) -> Iterator[Check]:
    """The checks that a group's model must hold in."""
    spec = SPECS[group.__mro__[1]]
    wanted = TIERS[: TIERS.index(tier) + 1]
    for loaded in load_specs([Path(spec)]):
        yield from (one for one in loaded.checks if one.requirement is not None and one.tier in wanted)


def caught_by(group: type[Model], tier: str) -> Caught | None:
    """The first violation that a check of the gate finds, if one does."""
    for check in checks_of(group, tier):
        search = explore if check.simulation is None else simulate
        verdict = search(request_of(check, group)).verdict
        if isinstance(verdict, Violated):
            return Caught(verdict.property or verdict.kind, len(verdict.trace.steps), check.name)
    return None


def main() -> int:
    """Prints a line for each weakened group, and how many were caught. 0: all that do harm, and no other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--tier", choices=TIERS, default="default")
    asked = parser.parse_args()
    groups = [one for one in weakened() if not asked.names or one.__name__ in asked.names]
    wrong, harmful, began = list[str](), 0, time.monotonic()
    for group in groups:
        name, found = group.__name__, caught_by(group, asked.tier)
        said = f"{found.violated}, {found.steps} steps; {found.check}" if found else "nothing"
        print(f"  {name:<34} {said}", flush=True)
        harmful += name not in HARMLESS
        if (found is None) != (name in HARMLESS):
            wrong.append(name)
    missed = [name for name in wrong if name not in HARMLESS]
    caught, seconds = harmful - len(missed), time.monotonic() - began
    print(f"{caught} of {harmful} caught; {len(groups) - harmful} do no harm; {seconds:.0f} s")
    for name in wrong:
        print(f"{name} is {'caught, though it does no harm' if name in HARMLESS else 'not caught'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
