"""The command `lockstep mutate`: its arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from checker.cli_parameters import debug, engine_option, numbers, workers_option

OPERATORS = (
    "drop-guard",
    "drop-field-check",
    "comparison",
    "quorum",
    "skip-assignment",
    "skip-sync",
    "stale-read",
    "swap",
)


@click.command()
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option("--only", multiple=True, metavar="PROPERTY", help="Check this property; may be repeated.")
@click.option("--deadlock", type=click.Choice(["report", "accept"]), help="Whether a deadlock is an error.")
@click.option(
    "--operator",
    "operators",
    multiple=True,
    type=click.Choice(OPERATORS),
    help="Make mistakes of this kind; may be repeated.",
)
@click.option("--matrix", is_flag=True, help="Say of each mutant all that it breaks, not the first alone.")
@click.option(
    "--max-survivors", type=click.IntRange(min=0), help="How many may survive, beside those accepted."
)
@click.option(
    "--max-seconds", type=click.FloatRange(min=0, min_open=True), help="Stop each mutant's search after."
)
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    help="Stop each mutant's search at so many states; else ten times the model's and 100,000.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@click.option(
    "--tier",
    type=click.Choice(["quick", "default", "nightly"]),
    default="default",
    show_default=True,
    help="Which tables of a spec; each tier includes those before it.",
)
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="Write a JUnit report.")
@engine_option
@workers_option
@debug
def mutate(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    only: tuple[str, ...],
    deadlock: str | None,
    operators: tuple[str, ...],
    matrix: bool,
    max_survivors: int | None,
    max_seconds: float | None,
    max_states: int | None,
    as_json: bool,
    tier: Any,
    junit: Path | None,
    engine: Any,
    workers: int | None,
) -> int:
    """Ask whether the properties would notice a mistake.

    One small mistake at a time is made in the rules of the model, and the mutant is searched to the first
    violation. TARGET is a spec, whose [[mutate]] tables say in which scopes; one check of it; or a model with
    its scope, as for `lockstep check`.
    """
    from checker.engines.request import Limits
    from checker.gates.engine import Execution
    from checker.gates.mutate_command import MutateCommand, mutate_command
    from checker.gates.target import Options

    options = Options(
        scope=scope,
        params=params,
        faults=faults,
        only=frozenset(only) if only else None,
        deadlock=deadlock,
    )
    limits = Limits(seconds=max_seconds, states=max_states)
    execution = Execution(engine, workers, patient=True)
    return mutate_command(
        MutateCommand(
            target, options, operators, max_survivors, limits, execution, as_json, junit, tier, matrix
        )
    )
