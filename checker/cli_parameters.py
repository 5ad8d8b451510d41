"""Options that several commands of `lockstep` have, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Settings:
    """What holds for the whole command line."""

    debug: bool = False


def _set_debug(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Settings).debug = True


def debug(command: F) -> F:
    """Prints where an error of the tool arose."""
    return click.option(
        "--debug", is_flag=True, expose_value=False, callback=_set_debug, help="Print where an error arose."
    )(command)


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


def read_size(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    """Reads `8G`."""
    from checker.gates.memory_size import parse_memory

    size = None if text is None else parse_memory(text)
    if text is not None and size is None:
        raise click.BadParameter(f"{text!r} is not a size; write a number with K, M, G or T, such as 8G")
    return size


def numbers(option: str, least: int | None, text: str) -> Callable[[F], F]:
    """An option that takes numbers by name, none of them below `least`."""
    return click.option(option, multiple=True, callback=_pairs(least), metavar="NAME=NUMBER,...", help=text)


def engine_option(command: F) -> F:
    """What searches."""
    return click.option(
        "--engine",
        type=click.Choice(["auto", "native", "python"]),
        help="What searches: compiled code (needs a C compiler), or CPython running the model. "
        "Otherwise what the check says; without that, compiled code where that can be.",
    )(command)


def workers_option(command: F) -> F:
    """Threads."""
    return click.option(
        "--workers",
        type=click.IntRange(min=1, max=256),
        help="Threads that search; else one a processor.",
    )(command)


def execution_options(command: F) -> F:
    """The options about how a check is run, on which no answer depends."""
    store = click.option(
        "--store",
        type=click.Choice(["default", "compact"]),
        help="How states are kept: as they are, or in a few bytes each, a little slower. Both are exact.",
    )
    return engine_option(workers_option(store(command)))
