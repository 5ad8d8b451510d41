"""Refinements: what CPython says when it runs both models is what the compiled lowering says."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from checker.capture import capture
from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.engines.native.explore import explore as compiled
from checker.engines.native.simulate import simulate as compiled_walks
from checker.engines.python.search import explore
from checker.engines.python.simulate import simulate
from checker.engines.request import Request, Simulation
from checker.ir.evaluate import EvaluationError, Evaluator
from checker.ir.verifier import verify
from checker.language.model import Model
from checker.language.rules import Kind
from checker.running.retrace import Retrace
from checker.running.runner import Runner
from checker.traces.python_form import to_python
from checker.verdicts import Exhausted, Refined, Result, Violated, to_object
from tests.models.refining import BornDecided, Broad, Copy, Decision, Election, Fickle, ForgetsTotals

ELECTION = Request(Election, {"Voter": 3, "Choice": 2}, faults={"crash": 1}, deadlock=False, brief=True)
STORE = Request(Copy, {"Choice": 1, "Place": 2}, params={"limit": 2}, deadlock=False, brief=True)
REQUESTS = (
    ELECTION,
    replace(ELECTION, symmetry=None),
    replace(ELECTION, model=Fickle),
    replace(ELECTION, model=Fickle, symmetry=None),
    replace(ELECTION, model=BornDecided),
    STORE,
    replace(STORE, model=ForgetsTotals),
    Request(Broad, deadlock=False, brief=True),
)
NOT_COMPARED = ("seconds", "bytes_per_state", "engine")


def told(result: Result) -> dict[str, object]:
    return {name: held for name, held in to_object(result).items() if name not in NOT_COMPARED}


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.model.__name__)
def test_engines_agree(request_: Request) -> None:
    assert told(compiled(request_)) == told(explore(request_))


@pytest.mark.parametrize("request_", REQUESTS[2:5:2], ids=lambda one: one.model.__name__)
def test_walks_agree(request_: Request) -> None:
    walks = replace(request_, symmetry=(), simulation=Simulation(walks=30, depth=8))
    assert told(compiled_walks(walks)) == told(simulate(walks))


def test_counts_of_walks_agree() -> None:
    walks = replace(ELECTION, simulation=Simulation(walks=30, depth=8))
    counted = simulate(walks).refinements
    assert counted == compiled_walks(walks).refinements
    assert sum(sum(row) for _, row in counted[0].steps) == sum(
        count for _, count in simulate(walks).statistics.actions
    )


def test_steps_are_counted_by_what_they_match() -> None:
    result = explore(ELECTION)
    assert isinstance(result.verdict, Exhausted)
    assert result.refinements == (
        Refined(
            "decides",
            "tests.models.refining:Decision",
            ("stutter", "choose", "revoke"),
            (("cast", (54, 48, 0)), ("forget", (54, 0, 0))),
        ),
    )
    assert result.refinements[0].never_matched == ("revoke",)
    for name, count in result.statistics.actions:
        assert sum(dict(result.refinements[0].steps)[name]) == count


def test_a_broken_refinement_says_step_and_states() -> None:
    verdict = explore(replace(ELECTION, model=Fickle)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, verdict.property, len(verdict.trace.steps)) == ("refinement", "decides", 4)
    assert verdict.message == (
        "cast(n=Voter1, c=Choice2) is no step of Decision, and no stutter\n"
        "  before: chosen = {Choice1}\n"
        "  after: chosen = {Choice2}\n"
        "  possible there: revoke(c=Choice1)"
    )


def test_it_must_begin_where_the_abstract_model_does() -> None:
    verdict = explore(replace(ELECTION, model=BornDecided)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, verdict.trace.steps) == ("refinement", ())
    assert verdict.message == "Decision does not begin in\n  chosen = {Choice1}"


def test_an_abstract_step_without_a_value_is_an_error() -> None:
    verdict = explore(Request(Broad, deadlock=False)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, verdict.property, verdict.evaluating) == ("evaluation", "narrows", "step_invariant")


def test_what_is_not_asked_for_is_not_checked() -> None:
    asked = replace(ELECTION, model=Fickle, only=frozenset[str]())
    for engine in (explore, compiled):
        result = engine(asked)
        assert isinstance(result.verdict, Exhausted)
        assert result.refinements == ()


def test_the_mapping_can_be_called() -> None:
    model = Election.at({"Voter": 3, "Choice": 2})
    decided = model.decides()
    assert isinstance(decided, Decision)
    assert decided.state == {"chosen": frozenset()}
    assert [step.action for step in decided.enabled()] == ["choose", "choose"]


@pytest.mark.parametrize("model", [Election, Copy, Broad])
def test_what_is_captured_is_sound(model: type[Model]) -> None:
    verify(capture(model))


@pytest.mark.parametrize("request_", [ELECTION, STORE], ids=lambda one: one.model.__name__)
def test_any_two_states_are_judged_alike(request_: Request) -> None:
    """Also pairs that are no steps, and most of which are none of the abstract model."""
    runner = Runner(request_)
    captured, classes = capture_with_classes(request_.model)
    evaluator = Evaluator(captured, LanguageUniverse(classes, runner.scope), runner.scope.faults)
    method = runner.declaration.of_kind(Kind.REFINEMENT)[0]
    body = next(one.body for one in captured.properties if one.name == method.name)
    said: set[bool] = set()
    with runner.running():
        states = _states(runner, 150)
        drawn = random.Random(3)
        pairs = [(drawn.choice(states), drawn.choice(states)) for _ in range(1500)]
        for old, new in pairs:
            runner.load_old(old)
            runner.load(new)
            try:
                expected: Any = runner.holds(method)
            except Exception:
                expected = "error"
            named = [dict(zip(runner.names, state, strict=True)) for state in (old, new)]
            try:
                found: Any = evaluator.evaluate(body, named[1], named[0])
            except EvaluationError:
                found = "error"
            assert found == expected, (old, new)
            said.add(found)
    assert said >= {True, False}


def _states(runner: Runner, most: int) -> list[tuple[Any, ...]]:
    found = {state: None for _, _, state in runner.initial_states()}
    for state in (waiting := list(found)):
        for action in runner.actions:
            runner.load(state)
            for arguments in runner.bindings(action):
                after = runner.step(state, action, arguments)
                if after is not None and after not in found and len(found) < most:
                    found[after] = None
                    waiting.append(after)
    return list(found)


def test_a_broken_refinement_as_python_runs() -> None:
    for model in (Fickle, BornDecided):
        verdict = explore(replace(ELECTION, model=model)).verdict
        assert isinstance(verdict, Violated)
        text = to_python(verdict.trace, ending="refinement")
        assert "decides()" in text
        exec(compile(text, "trace.py", "exec"), {})
        told_true = text.replace("assert after.state != other.state", "assert after.state == other.state")
        if told_true != text:
            with pytest.raises(AssertionError):
                exec(compile(told_true, "trace.py", "exec"), {})


def test_a_trace_is_judged_again() -> None:
    for model, judged in ((Fickle, [True, True, True, True, False]), (BornDecided, [False])):
        request = replace(ELECTION, model=model)
        verdict = explore(request).verdict
        assert isinstance(verdict, Violated)
        truths = [row[0] for row in Retrace(request, verdict.trace).truths()]
        assert [one.holds for one in truths] == judged
        assert truths[-1].why == verdict.message
