"""A simulator that finds nothing proves nothing: bugs put in on purpose must be found, and soon."""

from __future__ import annotations

import pytest

from reference.simulator.run import simulate
from tests.reference.find_seeded_bugs import first_failure
from tests.reference.seeded_bugs import BUGS

QUICK = 50
"""Bugs that so many seeds find are tried with every run of the tests; `make simulate` tries all."""


@pytest.mark.parametrize("name", [name for name, bug in BUGS.items() if bug.within <= QUICK])
def test_the_simulator_finds(name: str) -> None:
    assert first_failure(name, BUGS[name].within) is not None


def test_without_the_bug_nothing_is_found() -> None:
    """What a bug's patch replaces is put back."""
    for bug in BUGS.values():
        with bug.plant():
            pass
    assert simulate(0).failure is None
