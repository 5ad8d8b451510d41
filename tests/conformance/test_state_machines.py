"""Models as Hypothesis state machines: what steering finds, random steps find too, in few of them."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from checker.conformance.state_machines import Lockstep, state_machine
from tests.conformance.test_replay import Hasty, HidesTheOutbox, LosesMessages, Reluctant, ShowsNonsense
from tests.conformance.two_phase_bugs import STEERED
from tests.conformance.two_phase_model import TwoPhase
from tests.conformance.two_phase_system import TwoPhaseSystem

MANY = 400
"""Tries, until a bug is found; most are found in the first sixty."""
RUNS = settings(max_examples=60, stateful_step_count=25, deadline=None, database=None, derandomize=True)


FOUND = settings(RUNS, max_examples=MANY, phases=(Phase.explicit, Phase.generate))
"""The first steps that show a bug are enough; making them fewer takes longer than finding them."""


def machine(system: type[TwoPhaseSystem]) -> type[Lockstep]:
    return state_machine(TwoPhase, system, {"Participant": 2}, faults={"crash": 1})


@pytest.mark.parametrize("system", [TwoPhaseSystem, Reluctant, HidesTheOutbox])
def test_an_implementation_that_follows_its_model_passes(system: type[TwoPhaseSystem]) -> None:
    run_state_machine_as_test(machine(system), settings=RUNS)


@pytest.mark.parametrize("system", [*STEERED, Hasty, LosesMessages, ShowsNonsense])
def test_a_bug_is_found(system: type[TwoPhaseSystem]) -> None:
    with pytest.raises((AssertionError, RuntimeError)):
        run_state_machine_as_test(machine(system), settings=FOUND)


def test_the_steps_that_show_a_bug_are_made_fewer(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((AssertionError, RuntimeError)) as caught:
        run_state_machine_as_test(machine(STEERED[0]), settings=settings(RUNS, max_examples=MANY))
    steps = [line for line in caught.value.__notes__ if line.startswith("state.") and "teardown" not in line]
    assert 1 <= len(steps) <= 4, caught.value.__notes__


def test_each_action_is_a_rule() -> None:
    rules = {rule.function.__name__ for rule in machine(TwoPhaseSystem)().rules}
    assert rules == {"cast", "sync", "remind", "commit", "abort", "learn", "crash", "_idle"}
