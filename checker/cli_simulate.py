"""The command `lockstep simulate`: its arguments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from checker.cli_options import ProgressCommand, outputs_options
from checker.cli_parameters import F, debug, engine_option, numbers, workers_option


def _walk_options(command: F) -> F:
    """How many walks, how long, and how they are drawn."""
    options: list[Callable[[Any], Any]] = [
        click.option(
            "--walks",
            type=click.IntRange(1, 10**15),
            help="How many walks; else what the check says, as many as fit into --seconds, or 1000.",
        ),
        click.option(
            "--depth", type=click.IntRange(1, 1_000_000), help="The most states of a walk; else 100."
        ),
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Of all that is drawn; else 1."),
        click.option(
            "--choose",
            type=click.Choice(["step", "action"]),
            help="What is drawn at each state: an enabled action with its arguments (step), or an enabled "
            "action, then its arguments (action); else step.",
        ),
        click.option(
            "--seconds",
            "--max-seconds",
            type=click.FloatRange(min=0, min_open=True),
            help="Stop after so long.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command(cls=ProgressCommand)
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option("--only", multiple=True, metavar="PROPERTY", help="Check this property; may be repeated.")
@click.option("--deadlock", type=click.Choice(["report", "accept"]), help="Whether a deadlock is an error.")
@_walk_options
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@click.option(
    "--trace-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the trace of a violation: FILE.json, .itf.json, .mmd (Mermaid), .py or .txt.",
)
@outputs_options
@engine_option
@workers_option
@debug
def simulate(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    only: tuple[str, ...],
    deadlock: str | None,
    walks: int | None,
    depth: int | None,
    seed: int | None,
    choose: Any,
    seconds: float | None,
    as_json: bool,
    trace_out: Path | None,
    progress: Any,
    progress_out: Path | None,
    junit: Path | None,
    sarif: Path | None,
    github: bool | None,
    engine: Any,
    workers: int | None,
) -> int:
    """Take random walks through one model.

    TARGET is as for `lockstep check`. A seed stands for the same walks, and the same finding, with any number
    of workers and with either engine.
    """
    from checker.engines.request import Limits
    from checker.gates.check_command import CheckCommand
    from checker.gates.check_command import check as run
    from checker.gates.engine import Execution
    from checker.gates.outputs import Outputs
    from checker.gates.simulation import WalkOptions
    from checker.gates.target import Options

    options = Options(
        scope=scope,
        params=params,
        faults=faults,
        only=frozenset(only) if only else None,
        deadlock=deadlock,
        limits=Limits(seconds=seconds),
    )
    execution = Execution(engine, workers, patient=True)
    asked = WalkOptions(walks, depth, seed, choose)
    outputs = Outputs(junit, sarif, github, progress_out)
    return run(CheckCommand(target, options, as_json, progress, trace_out, execution, outputs, asked))
