"""Where the states of a model come from: by depth, by action, by variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checker.engines.request import Request
from checker.gates.check import Check
from checker.gates.engine import Execution
from checker.gates.problems import Problem, SystemFailure
from checker.gates.run import load_target, refusing, request_of
from checker.ir.readers import Readers, readers_of
from checker.running.attribution import Attribution
from checker.verdicts import Result

NOBODY = Readers((), (), ())


@dataclass(frozen=True, slots=True)
class Share:
    """A variable, or what is left of a fault's budget.

    Attributes:
        without: the distinct states when it is not looked at; None where that could not be counted.
        readers: who looks at it; of a budget, the fault.
        ghost: only properties may look at it.
    """

    name: str
    without: int | None
    readers: Readers
    ghost: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """A model's states in the scope of a check.

    Attributes:
        shares: first what nothing looks at, then the rest, each by how few states there are without it.
    """

    check: Check
    result: Result
    shares: tuple[Share, ...]
    seconds: float
    counting: float
    notes: tuple[str, ...] = ()

    @property
    def distinct(self) -> int:
        """The states."""
        return self.result.statistics.distinct or 0


def size_of(check: Check, execution: Execution) -> Size:
    """Searches, and says where the states come from. Raises GateError."""
    from checker.engines.native.explore import captured

    request = request_of(check, load_target(check))
    request = execution.prepared(check, request)
    with refusing(check):
        result, found, notes = _counted(check, execution, request)
        model, _ = captured(request)
    readers: Mapping[str, Readers] = readers_of(model)
    ghosts = {one.name for one in model.variables if one.ghost}
    budgets = {
        f"faults.{fault}": tuple(one.name for one in model.actions if one.budget == fault)
        for fault in model.faults
    }
    shares = [
        Share(
            name,
            without,
            Readers(budgets[name], (), ()) if name in budgets else readers[name],
            name in ghosts,
        )
        for name, without in found.without
    ]
    return Size(check, result, tuple(sorted(shares, key=_rank)), found.seconds, found.counting, notes)


def _rank(share: Share) -> tuple[int, int, str]:
    return int(not share.readers.is_unread), 2**64 if share.without is None else share.without, share.name


def _counted(
    check: Check, execution: Execution, request: Request
) -> tuple[Result, Attribution, tuple[str, ...]]:
    from checker.engines.native.attribution import explore_with_attribution as natively
    from checker.engines.native.compiler import CompilationFailed, NoCompiler
    from checker.engines.native.library import LibraryError
    from checker.engines.native.not_yet import NotYetNative
    from checker.engines.python.attribution import explore_with_attribution as slowly

    engine = execution.engine or check.engine
    notes: tuple[str, ...] = ()
    if engine != "python":
        try:
            return (*natively(request), notes)
        except (NoCompiler, CompilationFailed, LibraryError, NotYetNative) as error:
            if engine == "native":
                fix = "count with --engine python"
                raise SystemFailure([Problem("--engine native", str(error), fix)]) from error
            notes = (f"searched by the python engine, which is slower: {error}",)
    return (*slowly(request), notes)
