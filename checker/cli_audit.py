"""The command `lockstep audit`: its arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from checker.cli_parameters import debug


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC|DIR]...", type=click.Path(path_type=Path))
@click.option(
    "--tier",
    type=click.Choice(["quick", "default", "nightly"]),
    default="quick",
    show_default=True,
    help="Which checks to audit; each tier includes those before it.",
)
@click.option(
    "--states",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="Scopes are made smaller until there are no more states than this.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@debug
def audit(specs: tuple[Path, ...], tier: Any, states: int, as_json: bool) -> int:
    """Search the checks of specs in all ways, and compare.

    Small scopes are searched with each reduction and without, on each engine and store, with one worker and
    with two. Whatever they say differently is an error of the tool.
    """
    from checker.gates.audit import Bounds
    from checker.gates.audit_command import AuditCommand, audit_command

    return audit_command(AuditCommand(specs, tier, Bounds(states=states), as_json))
