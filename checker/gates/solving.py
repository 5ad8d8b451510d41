"""What goes wrong while a solver is asked, as errors that say what to do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.z3_library import INSTALL, NoSolver
from checker.gates.problems import ModelUnusable, Problem, SystemFailure


@contextmanager
def solving() -> Generator[None]:
    """A solver that is missing, or a model that cannot be lowered, becomes a GateError that says where."""
    try:
        yield
    except NoSolver as error:
        raise SystemFailure([Problem("lockstep prove", str(error), INSTALL)]) from error
    except NotYetSmt as error:
        place = f"{error.span.file}:{error.span.line}" if error.span.file else "the model"
        fix = "choose a smaller scope, or search it: lockstep check"
        raise ModelUnusable([Problem(place, error.reason, fix)]) from error
