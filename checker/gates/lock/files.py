"""The lock files of a gate: one in each folder of specs, compared with what the checks count, and updated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checker.exit_codes import ExitCode
from checker.gates.check import Check, Spec
from checker.gates.lock.compare import moved, show_moved
from checker.gates.lock.entry import Entry, Key, entry_of, is_about, key_of
from checker.gates.lock.text import NAME, load_lock, write_lock
from checker.gates.outcome import Outcome
from checker.gates.problems import Problem
from checker.report.lines import printable
from checker.report.output import write_file

UPDATE = "lockstep gate --update"
_SHOWN_MAX = 6


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did to a file: how many checks are written anew, and how many are gone."""

    file: Path
    written: int
    dropped: int


class LockFiles:
    """What is locked about the checks of specs. Raises LockError where a file cannot be read."""

    def __init__(self, specs: Sequence[Spec], *, required: bool = False) -> None:
        self.required = required
        self.files = {_lock_of(spec.file): load_lock(_lock_of(spec.file)) for spec in specs}

    @property
    def missing(self) -> list[Path]:
        """The files that are not there."""
        return [file for file, entries in self.files.items() if entries is None]

    def entry(self, check: Check) -> Entry | None:
        """What is locked about a check, counted with the numbers that it has now."""
        file = check.origin.file
        found = None if file is None else (self.files.get(_lock_of(file)) or {}).get(key_of(check))
        return found if found is not None and is_about(found, check) else None

    def compared(self, outcome: Outcome) -> Outcome:
        """The outcome of a check; one that passes and is not what the lock file says becomes a failure."""
        check, result = outcome.check, outcome.result
        if check.origin.file is None or result is None or not outcome.passed or result.stopped is not None:
            return outcome
        file = _lock_of(check.origin.file)
        entries = self.files[file]
        if entries is None and not self.required:
            return outcome
        old, new = (entries or {}).get(key_of(check)), entry_of(check, result)
        if old == new:
            return outcome
        if new is None:
            fact = f"{file.as_posix()} has counts of this check, which no longer visits a whole state space"
            return _drifted(outcome, f"{fact}. To remove them: {UPDATE}")
        if old is None:
            what = (
                f"There is no {file.as_posix()}" if entries is None else f"{file.as_posix()} lacks this check"
            )
            return _drifted(outcome, f"{what}. To write its counts: {UPDATE}")
        found = moved(old, new)
        shown = "; ".join([show_moved(one) for one in found[:_SHOWN_MAX]])
        more = f"; and {len(found) - _SHOWN_MAX} more" if len(found) > _SHOWN_MAX else ""
        reason = f"It differs from {file.as_posix()}: {shown}{more}. If that is meant: {UPDATE}"
        return replace(_drifted(outcome, reason), moved=found)

    def stale(self, specs: Sequence[Spec]) -> list[Outcome]:
        """A failure for each file that locks checks which are no more."""
        outcomes: list[Outcome] = []
        for file, entries in self.files.items():
            gone = sorted(set(entries or ()) - _kept(file, entries or {}, specs))
            if not gone:
                continue
            problems = [
                Problem(file.as_posix(), f"there is no check '{name}' in {spec} any more", f"run {UPDATE}")
                for spec, name in gone
            ]
            reason = f"{len(gone)} of its checks are no more. To remove them: {UPDATE}"
            spec = next(one for one in specs if _lock_of(one.file) == file)
            row = Check(NAME, spec.model, replace(spec.origin, file=file.as_posix()))
            code = ExitCode.LOCK_DRIFT
            outcomes.append(Outcome(row, None, "fail", reason, code, tuple(problems), about="spec"))
        return outcomes

    def update(self, specs: Sequence[Spec], outcomes: Sequence[Outcome]) -> list[Updated]:
        """Writes what these checks counted, and drops the checks that are no more. Raises OutputFailed."""
        found: list[Updated] = []
        for file in self.files:
            # Read again: another gate may have written meanwhile.
            before = load_lock(file)
            kept = _kept(file, before or {}, specs)
            after = {key: entry for key, entry in (before or {}).items() if key in kept}
            for outcome in outcomes:
                check, result = outcome.check, outcome.result
                if check.origin.file is None or _lock_of(check.origin.file) != file or result is None:
                    continue
                if not outcome.passed or result.stopped is not None:
                    continue
                entry = entry_of(check, result)
                after.pop(key_of(check), None)
                if entry is not None:
                    after[entry.key] = entry
            written = sum(1 for key, entry in after.items() if (before or {}).get(key) != entry)
            if before != after:
                write_file(file, write_lock(after.values()))
            found.append(Updated(file, written, len(set(before or ()) - set(after))))
        return found


def _lock_of(spec: str) -> Path:
    return Path(spec).parent / NAME


def _kept(file: Path, entries: dict[Key, Entry], specs: Sequence[Spec]) -> set[Key]:
    """The keys whose checks are there, or may be: those of specs that were not read are left alone."""
    loaded = {
        printable(Path(spec.file).name): {check.name for check in spec.checks}
        for spec in specs
        if _lock_of(spec.file) == file
    }
    return {
        (spec, name)
        for spec, name in entries
        if (name in loaded[spec] if spec in loaded else (file.parent / spec).exists())
    }


def _drifted(outcome: Outcome, reason: str) -> Outcome:
    return replace(outcome, status="fail", reason=reason, exit_code=ExitCode.LOCK_DRIFT)
