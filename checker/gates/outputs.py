"""What a command writes beside its report: JUnit, SARIF, GitHub's annotations and summary, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, TypeAlias

from checker.engines.request import Progress
from checker.gates.check import Check
from checker.gates.outcome import Outcome, exit_code_of
from checker.gates.outcome_cases import cases_of, cases_of_error
from checker.gates.outcome_json import summary_to_object
from checker.gates.outcome_report import outcome_report, outcome_row
from checker.gates.places import Places
from checker.gates.problems import GateError, Problem, SpecError, SystemFailure
from checker.report.cases import Case
from checker.report.github import SUMMARY_MAX, Row, to_commands, to_summary
from checker.report.junit import to_junit
from checker.report.lines import plain
from checker.report.output import OutputFailed, append_file, probe_file, write_error, write_file, write_out
from checker.report.progress_log import ProgressLog
from checker.report.sarif import Run, to_sarif
from checker.traces.document import Json

ProgressForm: TypeAlias = Literal["lines", "ndjson"]


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the command line asks for.

    Attributes:
        junit, sarif: files to write.
        github: whether to speak to GitHub; None where it shows by itself: `GITHUB_ACTIONS` is `true`.
        progress_out: a file for progress as NDJSON.
    """

    junit: Path | None = None
    sarif: Path | None = None
    github: bool | None = None
    progress_out: Path | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def files(self) -> list[tuple[str, Path]]:
        """The options that name a file, with the file."""
        named = (("--junit", self.junit), ("--sarif", self.sarif), ("--progress-out", self.progress_out))
        return [(option, path) for option, path in named if path is not None]

    @property
    def for_github(self) -> bool:
        """Whether GitHub is spoken to."""
        return self.environment.get("GITHUB_ACTIONS") == "true" if self.github is None else self.github

    def prepare(self, *more: tuple[str, Path]) -> None:
        """Makes sure, before anything is searched, that each file can be written.

        Args:
            more: further options that name a file.

        Raises:
            SpecError: two options name one file.
            SystemFailure: a file cannot be written.
        """
        taken: dict[str, str] = {}
        for option, path in (*self.files, *more):
            other = taken.setdefault(os.path.realpath(path), option)
            if other != option:
                raise SpecError([Problem(option, f"{other} names the same file", "name another one")])
        problems: list[Problem] = []
        for option, path in (*self.files, *more):
            try:
                probe_file(path)
            except OutputFailed as error:
                problems.append(Problem(option, str(error), "name a file in a folder that can be written"))
        if problems:
            raise SystemFailure(problems)

    @contextmanager
    def telling_errors(self, *, json: bool) -> Generator[None]:
        """What keeps everything from running stands in the files too. Raises it again."""
        try:
            yield
        except GateError as error:
            cases = cases_of_error(error, "specs", Places())
            self._write(cases, int(error.exit_code), error.exit_code.meaning, complete=False)
            if self.for_github:
                _say(to_commands(cases), json=json)
            raise

    def write(self, outcomes: Sequence[Outcome], *, json: bool) -> None:
        """Writes everything but progress. Raises OutputFailed."""
        if not self.junit and not self.sarif and not self.for_github:
            return
        code = exit_code_of(outcomes)
        cases = cases_of(outcomes, Places())
        complete = all(one.status not in ("error", "not run") for one in outcomes)
        self._write(cases, int(code), code.meaning, complete=complete)
        if self.for_github:
            _say(to_commands(cases), json=json)
            self._summarise(outcomes, code.meaning if code else "Every check passed.")

    def _write(self, cases: Sequence[Case], code: int, meaning: str, *, complete: bool) -> None:
        if self.junit is not None:
            facts = [("exit_code", str(code)), ("exit_meaning", meaning), ("lockstep_version", _version())]
            write_file(self.junit, to_junit(cases, facts))
        if self.sarif is not None:
            write_file(self.sarif, to_sarif(cases, Run(_version(), code, meaning, complete)))

    def _summarise(self, outcomes: Sequence[Outcome], sentence: str) -> None:
        named = self.environment.get("GITHUB_STEP_SUMMARY")
        if not named:
            return
        places = Places()
        rows: list[Row] = []
        for outcome in outcomes:
            file = outcome.check.origin.file
            row = outcome_row(outcome)
            shown = outcome.passed or outcome.status == "not run"
            report = "" if shown else plain(outcome_report(outcome, named=False))
            suite = outcome.check.target if file is None else places.file(file)
            rows.append(Row(suite, row.status, row.name, row.text, report))
        path = Path(named)
        try:
            there = path.stat().st_size if path.exists() else 0
        except (OSError, ValueError):
            there = 0
        append_file(path, to_summary(rows, sentence, SUMMARY_MAX - there))

    @contextmanager
    def progress_log(self, form: ProgressForm | None) -> Generator[ProgressLog | None]:
        """What logs progress as NDJSON, if anything does: to the file, or to standard error."""
        if self.progress_out is not None:
            try:
                file = self.progress_out.open("w", encoding="utf-8", newline="\n")
            except (OSError, ValueError) as error:
                raise OutputFailed(f"{self.progress_out} cannot be written: {error}") from error

            is_broken = False

            def write(text: str) -> None:
                """Progress is no part of the result: where it cannot be written, the search goes on."""
                nonlocal is_broken
                try:
                    if not is_broken:
                        file.write(text)
                        file.flush()
                except OSError as error:
                    is_broken = True
                    write_error(f"{self.progress_out} has no more progress from here on: {error.strerror}\n")

            with file:
                yield ProgressLog(write)
        elif form == "ndjson":
            yield ProgressLog(write_error)
        else:
            yield None


NO_OUTPUTS = Outputs()


@dataclass(frozen=True, slots=True)
class CheckLog:
    """The progress of checks, told to a log."""

    log: ProgressLog | None

    def started(self, check: Check) -> Callable[[Progress], None] | None:
        """A check begins; what to call while it runs."""
        if self.log is None:
            return None
        facts: dict[str, Json] = {
            "check": check.name,
            "spec": check.origin.file,
            "model": check.model,
            "mutant": check.mutant,
            "scope": dict(check.scope),
            "params": dict(check.params),
            "faults": dict(check.faults),
        }
        self.log.started(facts)
        return self.log.progress({"check": check.name, "spec": check.origin.file})

    def finished(self, outcome: Outcome) -> None:
        """A check has ended."""
        if self.log is not None:
            self.log.finished({"spec": outcome.check.origin.file, **summary_to_object(outcome)})


NO_LOG = CheckLog(None)


def _say(text: str, *, json: bool) -> None:
    """Workflow commands; GitHub reads both streams, and beside JSON standard output carries nothing else."""
    if not text:
        return
    if json:
        write_error(text)
    else:
        sys.stderr.flush()
        write_out(text)


def _version() -> str:
    try:
        return version("lockstep-checker")
    except PackageNotFoundError:
        return "0"
