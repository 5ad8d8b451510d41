"""Generated expressions agree with the reference evaluator: the value, or the kind of error and its node."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from checker.ir import nodes as ir
from checker.ir.children import walk
from checker.ir.types import OptionType, SetType, Type
from checker.ir.verifier import verify
from tests.differential.native.directed import directed
from tests.differential.native.expressions import Compiled
from tests.ir.zoo import BOOL, ENTRY, INT, NODE, STATE, TERM, zoo
from tests.strategies.ir import expressions

KINDS: tuple[Type, ...] = (BOOL, INT, NODE, TERM, ENTRY, OptionType(TERM), SetType(NODE), SetType(INT))
RANDOM_STATES = 12


def random_expressions(count: int) -> list[ir.Expr]:
    """Well-typed expressions of many types."""
    found: list[ir.Expr] = []

    @seed(1)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(KINDS).flatmap(lambda kind: expressions(kind=kind, depth=3)))
    def collect(expr: ir.Expr) -> None:
        found.append(expr)

    collect()
    return found


def check(compiled: Compiled) -> int:
    """Compares in the zoo's state and in random ones; how many evaluations were errors."""
    source = random.Random(7)
    errors = 0
    for state in [STATE, *(compiled.random_state(source) for _ in range(RANDOM_STATES))]:
        differences, failed = compiled.differences(state)
        errors += failed
        assert differences == []
    return errors


def test_random_expressions_agree(tmp_path: Path) -> None:
    assert check(Compiled(random_expressions(250), tmp_path)) > 0


def test_directed_expressions_agree(tmp_path: Path) -> None:
    assert check(Compiled(directed(), tmp_path)) > 0


@pytest.mark.parametrize("index", range(len(directed())))
def test_directed_expressions_are_well_typed(index: int) -> None:
    verify(
        zoo(
            initials=(ir.Initial("start", (), (ir.Bind("it", _type(directed()[index]), directed()[index]),)),)
        )
    )


def _type(expr: ir.Expr) -> Type:
    from checker.ir.type_of import type_of

    return type_of(expr)


def test_every_node_class_is_compared() -> None:
    """A node that no test reaches is a node that nobody has compared."""
    seen = {type(node) for expr in [*directed(), *random_expressions(250)] for node in walk(expr)}
    assert set(get_args(ir.Expr)) - seen == set()
