"""The command `lockstep prove`: its arguments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli_parameters import debug, numbers

if TYPE_CHECKING:
    from checker.gates.prove_triage import Beyond


@click.command()
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option("--only", multiple=True, metavar="PROPERTY", help="Prove this property; may be repeated.")
@click.option("--deadlock", type=click.Choice(["report", "accept"]), help="Whether a deadlock is an error.")
@click.option(
    "--bounded",
    metavar="STEPS",
    type=click.IntRange(0, 1_000),
    help="Look for a violation within so many steps, instead of proving that there is none.",
)
@click.option(
    "--unbounded",
    is_flag=True,
    help="After the induction at the scope, prove it for every scope and without bounds on integers.",
)
@click.option(
    "--steps",
    metavar="K",
    type=click.IntRange(1, 1_000),
    help="An induction over K steps in a row: for counters, modes and timers.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="For a bounded search as a whole; of a proof, for each query.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Of the solver. A proof for every scope is tried with five, from this one.",
)
@click.option(
    "--triage",
    "beyond",
    flag_value="triage",
    help="Where the induction is refused: search the scope for what it refuses. Found: the model is wrong.",
)
@click.option(
    "--suggest",
    "beyond",
    flag_value="suggest",
    help="As --triage; where nothing is found, suggest lemmas that exclude the counterexample.",
)
@click.option(
    "--write",
    "beyond",
    flag_value="write",
    help="As --suggest; add the first to the model's file, if every step keeps it.",
)
@click.option(
    "--search-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="For the search of --triage, and for that of --suggest.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object of JSON instead of the report.")
@click.option(
    "--trace-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the trace of a violation, or the step that breaks a proof: FILE.json, .itf.json, .txt ...",
)
@click.option(
    "--no-cache", is_flag=True, help="Ask the solver everything, also what it proved before, word for word."
)
@debug
def prove(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    only: tuple[str, ...],
    deadlock: str | None,
    bounded: int | None,
    unbounded: bool,
    steps: int | None,
    seconds: float,
    seed: int,
    beyond: Beyond | None,
    search_seconds: float,
    as_json: bool,
    trace_out: Path | None,
    no_cache: bool,
) -> int:
    """Ask a solver whether anything can go wrong.

    TARGET is one check of a spec, or a model with its scope, as for `lockstep check`. A proof is an
    induction over the model's lemmas (@lemma), or over its invariants where it has none.
    """
    if unbounded and bounded is not None:
        raise click.UsageError("--bounded looks at executions of some length, --unbounded at all; choose one")
    if steps is not None and (unbounded or bounded is not None):
        raise click.UsageError("--steps is for an induction; leave out --bounded and --unbounded")
    if beyond is not None and (unbounded or bounded is not None or steps is not None):
        raise click.UsageError(f"--{beyond} is for an induction over one step; leave out the other mode")
    from checker.gates.prove_command import ProveCommand
    from checker.gates.prove_command import prove as run
    from checker.gates.target import Options

    options = Options(
        scope=scope,
        params=params,
        faults=faults,
        only=frozenset(only) if only else None,
        deadlock=deadlock,
    )
    return run(
        ProveCommand(
            target,
            options,
            bounded,
            unbounded,
            seconds,
            seed,
            as_json,
            trace_out,
            not no_cache,
            beyond=beyond,
            search_seconds=search_seconds,
        )
    )
