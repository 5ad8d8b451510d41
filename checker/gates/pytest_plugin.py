"""A plugin of pytest: the checks of specs as tests, one item a check, as `lockstep gate` judges them.

Nothing is collected unless it is asked for: with `--lockstep`, or with the setting `lockstep_specs`. What is
heavy is imported only then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from checker.gates.check import Check, Spec
    from checker.gates.outcome import Outcome

TIERS = ("quick", "default", "nightly")
SPECS = "specs/*.toml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options and settings."""
    group = parser.getgroup("lockstep", "Lockstep, a model checker")
    group.addoption("--lockstep", action="store_true", help=f"collect the checks of {SPECS} as tests")
    group.addoption(
        "--lockstep-tier", choices=TIERS, help="which checks to run; each tier includes those before it"
    )
    parser.addini("lockstep_specs", f"specs whose checks are tests, such as {SPECS}", type="args", default=[])
    parser.addini("lockstep_tier", "the tier that --lockstep-tier names otherwise", default="default")


def pytest_configure(config: pytest.Config) -> None:
    """The marker that each check has. Raises UsageError where the tier is none."""
    config.addinivalue_line("markers", "lockstep: a check of a spec")
    if _tier(config) not in TIERS:
        raise pytest.UsageError(f"lockstep_tier is {_tier(config)!r}; write one of: {', '.join(TIERS)}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file that is a spec, where specs are asked for."""
    if file_path.suffix != ".toml":
        return None
    patterns: list[str] = parent.config.getini("lockstep_specs")
    if not patterns and parent.config.getoption("--lockstep"):
        patterns = [SPECS]
    if not any(PurePath(file_path).match(pattern) for pattern in patterns):
        return None
    made: pytest.Collector = _made(SpecFile, parent, path=file_path)
    return made


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Checks of other tiers are deselected, so that they are counted."""
    if not any(isinstance(item, CheckItem) for item in items):
        return
    wanted = TIERS[: TIERS.index(_tier(config)) + 1]
    left_out = [item for item in items if isinstance(item, CheckItem) and item.tier not in wanted]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _tier(config: pytest.Config) -> str:
    tier: str = config.getoption("--lockstep-tier") or config.getini("lockstep_tier")
    return tier


class SpecFile(pytest.File):
    """A spec: its checks, and what they come to together."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each check, and one for the spec as a whole."""
        from checker.gates.problems import GateError
        from checker.gates.spec import load_spec
        from checker.gates.spec_judgement import TOGETHER

        try:
            spec = load_spec(Path(os.path.relpath(self.path)))
            self.run = _Run(spec, _tier(self.config))
        except GateError as error:
            raise self.CollectError(str(error)) from None
        for check in spec.checks:
            yield _made(CheckItem, self, name=_name(check.name), run=self.run, check=check)
        if any(check.expect is None for check in self.run.checks):
            yield _made(CheckItem, self, name=TOGETHER, run=self.run, check=None)


def _made(node: Any, parent: pytest.Collector, **keywords: Any) -> Any:
    """A node; pytest leaves the types of keywords open."""
    return node.from_parent(parent, **keywords)


def _name(name: str) -> str:
    """A name as the last part of a node's; `::` would part it."""
    return name.replace("::", ":")


class _Run:
    """The checks of a spec that were run in this process."""

    def __init__(self, spec: Spec, tier: str) -> None:
        from checker.gates.engine import Execution
        from checker.gates.gate_command import searching
        from checker.gates.lock.files import LockFiles

        self.spec = spec
        self.checks = [check for check in spec.checks if check.tier in TIERS[: TIERS.index(tier) + 1]]
        self._locks = LockFiles([spec])
        # Beside other processes that run tests, a search keeps to one thread.
        workers = 1 if "PYTEST_XDIST_WORKER" in os.environ else None
        self._explore = searching(Execution(workers=workers), self._locks, cache=True)
        self._outcomes: dict[str, Outcome] = {}

    def outcome(self, check: Check) -> Outcome:
        """What a check comes to; it is run once."""
        from checker.gates.run import run_check

        found = self._outcomes.get(check.name)
        if found is None:
            found = self._locks.compared(run_check(check, self._explore))
            if found.interrupted:
                raise KeyboardInterrupt
            self._outcomes[check.name] = found
        return found

    def together(self) -> Outcome | None:
        """What the checks of the tier come to; those that another process ran are mostly in the cache."""
        from checker.gates.spec_judgement import judge_spec

        return judge_spec(self.spec, [self.outcome(check) for check in self.checks])


class NotPassed(Exception):
    """A check does not show what it must show."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class CheckItem(pytest.Item):
    """A check of a spec; without one the checks together."""

    def __init__(self, *, run: _Run, check: Check | None, **keywords: Any) -> None:
        super().__init__(**keywords)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves keywords open
        self.run = run
        self.check = check
        self.tier = TIERS[0] if check is None else check.tier
        self.add_marker("lockstep")
        if check is not None:
            models = [check.model, *([] if check.mutant is None else [check.mutant])]
            self.extra_keyword_matches.update(
                [self.tier, *[part for model in models for part in model.split(":")]]
            )

    def runtest(self) -> None:
        """Runs it; raises NotPassed."""
        outcome = self.run.together() if self.check is None else self.run.outcome(self.check)
        if outcome is None:
            return
        if outcome.result is not None:
            verdict, counts = outcome.result.verdict, outcome.result.statistics
            self.user_properties += [
                ("lockstep_verdict", verdict.name),
                ("lockstep_generated", counts.generated),
            ]
        if not outcome.passed:
            raise NotPassed(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *rest: Any, **named: Any) -> Any:
        """The report of the check, with the trace."""
        from checker.gates.outcome_report import outcome_report
        from checker.report.lines import plain, printable

        if isinstance(excinfo.value, NotPassed):
            outcome = excinfo.value.outcome
            return f"{printable(outcome.reason)}\n\n{plain(outcome_report(outcome, named=True))}".rstrip("\n")
        return super().repr_failure(excinfo, *rest, **named)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the check is written."""
        origin = self.run.spec.origin if self.check is None else self.check.origin
        line = origin.place().rpartition(":")[2]
        return self.path, int(line) - 1 if line.isdecimal() else None, self.name
