"""Where a command's words go: the report to standard output, or, beside JSON, all of it to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import TextIO

from checker.engines.request import Progress
from checker.gates.check import Check
from checker.gates.outcome import Outcome
from checker.gates.outputs import NO_LOG, CheckLog, ProgressForm
from checker.gates.run import Report
from checker.report.lines import Line, rendered, wants_colour
from checker.report.output import write_error, write_out
from checker.report.progress import ProgressPrinter


@dataclass(frozen=True, slots=True)
class Terminal:
    """The standard streams, as a command uses them.

    Attributes:
        json: standard output carries one object of JSON and nothing else.
        progress: print progress even where standard error is not a terminal: in lines that stay, or as
            NDJSON, beside which standard error has nothing else but errors.
        log: what progress is told to, beside a person.
    """

    json: bool = False
    progress: ProgressForm | None = None
    log: CheckLog = NO_LOG

    def say(self, lines: Sequence[Line]) -> None:
        """Prints for people."""
        if self.json and self.progress == "ndjson":
            return
        if self.json:
            write_error(rendered(lines, colour=_colour(sys.stderr)))
        else:
            write_out(rendered(lines, colour=_colour(sys.stdout)))

    @contextmanager
    def running(self) -> Generator[None]:
        """What a model prints while it runs does not mix with JSON."""
        if self.json:
            with redirect_stdout(sys.stderr):
                yield
        else:
            yield

    def printer(self, prefix: str = "") -> ProgressPrinter | None:
        """What prints progress, if anything does."""
        if self.progress == "ndjson":
            return None
        if self.progress == "lines":
            return ProgressPrinter(sys.stderr, live=False, prefix=prefix)
        if _is_terminal(sys.stderr):
            return ProgressPrinter(sys.stderr, live=True, prefix=prefix)
        return None

    def reporter(self, printers: list[ProgressPrinter], *, named: bool) -> Callable[[Check], Report | None]:
        """Makes a printer for each check, and notes it so that its line can be removed."""

        def report(check: Check) -> Report | None:
            logged = self.log.started(check)
            made = self.printer(f"{check.name}: " if named else "")
            if made is None:
                return logged
            printers.append(made)
            if logged is None:
                return made

            def both(now: Progress) -> None:
                logged(now)
                made(now)

            return both

        return report

    def finished(self, outcome: Outcome, printers: Sequence[ProgressPrinter]) -> None:
        """A check has ended: its line of progress is removed, and the log is told."""
        for printer in printers:
            printer.finish()
        self.log.finished(outcome)


def _colour(stream: TextIO | None) -> bool:
    return _is_terminal(stream) and stream is not None and wants_colour(stream)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # a closed stream
        return False
