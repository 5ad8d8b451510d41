"""All engines agree on models that are written at random, which use all of the IR."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from checker.capture import capture
from checker.capture.problems import Refused
from checker.ir import nodes as ir
from checker.ir.children import expressions_of, walk, walk_statements
from checker.verdicts import Violated
from tests.differential.models.agreement import agreement, load, own_cache
from tests.strategies.models.dice import Dice
from tests.strategies.models.module import Generated, generated, models

COMPARED_MAX = 40
COMPARED_MIN = 8
SECONDS = 25.0
CORPUS = 400
NEVER: frozenset[object] = frozenset({ir.PropertyKind.LEMMA})
"""What generated models do not have: lemmas are for the solver, no search looks at them."""


@pytest.fixture(autouse=True)
def cache_of_its_own() -> Iterator[None]:
    with own_cache():
        yield


def _processor_seconds() -> float:
    return sum(os.times()[:4])


def test_engines_agree_on_generated_models(tmp_path: Path) -> None:
    began, compared = _processor_seconds(), Counter[str]()
    states = 0
    for seed in range(COMPARED_MAX):
        if _processor_seconds() - began > SECONDS:
            break
        found = agreement(generated(Dice.seeded(seed)), tmp_path)
        assert found.differences == (), f"seed {seed}"
        if found.result is None:
            compared["refused"] += 1
            continue
        states += found.states
        compared["compared"] += 1
        compared["violated"] += isinstance(found.result.verdict, Violated)
    assert compared["compared"] >= COMPARED_MIN
    assert compared["violated"] > 0
    assert states >= 2 * compared["compared"]


@settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(models())
def test_engines_agree_on_models_of_hypothesis(
    tmp_path_factory: pytest.TempPathFactory, model: Generated
) -> None:
    assert agreement(model, tmp_path_factory.mktemp("models")).differences == ()


@cache
def captured(folder: Path) -> tuple[tuple[ir.Model, ...], int]:
    """The models of the corpus, and how many are refused."""
    found: list[ir.Model] = []
    refused = 0
    for seed in range(CORPUS):
        try:
            found.append(capture(load(generated(Dice.seeded(seed)).text, folder).Generated))
        except Refused:
            refused += 1
    return tuple(found), refused


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[ir.Model, ...], int]:
    return captured(tmp_path_factory.mktemp("corpus"))


def _bodies(model: ir.Model) -> Iterator[tuple[ir.Statement, ...]]:
    steps: tuple[ir.Action | ir.Initial | ir.Procedure, ...] = (
        *model.actions,
        *model.initials,
        *model.procedures,
    )
    yield from (one.body for one in steps)


def _used(model: ir.Model) -> Iterator[object]:
    """The node classes and the members of enums that a model has."""
    tops: list[ir.Expr] = [*(one.body for one in model.functions), *(one.body for one in model.properties)]
    steps: tuple[ir.Action | ir.Initial, ...] = (*model.actions, *model.initials)
    for one in steps:
        tops += [parameter.source for parameter in one.parameters if parameter.source is not None]
    for body in _bodies(model):
        for statement in walk_statements(body):
            yield type(statement)
            tops += expressions_of(statement)
            match statement:
                case ir.Mutate(place, method):
                    yield method
                    yield from map(type, place.path)
                case ir.Assign(place):
                    yield from map(type, place.path)
                case _:
                    pass
    for node in (inner for top in tops for inner in walk(top)):
        yield type(node)
        match node:
            case ir.Arith(op) | ir.SetOp(op):
                yield op
            case ir.MapView(part=part):
                yield part
            case ir.StateRead(when=when):
                yield when
            case _:
                pass
    yield from (prop.kind for prop in model.properties)


def test_generated_models_use_all_of_the_ir(corpus: tuple[tuple[ir.Model, ...], int]) -> None:
    wanted: set[object] = {*get_args(ir.Expr), *get_args(ir.Statement), ir.Key, ir.FieldOf}
    enums: Iterable[Iterable[object]] = (
        ir.Method,
        ir.ArithOp,
        ir.SetOperator,
        ir.MapPart,
        ir.When,
        ir.PropertyKind,
    )
    wanted |= {member for one in enums for member in one}
    used = {one for model in corpus[0] for one in _used(model)}
    assert wanted - NEVER - used == set()


def test_few_generated_models_are_refused(corpus: tuple[tuple[ir.Model, ...], int]) -> None:
    found, refused = corpus
    assert refused * 10 < len(found)


def test_everything_that_a_model_can_have_is_generated(corpus: tuple[tuple[ir.Model, ...], int]) -> None:
    models_found = corpus[0]
    assert any(model.faults for model in models_found)
    assert any(variable.ghost for model in models_found for variable in model.variables)
    assert any(initial.parameters for model in models_found for initial in model.initials)
    assert any(one.source for model in models_found for action in model.actions for one in action.parameters)
