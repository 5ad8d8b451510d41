"""Runs checks: loads the model, asks an engine, judges the result."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from checker.capture.problems import Refused
from checker.engines.request import Progress, Request
from checker.exit_codes import ExitCode
from checker.gates.check import Check
from checker.gates.loading import load_model
from checker.gates.names import wrong_names
from checker.gates.outcome import Outcome, Status, judge
from checker.gates.problems import GateError, ModelUnusable, Problem, SpecError, SystemFailure, TooLarge
from checker.language.declaration import declare
from checker.language.errors import ModelError, ScopeError, SpaceTooLarge
from checker.language.model import Model
from checker.language.rules import Kind
from checker.running.symmetry import SymmetryError
from checker.verdicts import Result

Explore: TypeAlias = Callable[[Check, Request], Result]
Report: TypeAlias = Callable[[Progress], None]


def run_check(check: Check, explore: Explore, progress: Report | None = None) -> Outcome:
    """One check. What is wrong with it, or with its model, is part of the outcome."""
    try:
        request = request_of(check, load_target(check), progress)
        with refusing(check):
            result = explore(check, request)
        return judge(check, result, actions_of_faults(request.model))
    except GateError as error:
        return not_runnable(check, error)


def run_checks(
    checks: Sequence[Check],
    explore: Explore,
    progress: Callable[[Check], Report | None] = lambda check: None,
    *,
    interrupted: bool = False,
) -> Iterator[Outcome]:
    """Checks one after the other, as they are asked for. After an interrupted one nothing more is run."""
    for check in checks:
        if interrupted:
            reason = "The gate was interrupted before this check."
            yield Outcome(check, None, "not run", reason, ExitCode.INCONCLUSIVE)
            continue
        outcome = run_check(check, explore, progress(check))
        interrupted = outcome.interrupted
        yield outcome


def load_target(check: Check) -> type[Model]:
    """The class that a check runs, with every name of the check looked up in it. Raises GateError."""
    origin = check.origin
    model = load_model(check.model, origin.project, origin.place("model"))
    if check.mutant is not None:
        mutant = load_model(check.mutant, origin.project, origin.place("mutant"))
        if not issubclass(mutant, model):
            fact = f"the mutant {check.mutant} is not a subclass of {check.model}"
            fix = f"write class {mutant.__name__}({model.__name__})"
            raise SpecError([Problem(origin.place("mutant"), fact, fix, "mutant")])
        model = mutant
    if problems := wrong_names(check, model):
        raise SpecError(problems)
    return model


def request_of(check: Check, model: type[Model], progress: Report | None = None) -> Request:
    """What a check asks of an engine."""
    return Request(
        model=model,
        scope=check.scope,
        params=check.params,
        faults=check.faults,
        only=check.only,
        constraints=check.constraints,
        symmetry=check.symmetry,
        deadlock=check.deadlock,
        limits=check.limits,
        progress=progress,
        simulation=check.simulation,
    )


def actions_of_faults(model: type) -> dict[str, tuple[str, ...]]:
    """The actions that use up the budget of each fault."""
    declaration = declare(model)
    steps = declaration.of_kind(Kind.ACTION)
    return {name: tuple([one.name for one in steps if one.budget == name]) for name in declaration.faults}


@contextmanager
def refusing(check: Check) -> Generator[None]:
    """What is wrong with a model or a scope becomes a GateError that says where."""
    try:
        yield
    except Refused as error:
        found = [Problem(f"{one.file}:{one.line}", one.fact, one.fix) for one in error.problems]
        raise ModelUnusable(found) from error
    except SymmetryError as error:
        raise SpecError([_problem(check.origin.place("symmetry"), error)]) from error
    except SpaceTooLarge as error:
        raise TooLarge([_problem(check.origin.place("scope"), error)]) from error
    except ScopeError as error:
        raise SpecError([_problem(check.origin.place("scope"), error)]) from error
    except ModelError as error:
        raise ModelUnusable([_problem(check.target, error)]) from error
    except MemoryError as error:
        problem = Problem(check.name, "memory is used up", "choose a smaller scope, or set limits.memory")
        raise SystemFailure([problem]) from error


def _problem(place: str, error: ModelError) -> Problem:
    fact, _, fix = str(error).partition("; ")
    return Problem(place, fact, fix or "correct it")


def not_runnable(check: Check, error: GateError) -> Outcome:
    """The outcome of a check that nothing could be run for."""
    reason = str(error.problems[0])
    more = len(error.problems) - 1
    if more:
        reason += f" (and {more} more)"
    status: Status = "incomplete" if error.exit_code is ExitCode.INCONCLUSIVE else "error"
    return Outcome(check, None, status, reason, error.exit_code, error.problems)
