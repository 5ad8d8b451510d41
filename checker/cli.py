"""The command `lockstep`: its arguments and what it ends with; what a command does is in `checker.gates`.

Everything heavy is imported inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from checker.engines.request import Limits

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Settings:
    """What holds for the whole command line."""

    debug: bool = False


def _set_debug(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Settings).debug = True


def _debug(command: F) -> F:
    return click.option(
        "--debug", is_flag=True, expose_value=False, callback=_set_debug, help="Print where an error arose."
    )(command)


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
@_debug
def cli() -> None:
    """Check models of protocols: visit every state, report what is wrong as a trace.

    The exit code says what was found; `lockstep exit-codes` lists them.
    """


def _pairs(least: int | None) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, int]]:
    """Reads `Acceptor=3,Value=2`."""

    def read(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in [piece.strip() for text in given for piece in text.split(",")]:
            name, equals, number = (piece.strip() for piece in part.partition("="))
            if not name.isidentifier() or not equals:
                raise click.BadParameter(f"{part!r} is not NAME=NUMBER, such as Acceptor=3")
            digits = number.removeprefix("-")
            if not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
                raise click.BadParameter(f"{number!r} in {part!r} is not an integer")
            if least is not None and int(number) < least:
                raise click.BadParameter(f"{name}={number} is below {least}")
            if name in found:
                raise click.BadParameter(f"{name} is given twice")
            found[name] = int(number)
        return found

    return read


def _bytes(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    """Reads `8G`."""
    from checker.gates.memory_size import parse_memory

    size = None if text is None else parse_memory(text)
    if text is not None and size is None:
        raise click.BadParameter(f"{text!r} is not a size; write a number with K, M, G or T, such as 8G")
    return size


_engine = click.option(
    "--engine",
    type=click.Choice(["python", "native"]),
    default="python",
    show_default=True,
    help="What searches: CPython running the model, or compiled code (needs a C compiler).",
)


def _numbers(option: str, least: int | None, text: str) -> Callable[[F], F]:
    return click.option(option, multiple=True, callback=_pairs(least), metavar="NAME=NUMBER,...", help=text)


@cli.command()
@click.argument("target")
@_numbers("--scope", 1, "How many members each sort has: Acceptor=3,Value=2.")
@_numbers("--params", None, "The values of the model's parameters: lease=3.")
@_numbers("--faults", 0, "How often each fault may happen: crash=1. A fault not named never does.")
@click.option("--only", multiple=True, metavar="PROPERTY", help="Check this property; may be repeated.")
@click.option("--deadlock", type=click.Choice(["report", "accept"]), help="Whether a deadlock is an error.")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
@click.option("--max-states", type=click.IntRange(min=1), help="Stop at so many distinct states.")
@click.option("--max-depth", type=click.IntRange(min=1), help="Stop at so many levels of states.")
@click.option(
    "--memory", metavar="SIZE", callback=_bytes, help="Stop when the process holds so much memory: 8G."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object of JSON; the rest goes to standard error."
)
@click.option(
    "--trace-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the trace of a violation: FILE.json, .itf.json, .mmd (Mermaid), .py or .txt.",
)
@click.option("--progress", is_flag=True, help="Print progress even where there is no terminal.")
@_engine
@_debug
def check(
    target: str,
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    only: tuple[str, ...],
    deadlock: str | None,
    max_seconds: float | None,
    max_states: int | None,
    max_depth: int | None,
    memory: int | None,
    as_json: bool,
    trace_out: Path | None,
    progress: bool,
    engine: str,
) -> int:
    """Check one model, and say everything about it.

    TARGET is a spec (specs/paxos.toml), one check of it (specs/paxos.toml:NAME, where the beginning of the
    name is enough), or a model with its scope (model.paxos:Paxos --scope Acceptor=3,Value=2,Ballot=3).
    """
    from checker.gates.check_command import CheckCommand
    from checker.gates.check_command import check as run
    from checker.gates.target import Options

    options = Options(
        scope=scope,
        params=params,
        faults=faults,
        only=frozenset(only) if only else None,
        deadlock=deadlock,
        limits=_limits(max_seconds, memory, max_states, max_depth),
    )
    return run(CheckCommand(target, options, as_json, progress, trace_out, engine))


def _limits(seconds: float | None, size: int | None, states: int | None, depth: int | None) -> Limits:
    from checker.engines.request import Limits

    return Limits(seconds=seconds, bytes=size, states=states, depth=depth)


@cli.command()
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
@click.option("--progress", is_flag=True, help="Print progress even where there is no terminal.")
@_engine
@_debug
def gate(specs: tuple[Path, ...], tier: Any, as_json: bool, quiet: bool, progress: bool, engine: str) -> int:
    """Run all checks of specs, a line each.

    Without a SPEC these are specs/*.toml. Of the checks' exit codes the command's is the one that comes
    first in the order that `lockstep exit-codes` tells.
    """
    from checker.gates.gate_command import GateCommand
    from checker.gates.gate_command import gate as run

    return run(GateCommand(specs, tier, as_json, quiet, progress, engine))


@cli.command()
@click.argument("trace", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "itf", "mermaid", "python"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
@_debug
def show(trace: Path, form: Any) -> int:
    """Print a trace from a file.

    TRACE is a file that `lockstep check --trace-out` wrote, or ITF from another tool.
    """
    from checker.gates.show_command import show as run

    return run(trace, form)


@cli.command()
@click.argument("name")
@_debug
def new(name: str) -> int:
    """Begin a model: its class, spec and test.

    They are written below the current directory and run as they are. Nothing is overwritten.
    """
    from checker.gates.new_command import new as run

    return run(name, Path())


@cli.command(name="exit-codes")
@_debug
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
    from checker.report.output import write_error

    write_error(text)


def main() -> NoReturn:
    """The entry point of the command."""
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks is escaped; it is no reason to fail.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    sys.exit(run())
