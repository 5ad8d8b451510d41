"""Whether a model begins where those that it refines do: asked of each initial state, before a search."""

from __future__ import annotations

from checker.language.errors import EvaluationError
from checker.language.rules import Kind
from checker.running.captured import Captured
from checker.running.failures import failure
from checker.running.finding import Finding
from checker.running.runner import Runner
from checker.running.trail import Trail
from checker.running.violation import violated
from checker.verdicts import Violated


def broken_beginning(runner: Runner, captured: Captured) -> Violated | None:
    """The first initial state that stands for no initial state of an abstract model, or whose own cannot be
    found. An initial state that cannot be evaluated is for the search to find."""
    only = runner.request.only
    methods = [one for one in runner.declaration.of_kind(Kind.REFINEMENT) if only is None or one.name in only]
    if not methods:
        return None
    with runner.running():
        states = runner.initial_states()
        while True:
            try:
                number, arguments, state = next(states)
            except (StopIteration, EvaluationError):
                return None
            for method in methods:
                runner.load(state)
                try:
                    if runner.refining(method).begins():
                        continue
                    finding = Finding("step_invariant", 0, method)
                except EvaluationError as error:
                    finding = Finding("evaluation", 0, method, None, failure(error))
                trail = Trail(runner)
                trail.reach(state, number, arguments)
                return violated(trail, finding, captured)
