"""The command `lockstep explore`: its arguments."""

from __future__ import annotations

import click

from checker.cli_parameters import debug, numbers


@click.command()
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@debug
def explore(target: str, scope: dict[str, int], params: dict[str, int], faults: dict[str, int]) -> int:
    """Walk through a model by hand.

    TARGET is one check of a spec, or a model with its scope, as for `lockstep check`. Commands are read from
    standard input, one a line: the number of a step takes it, `help` lists the others.
    """
    from checker.gates.explore_command import ExploreCommand
    from checker.gates.explore_command import explore as run
    from checker.gates.target import Options

    return run(ExploreCommand(target, Options(scope=scope, params=params, faults=faults)))
