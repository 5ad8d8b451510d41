"""A counterexample to an obligation as states of Python, with the step between them where there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from checker.engines.smt.logic import Lit
from checker.engines.smt.obligations import Kind, Obligation
from checker.engines.smt.reading import form_of
from checker.engines.smt.system import Symbolic, System
from checker.ir.evaluate import EvaluationError, Evaluator
from checker.language.source import shown_path
from checker.running.failures import Failure, failure
from checker.running.plain_form import to_plain
from checker.running.replay import EnginesDisagree
from checker.running.runner import Runner, State
from checker.running.violation import line_of_def, make_trace
from checker.traces.trace import Attempt, Step, Trace


@dataclass(frozen=True, slots=True)
class Counterexample:
    """What shows that an obligation is not met.

    Attributes:
        trace: the state, named "any", and the step from it where there is one. The state need not be
            reachable.
        state: the state as CPython holds it, by name.
        after: the state after the step.
        failure: why the action, or the lemma after it, has no value.
    """

    trace: Trace
    state: dict[str, Any]
    after: dict[str, Any] | None
    failure: Failure | None = None


def counterexample(
    system: System, state: Symbolic, obligation: Obligation, truths: dict[str, bool]
) -> Counterexample:
    """Reads a solution and takes its step in CPython.

    Raises:
        EnginesDisagree: the lemmas do not hold before, or nothing is wrong after.
    """

    def truth(lit: Lit) -> bool:
        return system.logic.evaluate([lit], truths)[0]

    runner = Runner(replace(system.request, only=None))
    named = {
        name: form_of(system.algebra, kind, state.values[name], truth) for name, kind in system.kinds.items()
    }
    with runner.running():
        before = loaded(system, runner, named)
        first = Step("any", (), plain_state(runner, before))
        held = dict(zip(runner.names, before, strict=True))
        transition = obligation.transition
        if transition is None or obligation.action is None:
            _confirm(system, obligation, held, None)
            return Counterexample(make_trace(runner, [first], obligation.subject), held, None)
        pairs = zip(obligation.action.parameters, transition.arguments, strict=True)
        forms = tuple(form_of(system.algebra, one.type, value, truth) for one, value in pairs)
        return _stepped(system, runner, obligation, before, first, forms)


def loaded(system: System, runner: Runner, named: dict[str, Any]) -> State:
    """A state of CPython, from the forms of its variables and budgets."""
    stores = runner.model.lockstep_stores
    found: list[Any] = []
    for name in runner.names:
        value = system.forms.value(system.kinds[name], named[name])
        found.append(stores[name](value) if name in stores else value)
    return tuple(found)


def plain_state(runner: Runner, state: State) -> tuple[tuple[str, Any], ...]:
    """The state as a trace has it."""
    return tuple((name, to_plain(value)) for name, value in zip(runner.names, state, strict=True))


def _stepped(
    system: System,
    runner: Runner,
    obligation: Obligation,
    before: State,
    first: Step,
    forms: tuple[Any, ...],
) -> Counterexample:
    action = next(one for one in runner.actions if obligation.action and one.name == obligation.action.name)
    method = runner.all_actions[action.number]
    assert obligation.action is not None, "a step is one of an action"
    kinds = [one.type for one in obligation.action.parameters]
    held = dict(zip(runner.names, before, strict=True))
    runner.load(before)
    try:
        choices = runner.bindings(action)
        arguments = next(
            row
            for row in choices
            if tuple(system.forms.form(kind, one) for kind, one in zip(kinds, row, strict=True)) == forms
        )
    except StopIteration:
        raise EnginesDisagree(f"{action.name} has no arguments {forms}") from None
    except Exception as error:
        trace = make_trace(runner, [first], None, Attempt(action.name, ()))
        return Counterexample(trace, held, None, failure(error))
    shown = tuple(
        (one.name, to_plain(value))
        for one, value in zip(obligation.action.parameters, arguments, strict=True)
    )
    file, line = shown_path(method.function.__code__.co_filename), line_of_def(method)
    try:
        new = runner.step(before, action, arguments)
    except Exception as error:
        if obligation.kind is not Kind.DEFINED:
            raise EnginesDisagree(f"{action.name}{arguments} has no value") from error
        why = failure(error)
        attempt = Attempt(action.name, shown, why.file or file, why.line or line)
        return Counterexample(make_trace(runner, [first], None, attempt), held, None, why)
    if new is None or obligation.kind is Kind.DEFINED:
        raise EnginesDisagree(f"{action.name}{arguments} is {'disabled' if new is None else 'defined'}")
    after = dict(zip(runner.names, new, strict=True))
    _confirm(system, obligation, after, held)
    kind = "action" if method.budget is None else f"fault:{method.budget}"
    last = Step(action.name, shown, plain_state(runner, new), file, line, kind)
    return Counterexample(make_trace(runner, [first, last], obligation.subject), held, after)


def _confirm(system: System, obligation: Obligation, now: dict[str, Any], old: dict[str, Any] | None) -> None:
    """The reference evaluator says the same of the state, or the step, as the solver."""
    evaluator = Evaluator(system.model, system.universe, system.scope.faults)
    prop = next(one for one in system.model.properties if one.name == obligation.subject)
    budgets = {name: 0 for name in system.kinds if name not in now}
    try:
        said = evaluator.holds(prop, {**budgets, **now}, None if old is None else {**budgets, **old})
    except EvaluationError:
        return
    if said:
        raise EnginesDisagree(f"{obligation.name} is met after all")
