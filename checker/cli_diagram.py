"""The command `lockstep diagram`: its arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from checker.cli_parameters import debug, numbers


@click.command()
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option(
    "--variables",
    multiple=True,
    metavar="NAME,...",
    help="What to look at: variables, or parts such as role[Node1] or vote[Node1].ballot; else all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "dot"]),
    default="svg",
    show_default=True,
    help="A picture, or text for Graphviz.",
)
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="The most states of the model itself.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file.")
@debug
def diagram(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    variables: tuple[str, ...],
    form: Any,
    max_states: int,
    output: Path | None,
) -> int:
    """Draw the states of a small model, or of a few variables.

    TARGET is one check of a spec, or a model with its scope. States that look the same in the chosen
    variables are one; steps that change nothing in them are left out. Faults are dashed.
    """
    from checker.engines.request import Limits
    from checker.gates.diagram_command import DiagramCommand, diagram_command
    from checker.gates.target import Options

    options = Options(scope=scope, params=params, faults=faults, limits=Limits(states=max_states))
    if ".toml" not in target:
        options = Options(scope, params, faults, None, "accept", Limits(states=max_states))
    return diagram_command(DiagramCommand(target, options, variables, form, output))
