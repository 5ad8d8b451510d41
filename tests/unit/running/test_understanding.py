"""What of a violation matters: on a model in which each answer is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.engines.request import Request
from checker.report.lines import plain
from checker.report.understanding_lines import understanding_lines
from checker.running.plain_form import to_plain
from checker.running.retrace import Retrace
from checker.running.runner import Runner
from checker.running.understanding import NotViolated, understand
from checker.traces.trace import State, Step, Trace
from checker.traces.understanding import Understanding
from tests.models.detours import Detours

REQUEST = Request(Detours, {}, {}, {"failure": 1})


def trace(*names: str, about: str | None = "never_fires") -> Trace:
    """The trace that takes these actions."""
    runner = Runner(REQUEST)
    actions = {one.name: one for one in runner.actions}
    with runner.running():
        ((_, _, state),) = runner.initial_states()
        steps = [Step("init", (), shown(runner, state))]
        for name in names:
            after = runner.step(state, actions[name], ())
            assert after is not None, name
            state = after
            kind = "action" if name != "fail" else "fault:failure"
            steps.append(Step(name, (), shown(runner, state), kind=kind))
    return Trace("tests.models.detours:Detours", (), (), (("failure", 1),), steps[0], tuple(steps[1:]), about)


def shown(runner: Runner, state: tuple[object, ...]) -> State:
    return tuple([(name, to_plain(value)) for name, value in zip(runner.names, state, strict=True)])


def understood(*names: str, states_max: int = 100) -> Understanding:
    """What matters of the trace that takes these actions."""
    return understand(Retrace(REQUEST, trace(*names)), states_max)


def test_what_is_not_needed_what_commutes_and_where_it_is_too_late() -> None:
    found = understood("arm", "blink", "fail", "fire")
    assert found == Understanding("never_fires", (2,), (1, 3, 4), (1, 2), 2, ())


def test_a_violation_without_a_detour() -> None:
    found = understood("arm", "fail", "fire")
    assert found == Understanding("never_fires", (), (1, 2, 3), (), 1, ())


def test_a_search_that_is_cut_off_says_nothing() -> None:
    found = understood("arm", "fail", "fire", states_max=0)
    assert found.avoidable is None
    assert found.unknown == (0, 1, 2)
    assert "Not known for the states after steps 0, 1, 2" in " ".join(
        plain(understanding_lines(found)).split()
    )


def test_a_trace_that_ends_well_is_refused() -> None:
    with pytest.raises(NotViolated, match="never_fires is not false at its end"):
        understood("arm", "finish")
    with pytest.raises(NotViolated, match="names no invariant"):
        understand(Retrace(REQUEST, replace(trace("arm"), property=None)))


def test_the_sentences() -> None:
    text = " ".join(plain(understanding_lines(understood("arm", "blink", "fail", "fire"))).split())
    assert "Not needed: step 2, each left out alone; never_fires is false at the end all the same." in text
    assert "Enough together: steps 1, 3, 4." in text
    assert "lead to the same state: 1 and 2, 2 and 3." in text
    assert "Last avoidable after step 2" in text
