"""Compares the engines on many generated models, from a seed on: `make fuzz SEED=1 COUNT=500`.

What disagrees is made smaller and written to a folder, with the words of the first difference.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import SystemRandom

import click

from tests.differential.models.agreement import Agreement, agreement, own_cache
from tests.differential.models.reduce import reduced
from tests.strategies.models.dice import Dice
from tests.strategies.models.module import Generated, generated


@click.command()
@click.option("--seed", type=int, default=None, help="the first model; another one each time unless given")
@click.option("--count", type=int, default=500, show_default=True, help="how many models")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/fuzz"), show_default=True)
def main(seed: int | None, count: int, folder: Path) -> None:
    """Compares the engines on generated models; ends with 1 when they disagree on one."""
    seed = SystemRandom().randrange(10**9) if seed is None else seed
    click.echo(f"seed {seed}, {count} models")
    met, wrong = Counter[str](), 0
    with own_cache():
        for number in range(seed, seed + count):
            model = generated(Dice.seeded(number))
            found = fault(model, met)
            if found is None:
                continue
            wrong += 1
            smaller = reduced(model, lambda one, found=found: fault(one) == found)  # type: ignore[misc]  # a class made at run time
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{number}.py"
            file.write_text(_shown(smaller, found), encoding="utf-8")
            click.echo(f"model {number}: {found}\n  {file}")
    click.echo(", ".join(f"{name} {number}" for name, number in sorted(met.items())))
    sys.exit(1 if wrong else 0)


def fault(model: Generated, met: Counter[str] | None = None) -> str | None:
    """What is wrong: the kind of exception, or what differs; None when all agree or the model is refused."""
    with tempfile.TemporaryDirectory() as place:
        try:
            found = agreement(model, Path(place))
        except Exception as error:
            return f"{type(error).__name__}: {_without_names(str(error))}"
    if met is not None:
        met[_kind(found)] += 1
    return _without_names(found.differences[0].split("\n")[0]) if found.differences else None


def _kind(found: Agreement) -> str:
    if found.result is None:
        return "refused"
    return found.result.verdict.name


def _without_names(text: str) -> str:
    """A message without the numbers and files of one run."""
    return "".join("#" if letter.isdigit() else letter for letter in text.split("/tmp/")[0])[:120]


def _shown(model: Generated, found: str) -> str:
    facts = (model.scope, model.params, model.faults, f"deadlock {model.deadlock}", found)
    return model.text + "".join(f"# {fact}\n" for fact in facts)


if __name__ == "__main__":
    main()
