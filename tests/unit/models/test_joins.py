"""Joins of protocols have no rule of their parts a second time."""

from __future__ import annotations

import ast
import inspect
import textwrap
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
from model.mutants import joined_group, joined_split
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


SEEN_BY_A_PART = {joined_split.DecidesWhenProposed: Split}
"""Where a part has the rule too, and a mutant of its own without it."""

MUTANTS = [
    (mutant, parts)
    for (join, parts), module in zip(PARTS, (joined_group, joined_split), strict=True)
    for mutant in vars(module).values()
    if isinstance(mutant, type) and issubclass(mutant, join) and mutant is not join
]


@pytest.mark.parametrize(("mutant", "parts"), MUTANTS, ids=lambda one: getattr(one, "__name__", "parts"))
def test_a_part_is_the_same_with_a_mutant_of_the_join(
    mutant: type[Model], parts: tuple[type[Model], ...]
) -> None:
    """Each part passes its own gate with what the join's mutant changes: it has no such method; or its method
    is that already; or the mutant adds what cannot be said in the part, for want of a name."""
    changed = [name for name in vars(mutant) if not name.startswith(("_", "lockstep_"))]
    assert changed
    others = {part for part in parts for name in changed if is_another(part, mutant, name)}
    assert others == ({SEEN_BY_A_PART[mutant]} if mutant in SEEN_BY_A_PART else set())


def is_another(part: type[Model], mutant: type[Model], name: str) -> bool:
    """Whether a part would be another model with a method of the mutant."""
    if name not in {method.name for method in declare(part).methods}:
        return False
    mine, theirs = (statements(function_of(one, name)) for one in (mutant, part))
    return mine != theirs and attributes(mine) <= attributes_of(part)


def test_each_join_has_a_mutant_that_no_part_sees() -> None:
    for join, _ in PARTS:
        own = [mutant for mutant, _ in MUTANTS if join in mutant.__mro__]
        assert set(own) - set(SEEN_BY_A_PART)


def statements(function: FunctionType) -> str:
    """What a method does, without its docstring."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(node, ast.FunctionDef)
    return "\n".join(ast.unparse(one) for one in node.body if not _is_text(one))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def attributes(text: str) -> set[str]:
    """What is said of `self`."""
    return {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def attributes_of(model: type[Model]) -> set[str]:
    """What a model's methods may say of `self`."""
    declaration = declare(model)
    names = [*(one.name for one in declaration.methods), *(one.name for one in declaration.variables)]
    return {*names, *declaration.params}
