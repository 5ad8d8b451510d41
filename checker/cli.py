"""The command `lockstep`: its arguments and what it ends with; what a command does is in `checker.gates`.

Everything heavy is imported inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from checker.cli_audit import audit
from checker.cli_diagram import diagram
from checker.cli_explore import explore
from checker.cli_mutate import mutate
from checker.cli_options import ProgressCommand, outputs_options
from checker.cli_parameters import F, Settings, debug, execution_options, numbers, read_size
from checker.cli_prove import prove
from checker.cli_show import show
from checker.cli_simulate import simulate
from checker.cli_size import size

if TYPE_CHECKING:
    from checker.engines.request import Checkpoint, Limits


def _show_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("lockstep-checker")
    except PackageNotFoundError:
        number = "of an unknown version (not installed)"
    click.echo(f"lockstep {number}")
    context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Print the version.",
)
@debug
def cli() -> None:
    """Check models of protocols: visit every state, report what is wrong as a trace.

    The exit code says what was found; `lockstep exit-codes` lists them.
    """


def _no_symmetry(command: F) -> F:
    return click.option(
        "--no-symmetry", is_flag=True, help="Count states that differ in names of members alone as different."
    )(command)


@cli.command(cls=ProgressCommand)
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option("--only", multiple=True, metavar="PROPERTY", help="Check this property; may be repeated.")
@_no_symmetry
@click.option("--deadlock", type=click.Choice(["report", "accept"]), help="Whether a deadlock is an error.")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
@click.option("--max-states", type=click.IntRange(min=1), help="Stop at so many distinct states.")
@click.option("--max-depth", type=click.IntRange(min=1), help="Stop at so many levels of states.")
@click.option(
    "--memory", metavar="SIZE", callback=read_size, help="Stop when the process holds so much memory: 8G."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@click.option(
    "--trace-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the trace of a violation: FILE.json, .itf.json, .mmd (Mermaid), .py or .txt.",
)
@outputs_options
@execution_options
@click.option(
    "--checkpoint",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep in DIR what a long search needs to go on after it was killed.",
)
@click.option("--resume", is_flag=True, help="Go on from what --checkpoint left in its DIR.")
@debug
def check(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    only: tuple[str, ...],
    no_symmetry: bool,
    deadlock: str | None,
    max_seconds: float | None,
    max_states: int | None,
    max_depth: int | None,
    memory: int | None,
    as_json: bool,
    trace_out: Path | None,
    progress: Any,
    progress_out: Path | None,
    junit: Path | None,
    sarif: Path | None,
    github: bool | None,
    engine: Any,
    workers: int | None,
    store: Any,
    checkpoint: Path | None,
    resume: bool,
) -> int:
    """Check one model, and say everything about it.

    TARGET is a spec (specs/paxos.toml), one check of it (specs/paxos.toml:NAME, where the beginning of the
    name is enough), or a model with its scope (model.paxos:Paxos --scope Acceptor=3,Value=2,Ballot=3).
    """
    from checker.gates.check_command import CheckCommand
    from checker.gates.check_command import check as run
    from checker.gates.engine import Execution
    from checker.gates.outputs import Outputs
    from checker.gates.target import Options

    outputs = Outputs(junit, sarif, github, progress_out)
    execution = Execution(engine, workers, store, _checkpoint(checkpoint, resume), patient=True)
    options = Options(
        scope=scope,
        params=params,
        faults=faults,
        only=frozenset(only) if only else None,
        symmetry=not no_symmetry,
        deadlock=deadlock,
        limits=_limits(max_seconds, memory, max_states, max_depth),
    )
    return run(CheckCommand(target, options, as_json, progress, trace_out, execution, outputs))


cli.add_command(simulate)
cli.add_command(audit)
cli.add_command(prove)
cli.add_command(diagram)
cli.add_command(mutate)
cli.add_command(size)
cli.add_command(explore)
cli.add_command(show)


def _checkpoint(folder: Path | None, resume: bool) -> Checkpoint | None:
    from checker.engines.request import Checkpoint

    if folder is None:
        if resume:
            raise click.UsageError("--resume needs --checkpoint DIR, where the search left its state")
        return None
    return Checkpoint(folder, resume)


def _limits(seconds: float | None, size: int | None, states: int | None, depth: int | None) -> Limits:
    from checker.engines.request import Limits

    return Limits(seconds=seconds, bytes=size, states=states, depth=depth)


@cli.command(cls=ProgressCommand)
@click.argument("specs", nargs=-1, metavar="[SPEC|DIR]...", type=click.Path(path_type=Path))
@click.option(
    "--tier",
    type=click.Choice(["quick", "default", "nightly"]),
    default="default",
    show_default=True,
    help="Which checks to run; each tier includes those before it.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@click.option("--quiet", is_flag=True, help="List only the checks that do not pass.")
@click.option("--update", is_flag=True, help="Write the lock file instead of comparing with it.")
@click.option("--locked", is_flag=True, help="A lock file that is missing is a difference, too.")
@click.option("--no-cache", is_flag=True, help="Search all, even what was answered before.")
@outputs_options
@execution_options
@debug
def gate(
    specs: tuple[Path, ...],
    tier: Any,
    as_json: bool,
    quiet: bool,
    update: bool,
    locked: bool,
    no_cache: bool,
    progress: Any,
    progress_out: Path | None,
    junit: Path | None,
    sarif: Path | None,
    github: bool | None,
    engine: Any,
    workers: int | None,
    store: Any,
) -> int:
    """Run all checks of specs, a line each.

    Without a SPEC these are specs/*.toml. Counts are compared with the lock file beside a spec, if there is
    one, and checks of which nothing has changed are answered from a cache. Of the checks' exit codes the
    command's is the one that comes first in the order that `lockstep exit-codes` tells.
    """
    from checker.gates.engine import Execution
    from checker.gates.gate_command import GateCommand
    from checker.gates.gate_command import gate as run
    from checker.gates.outputs import Outputs

    if update and locked:
        raise click.UsageError("--update writes the lock file, and --locked demands that it is right")
    execution, outputs = Execution(engine, workers, store), Outputs(junit, sarif, github, progress_out)
    return run(
        GateCommand(specs, tier, as_json, quiet, progress, execution, update, locked, not no_cache, outputs)
    )


@cli.command()
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@click.option("--markdown", "form", flag_value="markdown", help="Print a table for a comment.")
@click.option("--json", "form", flag_value="json", help="Print one object of JSON.")
@debug
def diff(old: str, new: str | None, form: Any) -> int:
    """Say what moved between two lock files.

    OLD and NEW are files, revisions of git, or REV:FILE. Without NEW it is specs/lockstep.lock as it is now;
    without OLD, as it was committed last. The exit code is 0 where nothing differs, and 22 otherwise.
    """
    from checker.gates.diff_command import DiffCommand
    from checker.gates.diff_command import diff as run

    return run(DiffCommand(old, new, form or "text"))


@cli.command(name="compile")
@click.argument("target")
@numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@numbers("--params", None, "The values of the model's parameters: lease=3.")
@numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option("--only", multiple=True, metavar="PROPERTY", help="Check this property; may be repeated.")
@_no_symmetry
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to a file.",
)
@debug
def compile_(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    only: tuple[str, ...],
    no_symmetry: bool,
    output: Path | None,
) -> int:
    """Print the C that a check is compiled to.

    TARGET is one check of a spec, or a model with its scope, as for `lockstep check`. Each rule stands
    beside the line of the model that it is made from.
    """
    from checker.gates.compile_command import CompileCommand
    from checker.gates.compile_command import compile_ as run
    from checker.gates.target import Options

    options = Options(
        scope=scope,
        params=params,
        faults=faults,
        only=frozenset(only) if only else None,
        symmetry=not no_symmetry,
    )
    return run(CompileCommand(target, options, output))


@cli.command(name="simulate-system")
@click.option("--seed", type=click.IntRange(min=0), required=True, help="Which world to run.")
@click.option(
    "--steps", type=click.IntRange(min=1), default=60, show_default=True, help="How many steps to show."
)
@debug
def simulate_system(seed: int, steps: int) -> int:
    """Run the reference implementation under faults.

    The end of its history is shown. A seed decides everything: clocks, network, disks, crashes and load.
    More seeds at once, and their figures: python -m reference.simulator --help.
    """
    from checker.gates.simulate_command import simulate_system as run

    return run(seed, steps)


@cli.command()
@click.argument("name")
@debug
def new(name: str) -> int:
    """Begin a model: its class, spec and test.

    They are written below the current directory and run as they are. Nothing is overwritten.
    """
    from checker.gates.new_command import new as run

    return run(name, Path())


@cli.command()
@click.argument("specs", nargs=-1, metavar="[SPEC|DIR]...", type=click.Path(path_type=Path))
@click.option(
    "--tier",
    type=click.Choice(["quick", "default", "nightly"]),
    default="default",
    show_default=True,
    help="Which replays to run; each tier includes those before it.",
)
@click.option("--only", metavar="NAME", help="The replay of this name; its beginning is enough.")
@click.option(
    "--test-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a difference as a test to this file; else to one named after the replay.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@debug
def replay(specs: tuple[Path, ...], tier: Any, only: str | None, test_out: Path | None, as_json: bool) -> int:
    """Replay models on their implementations.

    Every [[replay]] of the specs steers a system under test along behaviours of its model, and compares what
    it shows with the model's state after each step. Without a SPEC these are specs/*.toml.
    """
    from checker.gates.replay_command import ReplayCommand, replay_command

    return replay_command(ReplayCommand(specs, tier, only, test_out, as_json))


@cli.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.argument("logs", nargs=-1, required=True, metavar="LOG...", type=click.Path(path_type=Path))
@click.option("--only", metavar="NAME", help="The [[validate]] of this name; its beginning is enough.")
@click.option("--behaviour", is_flag=True, help="Tell for each event what the model did.")
@click.option(
    "--coverage", is_flag=True, help="Count the edges and contexts of the model that the logs take."
)
@click.option(
    "--trace-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the model did, for a log of one run: FILE.json, .itf.json, .mmd (Mermaid), .py or .txt.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@debug
def validate(
    spec: Path,
    logs: tuple[Path, ...],
    only: str | None,
    behaviour: bool,
    coverage: bool,
    trace_out: Path | None,
    as_json: bool,
) -> int:
    """Validate logs of an implementation against its model.

    A LOG has one event a line, as JSON. A [[validate]] of the SPEC says what the events mean. Of a log that
    is no behaviour of the model it is told where it ceases to be one, and what was false there. Where several
    behaviours of the model show what a log says, --behaviour and --trace-out give one of them.
    """
    from checker.gates.validate_command import ValidateCommand, validate_command

    return validate_command(ValidateCommand(spec, logs, only, as_json, behaviour, coverage, trace_out))


@cli.command(name="exit-codes")
@debug
def exit_codes() -> int:
    """List the exit codes."""
    from checker.gates.exit_code_table import exit_code_table
    from checker.report.output import write_out

    write_out(exit_code_table())
    return 0


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; the exit code. Never raises, but for KeyboardInterrupt."""
    settings = Settings()
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments), settings)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted\n")
        return 130
    except Exception as error:
        return _failed(error, settings)


def _run(arguments: list[str], settings: Settings) -> int:
    # Not `cli.main`, which ends the process itself when a pipe breaks, with a code that means something else.
    with cli.make_context("lockstep", arguments, obj=settings) as context:
        code: Any = cli.invoke(context)
        return int(code or 0)


def _failed(error: Exception, settings: Settings) -> int:
    from checker.exit_codes import ExitCode
    from checker.gates.problems import GateError
    from checker.report.output import OutputFailed, abandon_output

    if settings.debug:
        import traceback

        _complain("".join(traceback.format_exception(error)))
    match error:
        case GateError():
            _complain("".join([f"{problem}\n" for problem in error.problems]))
            return int(error.exit_code)
        case OutputFailed():
            _complain(f"{error}\n")
            abandon_output()
            return int(ExitCode.SYSTEM)
        case MemoryError():
            _complain("memory is used up; choose a smaller scope, or set a limit with --memory\n")
            return int(ExitCode.SYSTEM)
        case OSError():
            _complain(f"the system refuses: {error}\n")
            abandon_output()
            return int(ExitCode.SYSTEM)
        case _:
            hint = "" if settings.debug else " (--debug prints where)"
            text = f"internal error: {type(error).__name__}: {error}{hint}; please report it\n"
            _complain(text)
            return int(ExitCode.INTERNAL)


def _complain(text: str) -> None:
    from checker.report.lines import printable_text
    from checker.report.output import write_error

    write_error(printable_text(text))


def main() -> NoReturn:
    """The entry point of the command."""
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks is escaped; it is no reason to fail.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        # A runner whose time is over sends it: a search ends with what is known, as by Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run())
