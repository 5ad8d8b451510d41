"""The options of `lockstep` about what is written beside a report, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
PROGRESS_FORMS = ("lines", "ndjson")
_FILE = click.Path(path_type=Path)


class ProgressCommand(click.Command):
    """A command whose `--progress` may stand alone, also in front of the target."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        joined: list[str] = []
        for number, word in enumerate(args):
            if word == "--":
                joined += args[number:]
                break
            if word == "--progress":
                following = args[number + 1 : number + 2]
                word += "=" + (following[0] if following and following[0] in PROGRESS_FORMS else "lines")
            elif word in PROGRESS_FORMS and number and args[number - 1] == "--progress":
                continue
            joined.append(word)
        return super().parse_args(ctx, joined)


def outputs_options(command: F) -> F:
    """The options about what is written beside the report."""
    options = [
        click.option(
            "--progress",
            type=click.Choice(PROGRESS_FORMS),
            help="Print progress even where there is no terminal: in lines, or as one object of JSON a line.",
        ),
        click.option(
            "--progress-out", metavar="FILE", type=_FILE, help="Write progress to a file, as NDJSON."
        ),
        click.option("--junit", metavar="FILE", type=_FILE, help="Write a JUnit report."),
        click.option("--sarif", metavar="FILE", type=_FILE, help="Write a report in SARIF 2.1.0."),
        click.option(
            "--github/--no-github",
            default=None,
            help="Print annotations for GitHub and add to the job's summary; else where GITHUB_ACTIONS=true.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command
