"""Mutants of a model: where they part from it, an implementation that goes with them is found."""

from __future__ import annotations

from typing import Any

import pytest

from checker.conformance.reproduction import pytest_file
from checker.exit_codes import ExitCode
from checker.gates.check import Traces
from tests.conformance.replays import MODEL, named, replayed
from tests.conformance.two_phase_bugs import CommitsByMajority, CommitsWhatIsAborted
from tests.conformance.two_phase_mutants import (
    Another,
    CommitsOnOneYes,
    LearnsTheOpposite,
    WritesItOtherwise,
)
from tests.conformance.two_phase_system import TwoPhaseSystem

ONE_PATH = Traces(cover="contexts", at_most=1)


def test_a_correct_implementation_goes_with_no_mutant() -> None:
    found = replayed(mutants=(CommitsOnOneYes, LearnsTheOpposite, WritesItOtherwise))
    assert found.exit_code is ExitCode.OK
    assert [partings > 0 for _, partings in found.mutants] == [True, True, False]


def test_a_mutant_finds_what_no_behaviour_of_the_model_shows() -> None:
    assert replayed(CommitsByMajority, disabled=0).exit_code is ExitCode.OK
    found = replayed(CommitsByMajority, disabled=0, mutants=(CommitsOnOneYes,))
    assert found.exit_code is ExitCode.DIFFERENCE
    assert found.difference is not None
    assert found.difference.kind == "mutant"
    assert found.difference.place == f"decided, as the mutant {named(CommitsOnOneYes)} has it"


@pytest.mark.parametrize(
    ("system", "mutant"), [(CommitsByMajority, CommitsOnOneYes), (CommitsWhatIsAborted, LearnsTheOpposite)]
)
def test_what_a_mutant_finds_is_a_test_too(system: type[TwoPhaseSystem], mutant: type) -> None:
    found = replayed(system, traces=ONE_PATH, disabled=0, mutants=(mutant,))
    assert found.difference is not None
    numbers = {"scope": {"Participant": 2}, "params": {}, "faults": {"crash": 1}}
    text = pytest_file(found.difference, "lockstep replay x.toml", MODEL, named(system), numbers)
    written: dict[str, Any] = {}
    exec(compile(text, "written.py", "exec"), written)
    with pytest.raises(AssertionError):
        written["test_the_implementation_follows_the_model"]()
    written[system.__name__] = TwoPhaseSystem
    written["test_the_implementation_follows_the_model"]()


def test_a_mutant_of_another_model_is_refused() -> None:
    found = replayed(mutants=(Another,))
    assert found.exit_code is ExitCode.CONFIGURATION
    assert "mood" in str(found.problems[0])
