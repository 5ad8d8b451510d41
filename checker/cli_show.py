"""`lockstep show`: its arguments; what it does is in `checker.gates.show_command`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from checker.cli_parameters import debug


@click.command()
@click.argument("trace", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["lanes", "text", "json", "itf", "mermaid", "python"]),
    default="lanes",
    show_default=True,
    help="How to print it.",
)
@click.option("--model", metavar="MODULE:CLASS", help="Whose invariants to evaluate in each state.")
@click.option("--step", type=click.IntRange(min=0), help="Show one step alone; 0 is the initial state.")
@click.option("--states", is_flag=True, help="Show the whole state after each step.")
@click.option("--ascii", is_flag=True, help="Draw with the characters of ASCII.")
@click.option(
    "--explain", is_flag=True, help="Say which steps a violation needs, and when it could be avoided."
)
@click.option("--json", "as_json", is_flag=True, help="Print what --explain says as one object of JSON.")
@click.option(
    "--html",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Write a page to look at, that needs nothing beside itself; without FILE beside the trace.",
)
@debug
def show(
    trace: Path,
    form: Any,
    model: str | None,
    step: int | None,
    states: bool,
    ascii: bool,
    explain: bool,
    as_json: bool,
    html: str | None,
) -> int:
    """Print a trace from a file.

    TRACE is a file that `lockstep check --trace-out` wrote, or ITF from another tool. It is drawn with a lane
    for each member that acts, and messages as arrows. Where a spec here is about its model, or --model names
    one, the model takes the steps again, and what holds in each state is shown, and why not.
    """
    from checker.gates.show_command import ShowCommand
    from checker.gates.show_command import show as run

    given = {
        "--model": model,
        "--step": step,
        "--states": states or None,
        "--ascii": ascii or None,
        "--explain": explain or None,
    }
    if form != "lanes" and (named := [name for name, value in given.items() if value is not None]):
        raise click.UsageError(f"{named[0]} is for --format lanes")
    drawn = {
        "--format": form if form != "lanes" else None,
        **given,
        "--model": None,
        "--explain": None,
        "--json": as_json or None,
    }
    if html is not None and (named := [name for name, value in drawn.items() if value is not None]):
        raise click.UsageError(f"{named[0]} is for what is printed, and --html writes a page with all of it")
    if as_json and not explain:
        raise click.UsageError("--json is for --explain; the trace itself is JSON with --format json")
    if as_json and (named := [name for name in ("--step", "--states", "--ascii") if given[name] is not None]):
        raise click.UsageError(f"{named[0]} is for what is drawn, and --json draws nothing")
    return run(ShowCommand(trace, form, model, step, states, ascii, html, explain, as_json))
