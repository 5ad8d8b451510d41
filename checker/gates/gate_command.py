"""`lockstep gate`: runs the checks of specs, a line each; what failed follows in full."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from checker.engines.request import Request
from checker.gates.cache.search import cached
from checker.gates.check import TIERS, Check, Prove, Spec, Tier
from checker.gates.compiling_ahead import compiling_ahead
from checker.gates.engine import IN_A_GATE, Execution
from checker.gates.lock.files import LockFiles, Updated
from checker.gates.outcome import Outcome, exit_code_of
from checker.gates.outcome_json import gate_to_json
from checker.gates.outcome_report import outcome_report, outcome_row
from checker.gates.outputs import NO_OUTPUTS, CheckLog, Outputs, ProgressForm
from checker.gates.problems import Problem, SpecError
from checker.gates.run import Explore, load_target, request_of, run_checks
from checker.gates.spec import load_spec
from checker.gates.spec_judgement import TOGETHER, judge_spec
from checker.gates.terminal_output import Terminal
from checker.report.gate_table import gate_row, gate_summary
from checker.report.lines import Line, line, wrapped
from checker.report.output import write_out
from checker.report.progress import ProgressPrinter
from checker.verdicts import Result

BRIEF_GENERATED_MAX = 1_000_000
"""A search that generated no more the last time is over before optimised code would repay its compilation."""


@dataclass(frozen=True, slots=True)
class GateCommand:
    """The words of the command line.

    Attributes:
        update: write the lock files instead of comparing with them.
        locked: a lock file that is missing is a difference, too.
        cache: answer from the results of earlier searches.
        outputs: what is written beside the report.
    """

    targets: tuple[Path, ...] = ()
    tier: Tier = "default"
    json: bool = False
    quiet: bool = False
    progress: ProgressForm | None = None
    execution: Execution = IN_A_GATE
    update: bool = False
    locked: bool = False
    cache: bool = True
    outputs: Outputs = NO_OUTPUTS


def gate(command: GateCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    command.outputs.prepare()
    with command.outputs.telling_errors(json=command.json):
        specs = load_specs(spec_files(command.targets))
        _check_tier(specs, command.tier)
        locks = LockFiles(specs, required=command.locked)
    started = time.perf_counter()
    with command.outputs.progress_log(command.progress) as log:
        terminal = Terminal(command.json, command.progress, CheckLog(log))
        outcomes = _Run(command, locks, terminal).of(specs)
    updated = locks.update(specs, outcomes) if command.update else []
    code = exit_code_of(outcomes)
    for outcome in outcomes:
        if not outcome.passed and outcome.status != "not run":
            terminal.say([line(), *outcome_report(outcome, named=True)])
    seconds = time.perf_counter() - started
    statuses = [one.status for one in outcomes if one.about != "spec"]
    terminal.say([line(), *gate_summary(statuses, seconds, int(code), code.meaning)])
    terminal.say(_about_locks(locks, updated))
    if not command.quiet:
        terminal.say(_about_implementations(specs))
    if command.json:
        write_out(gate_to_json(outcomes))
    command.outputs.write(outcomes, json=command.json)
    return code


def _check_tier(specs: Sequence[Spec], tier: Tier) -> None:
    if not any(_of_tier(spec, tier) or _proofs_of_tier(spec, tier) for spec in specs):
        checks = [one for spec in specs for one in (*spec.checks, *[prove.check for prove in spec.proves])]
        tiers = ", ".join(sorted({check.tier for check in checks}))
        fact = f"no check belongs to the tier {tier}, so nothing would be checked"
        raise SpecError([Problem("--tier", fact, f"the checks of these specs are in: {tiers}")])


def _of_tier(spec: Spec, tier: Tier) -> list[Check]:
    wanted = TIERS[: TIERS.index(tier) + 1]
    return [check for check in spec.checks if check.tier in wanted]


def _proofs_of_tier(spec: Spec, tier: Tier) -> list[Prove]:
    wanted = TIERS[: TIERS.index(tier) + 1]
    return [prove for prove in spec.proves if prove.check.tier in wanted]


class _Run:
    """One run of a gate, which prints as it goes."""

    def __init__(self, command: GateCommand, locks: LockFiles, terminal: Terminal) -> None:
        self.command = command
        self.locks = locks
        self.terminal = terminal
        self.printers: list[ProgressPrinter] = []
        self.outcomes: list[Outcome] = []
        self.announced: str | None = None
        self.width = 0

    def of(self, specs: Sequence[Spec]) -> list[Outcome]:
        """Runs the checks of all specs, and judges each spec as a whole."""
        interrupted = False
        explore = searching(self.command.execution, self.locks, cache=self.command.cache)
        with self._compiling(specs), self.terminal.running():
            for spec in specs:
                checks = _of_tier(spec, self.command.tier)
                proves = _proofs_of_tier(spec, self.command.tier)
                names = [check.name for check in (*checks, *[prove.check for prove in proves])]
                if not names:
                    continue
                self.width = max(map(len, [*names, TOGETHER]))
                outcomes: list[Outcome] = []
                reporter = self.terminal.reporter(self.printers, named=True)
                for outcome in run_checks(checks, explore, reporter, interrupted=interrupted):
                    compared = outcome if self.command.update else self.locks.compared(outcome)
                    outcomes.append(compared)
                    self._say(compared)
                    interrupted = interrupted or outcome.interrupted
                together = judge_spec(spec, outcomes)
                if together is not None:
                    self._say(together)
                for proved in _proofs(proves, cache=self.command.cache, interrupted=interrupted):
                    self._say(proved)
            for stale in [] if self.command.update else self.locks.stale(specs):
                self._say(stale)
        return self.outcomes

    def _compiling(self, specs: Sequence[Spec]) -> AbstractContextManager[None]:
        """What is not answered from the cache has to be compiled."""
        checks = [check for spec in specs for check in _of_tier(spec, self.command.tier)]

        def compile_for(check: Check) -> None:
            request = request_of(check, load_target(check))
            self.command.execution.compile(check, expected(self.locks, check, request))

        return nullcontext() if self.command.cache else compiling_ahead(checks, compile_for)

    def _say(self, outcome: Outcome) -> None:
        self.terminal.finished(outcome, self.printers)
        self.outcomes.append(outcome)
        if self.command.quiet and outcome.passed:
            return
        file = outcome.check.origin.file
        head = [] if self.announced == file else [line(str(file))]
        self.announced = file
        self.terminal.say([*head, *gate_row(outcome_row(outcome), self.width)])


def _proofs(proves: Sequence[Prove], *, cache: bool, interrupted: bool) -> Iterator[Outcome]:
    """Proofs, run; the engine is imported only where there are any."""
    if proves:
        from checker.gates.proof_cache import cached as answered
        from checker.gates.proof_run import run_proofs, solved

        yield from run_proofs(proves, answered if cache else solved, interrupted=interrupted)


def searching(execution: Execution, locks: LockFiles, *, cache: bool) -> Explore:
    """How a gate searches: with what the lock files say of the size, and from the cache where that may be."""

    def search(check: Check, request: Request) -> Result:
        return execution.search(check, expected(locks, check, request))

    return cached(search, execution.engine) if cache else search


def expected(locks: LockFiles, check: Check, request: Request) -> Request:
    """A request with what the lock files say of its size."""
    entry = locks.entry(check)
    return replace(request, brief=entry is not None and entry.generated <= BRIEF_GENERATED_MAX)


def _about_locks(locks: LockFiles, updated: Sequence[Updated]) -> list[Line]:
    lines: list[Line] = []
    for one in updated:
        lines += wrapped(f"{one.file.as_posix()}: {one.written} written, {one.dropped} removed.")
    if not updated and not locks.required:
        for file in locks.missing:
            lines += wrapped(f"Counts were not compared: there is no {file.as_posix()} (--update writes it).")
    return lines


def _about_implementations(specs: Sequence[Spec]) -> list[Line]:
    """What the specs say of implementations: it needs their code, or their logs, and commands of its own."""
    replays = sum([len(spec.replays) for spec in specs])
    validates = sum([len(spec.validates) for spec in specs])
    tables = [f"{replays} [[replay]] (lockstep replay)"] if replays else []
    tables += [f"{validates} [[validate]] (lockstep validate)"] if validates else []
    return wrapped(f"Not run by a gate: {', '.join(tables)}.") if tables else []


def spec_files(targets: Sequence[Path]) -> list[Path]:
    """The spec files: those named, those in the folders named, else `specs/*.toml`. Raises SpecError."""
    if not targets:
        found = sorted(Path("specs").glob("*.toml"))
        if not found:
            fix = "write one, name one, or begin with: lockstep new NAME"
            raise SpecError([Problem("specs", "there is no specs/*.toml in the current directory", fix)])
        return found
    files: dict[Path, None] = {}
    problems: list[Problem] = []
    for target in targets:
        if not target.is_dir():
            files[target] = None
            continue
        inside = sorted(
            target.glob("*.toml") if target.resolve().name == "specs" else target.glob("specs/*.toml")
        )
        inside = inside or sorted(target.glob("*.toml"))
        if not inside:
            problems.append(
                Problem(str(target), "there is no *.toml in it, nor in its specs/", "name a spec")
            )
        files.update(dict.fromkeys(inside))
    if problems:
        raise SpecError(problems)
    return list(files)


def load_specs(files: Sequence[Path]) -> list[Spec]:
    """All of them, or SpecError with what is wrong in any."""
    specs: list[Spec] = []
    problems: list[Problem] = []
    for file in files:
        try:
            specs.append(load_spec(file))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    return specs
