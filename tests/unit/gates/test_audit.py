"""Which scope an audit searches: one that is small enough, and in which something can begin."""

from __future__ import annotations

from pathlib import Path

from checker.gates.audit import Bounds, audit, states_of
from checker.gates.check import Check, Origin

CHECK = Check(
    "a log replica votes",
    "model.log_replicas:LogReplicas",
    Origin(None, Path.cwd()),
    scope={"Replica": 3, "Value": 1, "Ballot": 2, "Slot": 1, "Epoch": 1},
    params={"members_at_start": 3, "logs_at_start": 1},
)


def test_searches_of_nothing_are_no_audit() -> None:
    """With two replicas three cannot be members at the start: other sorts are made smaller."""
    found = audit(CHECK, Bounds(states=3_000, python_states=10))
    assert found.sights
    assert all(states_of(sight) > 0 for sight in found.sights)
    assert found.check.scope["Replica"] == 3
    assert found.check.scope != CHECK.scope
    assert not found.disagreements


def test_where_nothing_is_small_enough_nothing_is_audited() -> None:
    found = audit(CHECK, Bounds(states=1))
    assert not found.sights
    assert found.skipped == ("no scope is small enough to be searched in full",)
