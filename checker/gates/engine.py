"""The engines that checks can run on: the one place that chooses.

`auto`, the choice where nobody made one, is the native engine. Where it cannot be used, the python engine
does what it can do in reasonable time, and the result says so: what a person asked for at the terminal, and a
gate's checks of the tier `quick`. The rest of a gate stays open, and cannot pass.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import ClassVar

from checker.engines.request import Checkpoint, Request, StoreName
from checker.exit_codes import ExitCode
from checker.gates.check import Check, EngineName
from checker.gates.problems import GateError, Problem, SpecError, SystemFailure
from checker.verdicts import Result


@dataclass(frozen=True, slots=True)
class Execution:
    """How checks are run; no answer depends on it.

    Attributes:
        engine: for all checks, whatever they say; None: what each check says.
        workers: threads of a search; None for one on each processor that the process may use.
        store: for all checks, whatever they say; None: what each check says.
        checkpoint: where the one check that runs keeps what it needs to go on.
        patient: a person waits for the answer: the python engine may search whatever the native one cannot.
    """

    engine: EngineName | None = None
    workers: int | None = None
    store: StoreName | None = None
    checkpoint: Checkpoint | None = None
    patient: bool = False

    def prepared(self, check: Check, request: Request) -> Request:
        """The request with what is said here of how to run it."""
        workers = self.workers if self.workers is not None else processors()
        store = self.store if self.store is not None else check.store
        return replace(request, workers=workers, store=store, checkpoint=self.checkpoint)

    def search(self, check: Check, request: Request) -> Result:
        """Searches on the engine that the command line or the check names.

        Raises:
            NotSearched: the native engine cannot be used, and the check is too much for the other.
            SystemFailure: the engine that was named cannot be used.
            SpecError: walks are asked for what only a search can do.
        """
        if self.checkpoint is not None and request.simulation is not None:
            fact = "the check takes random walks, which keep no checkpoints"
            raise SpecError([Problem("--checkpoint", fact, "remove it")])
        engine = self.engine if self.engine is not None else check.engine
        request = self.prepared(check, request)
        if engine == "python":
            return _python(request)
        try:
            return _native(request)
        except _Unusable as error:
            if engine == "native":
                fix = "run the check with --engine python"
                raise SystemFailure([Problem("--engine native", error.reason, fix)]) from error
            return _instead(check, request, error, patient=self.patient)

    def compile(self, check: Check, request: Request) -> None:
        """Compiles what `search` will run, if anything; an error is one that `search` has as well."""
        if (self.engine if self.engine is not None else check.engine) == "python":
            return
        from checker.engines.native import explore, simulate

        compile_for = explore.compile_for if request.simulation is None else simulate.compile_for
        compile_for(self.prepared(check, request))


AT_A_TERMINAL = Execution(patient=True)
IN_A_GATE = Execution()


class NotSearched(GateError):
    """The check needs the native engine, which cannot be used; nothing is known."""

    exit_code: ClassVar[ExitCode] = ExitCode.INCONCLUSIVE


class _Unusable(Exception):
    """The native engine cannot be used; where that shows, and why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def processors() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _instead(check: Check, request: Request, error: _Unusable, *, patient: bool) -> Result:
    """What the python engine says where the native one cannot be used."""
    possible = request.checkpoint is None and request.store == "default"
    if not possible or not (patient or check.tier == "quick"):
        fact = f"the native engine cannot be used: {error.reason}"
        fix = "the python engine searches it all the same, slowly: --engine python"
        raise NotSearched([Problem(error.place, fact, fix)]) from error
    result = _python(request)
    note = f"searched by the python engine, which is slower: {error.reason}"
    return replace(result, notes=(*result.notes, note))


def _python(request: Request) -> Result:
    from checker.engines.python.search import explore
    from checker.engines.python.simulate import simulate

    if request.simulation is not None:
        return simulate(request)
    if request.checkpoint is not None:
        fix = "leave --checkpoint out, or use the native engine"
        raise SystemFailure([Problem("--checkpoint", "the python engine keeps no checkpoints", fix)])
    return explore(request)


def _native(request: Request) -> Result:
    from checker.engines.native.checkpoint import CheckpointError
    from checker.engines.native.compiler import CompilationFailed, NoCompiler
    from checker.engines.native.explore import explore
    from checker.engines.native.library import LibraryError
    from checker.engines.native.not_yet import NotYetNative
    from checker.engines.native.simulate import simulate

    try:
        return explore(request) if request.simulation is None else simulate(request)
    except CheckpointError as error:
        wrong = SystemFailure if error.of_system else SpecError
        raise wrong([Problem("--checkpoint", error.fact, error.fix)]) from error
    except NotYetNative as error:
        place = f"{error.span.file}:{error.span.line}" if error.span.file else "the model"
        raise _Unusable(place, error.reason) from error
    except (NoCompiler, CompilationFailed, LibraryError) as error:
        raise _Unusable("the C compiler", str(error)) from error
