"""From a finding to the verdict: the canonical trace in plain values, and why a property is false."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from checker.language.declaration import Method
from checker.language.rules import OF_STEPS, Kind
from checker.language.source import shown_path
from checker.running.captured import Captured
from checker.running.failures import Failure
from checker.running.finding import Finding, Parent
from checker.running.plain_form import to_plain
from checker.running.refinement_text import told
from checker.running.runner import Runner, State
from checker.traces.plain import Plain
from checker.traces.trace import Attempt, Step, Trace
from checker.verdicts import Violated


class Found(Protocol):
    """States and how each was reached: a search, or one path of it."""

    @property
    def runner(self) -> Runner:
        """The model."""
        ...

    @property
    def states(self) -> Sequence[State]:
        """The states."""
        ...

    @property
    def parents(self) -> Sequence[Parent]:
        """How each was reached first."""
        ...


def violated(search: Found, finding: Finding, captured: Captured) -> Violated:
    """The verdict of a finding."""
    method, failure = finding.method, finding.failure
    if failure is None:
        assert finding.kind in ("invariant", "step_invariant", "deadlock", "assumption")
        refines = method is not None and method.kind is Kind.REFINEMENT
        kind: Any = "refinement" if refines else finding.kind
        trace, states = trace_of(search, finding)
        if method is None:
            return Violated(None, kind, trace)
        if refines:
            call = trace.steps[-1].call if trace.steps else None
            return Violated(method.name, kind, trace, told(search.runner, method, call, states[-2:]))
        old = states[-2] if kind == "step_invariant" else None
        return Violated(method.name, kind, trace, _why(search.runner, captured, method.name, states, old))
    evaluating = _evaluating(method)
    name = None if evaluating == "action" or method is None else method.name
    return Violated(name, "evaluation", trace_of(search, finding)[0], str(failure), evaluating)


def _why(runner: Runner, captured: Captured, name: str, states: list[State], old: State | None) -> str | None:
    return captured.why(runner, name, states[-1], old) if states else None


def _evaluating(method: Method | None) -> Literal["action", "invariant", "step_invariant"]:
    if method is None or method.kind in (Kind.ACTION, Kind.INITIAL):
        return "action"
    if method.kind in OF_STEPS:
        return "step_invariant"
    return "invariant"


def trace_of(search: Found, finding: Finding) -> tuple[Trace, list[State]]:
    """The canonical trace to a finding, and its states."""
    runner = search.runner
    chain: list[int] = []
    number = finding.state
    while number >= 0:
        chain.append(number)
        number = search.parents[number].state
    chain.reverse()
    states = [search.states[one] for one in chain]
    steps = [step_of(runner, search.parents[one], search.states[one]) for one in chain]
    attempt = None
    if finding.action is not None:
        action, arguments = finding.action
        is_action = finding.method is not None and finding.method.kind is Kind.ACTION
        if is_action:
            attempt = _attempt(runner, action, arguments, finding.failure)
        else:
            with runner.running():
                planned = next(one for one in runner.actions if one.number == action)
                new = runner.step(search.states[finding.state], planned, arguments)
            assert new is not None, "a step that was found can be taken again"
            states.append(new)
            steps.append(step_of(runner, Parent(finding.state, action, arguments, True), new))
    name = None if finding.method is None or attempt else finding.method.name
    return make_trace(runner, steps, name, attempt), states


def make_trace(runner: Runner, steps: list[Step], name: str | None, attempt: Attempt | None = None) -> Trace:
    """A trace from its steps, the initial state first."""
    model = runner.request.model
    scope = runner.scope
    return Trace(
        model=f"{model.__module__}:{model.__qualname__}",
        scope=tuple(sorted((sort.__name__, size) for sort, size in scope.sizes.items())),
        params=tuple(scope.params.items()),
        faults=tuple((fault, budget) for fault, budget in scope.faults.items() if budget),
        initial=steps[0] if steps else Step("init", (), ()),
        steps=tuple(steps[1:]),
        property=name,
        attempt=attempt,
    )


def step_of(runner: Runner, parent: Parent, state: State) -> Step:
    """The step by which a state was reached, as traces show it."""
    plain = tuple((name, to_plain(value)) for name, value in zip(runner.names, state, strict=True))
    if parent.state < 0 and parent.action < 0:
        return Step("init", (), plain)
    initials = runner.declaration.of_kind(Kind.INITIAL)
    method = initials[parent.action] if parent.state < 0 else runner.all_actions[parent.action]
    kind = "action" if method.budget is None else f"fault:{method.budget}"
    code = method.function.__code__
    return Step(
        method.name,
        _arguments(method, parent.arguments),
        plain,
        shown_path(code.co_filename),
        line_of_def(method),
        kind,
    )


def line_of_def(method: Method) -> int:
    """The line of `def`, below the decorators where there are any."""
    code = method.function.__code__
    lines: list[int | None] = [line for _, _, line in code.co_lines()]
    return min([line for line in lines if line], default=code.co_firstlineno)


def _arguments(method: Method, arguments: tuple[Any, ...]) -> tuple[tuple[str, Plain], ...]:
    names = method.function.__code__.co_varnames[1:]
    return tuple((name, to_plain(value)) for name, value in zip(names, arguments, strict=False))


def _attempt(runner: Runner, action: int, arguments: tuple[Any, ...], why: Failure | None) -> Attempt:
    method = runner.all_actions[action]
    file = shown_path(method.function.__code__.co_filename) if why is None or why.file is None else why.file
    line = line_of_def(method) if why is None or why.line is None else why.line
    return Attempt(method.name, _arguments(method, arguments), file, line)
