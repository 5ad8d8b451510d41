"""Joins of protocols have no rule of their parts a second time."""

from __future__ import annotations

import inspect
from types import FunctionType

import pytest

from checker import Model
from checker.language.declaration import declare
from checker.language.rules import Kind
from model.atomic_replication import AtomicReplication
from model.free_election import FreeElection
from model.joined_group import JoinedGroup
from model.joined_split import JoinedSplit
from model.log_replicas import LogReplicas
from model.split import Split
from model.strong_reads import StrongReads

STEPS = (Kind.ACTION, Kind.INITIAL)

PARTS = [
    (JoinedGroup, (LogReplicas, FreeElection, StrongReads)),
    (JoinedSplit, (Split, AtomicReplication, StrongReads)),
]


@pytest.mark.parametrize(("join", "parts"), PARTS, ids=lambda one: getattr(one, "__name__", "parts"))
def test_a_step_of_a_part_is_taken_as_it_is_or_added_to(
    join: type[Model], parts: tuple[type[Model], ...]
) -> None:
    """A step that a join overrides calls what it overrides: no rule is written down again."""
    own = vars(join)
    for part in parts:
        assert issubclass(join, part)
        for method in declare(part).of_kind(*STEPS):
            if method.name in own:
                text = inspect.getsource(function_of(join, method.name))
                assert f"super().{method.name}(" in text, f"{join.__name__}.{method.name}"


def function_of(model: type[Model], name: str) -> FunctionType:
    """The function of a method."""
    function = next(method.function for method in declare(model).methods if method.name == name)
    assert isinstance(function, FunctionType)
    return function


@pytest.mark.parametrize(("join", "parts"), PARTS, ids=lambda one: getattr(one, "__name__", "parts"))
def test_a_join_is_held_to_the_properties_of_its_parts(
    join: type[Model], parts: tuple[type[Model], ...]
) -> None:
    """All invariants of the parts are invariants of the join."""
    names = {method.name for method in declare(join).of_kind(Kind.INVARIANT, Kind.STEP_INVARIANT)}
    for part in parts:
        assert names >= {method.name for method in declare(part).of_kind(Kind.INVARIANT, Kind.STEP_INVARIANT)}


def test_parts_share_messages_and_no_class() -> None:
    """The three protocols of the joins know nothing of each other."""
    protocols = (LogReplicas, FreeElection, Split)
    for one in protocols:
        for other in protocols:
            assert one is other or not issubclass(one, other)
    assert not issubclass(LogReplicas, AtomicReplication)
