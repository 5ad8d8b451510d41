"""The command `lockstep size`: its arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from checker.cli_parameters import debug, engine_option, numbers, workers_option


@click.command()
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option("--deadlock", type=click.Choice(["report", "accept"]), help="Whether a deadlock is an error.")
@click.option("--max-states", type=click.IntRange(min=1), help="Stop at so many distinct states.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page with plots.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@engine_option
@workers_option
@debug
def size(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    deadlock: str | None,
    max_states: int | None,
    html: Path | None,
    as_json: bool,
    engine: Any,
    workers: int | None,
) -> int:
    """Say where the states of a model come from.

    By depth, by action, and by variable: how many distinct states there would be without it, and which
    guards and properties look at it. What nothing looks at comes first. TARGET is one check of a spec, or a
    model with its scope. States that differ in names alone are counted apart.
    """
    from checker.engines.request import Limits
    from checker.gates.engine import Execution
    from checker.gates.size_command import SizeCommand, size_command
    from checker.gates.target import Options

    options = Options(
        scope=scope, params=params, faults=faults, deadlock=deadlock, limits=Limits(states=max_states)
    )
    return size_command(SizeCommand(target, options, Execution(engine, workers, patient=True), as_json, html))
