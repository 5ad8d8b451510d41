"""Generated models, audited: searched with each reduction and without, on each engine and store.

    python -m tests.differential.models.audited --seed 1 --count 200

A model whose searches disagree is printed with its seed. Exit code 1 when there was one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from checker.gates.audit import Audited, Bounds, audit
from checker.gates.check import Check, Origin
from checker.gates.problems import GateError
from checker.language.declaration import declare, sorts_of
from checker.language.errors import ModelError
from tests.differential.models.agreement import compiled_quickly, load, own_cache
from tests.strategies.models.dice import Dice
from tests.strategies.models.module import Generated, generated

BOUNDS = Bounds(states=2_000, python_states=600, seconds=20.0)
MEMBERS = 3
"""Members of each sort that the model's scope gives more than one: a permutation of two says little."""


def audited(model: Generated, folder: Path) -> Audited | None:
    """The audit of a model; None where it is none."""
    made = load(model.text, folder)
    try:
        used = {sort.__name__ for sort in sorts_of(declare(made.Generated))}
    except ModelError:
        return None
    scope = {name: size for name, size in model.scope.items() if name in used}
    check = Check(
        name=made.__name__,
        model=f"{made.__name__}:Generated",
        origin=Origin(None, folder),
        scope={name: MEMBERS if size > 1 else size for name, size in scope.items()},
        params=model.params,
        faults=model.faults,
        deadlock=model.deadlock,
    )
    try:
        with compiled_quickly():
            return audit(check, BOUNDS)
    except GateError:
        return None


def is_reduced(found: Audited | None) -> bool:
    """Whether some search of it was reduced."""
    return found is not None and any(one.result.symmetry for one in found.sights)


def main() -> int:
    """Audits models of seeds one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    asked = parser.parse_args()
    reduced = wrong = 0
    with own_cache(), tempfile.TemporaryDirectory() as folder:
        for seed in range(asked.seed, asked.seed + asked.count):
            model = generated(Dice.seeded(seed))
            found = audited(model, Path(folder))
            reduced += is_reduced(found)
            if found is not None and found.disagreements:
                wrong += 1
                print(
                    f"seed {seed}, {found.check.scope}:",
                    *found.disagreements,
                    model.text,
                    sep="\n",
                    flush=True,
                )
    print(f"{asked.count} models, {reduced} reduced, {wrong} with searches that disagree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
