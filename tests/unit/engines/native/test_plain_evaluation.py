"""What is evaluated when code is generated is shared by programs that mean the same by it, by no others."""

from __future__ import annotations

from collections import OrderedDict

import pytest

from checker.engines.native import plain_evaluation
from checker.engines.native.plain_evaluation import CONTEXTS_MAX, PlainEvaluation
from checker.engines.native.sizes import Sizes
from checker.ir import nodes as ir
from checker.ir.types import BoolType, IntType
from tests.ir.zoo import PARAMS, zoo
from tests.ir.zoo import SIZES as SORTS

BOOL, DIGIT = BoolType(), IntType(0, 3)
X = ir.Local("x", DIGIT)
SIZES = Sizes(SORTS, PARAMS)
CALL = ir.Call("outer", (X,), BOOL)


def evaluation(least: int, sizes: Sizes = SIZES) -> PlainEvaluation:
    """Of a model whose helper `outer` calls `inner`, which says whether a digit is at least so much."""
    takes = (ir.Parameter("x", DIGIT),)
    inner = ir.Function("inner", takes, BOOL, ir.LessEq(ir.IntLit(least), X))
    outer = ir.Function("outer", takes, BOOL, ir.Call("inner", (X,), BOOL))
    return PlainEvaluation(zoo(functions=(inner, outer)), sizes)


def masks(of: PlainEvaluation, expr: ir.Expr) -> tuple[tuple[int, ...], bool]:
    """The digits for which an expression holds, as a table has them, and whether they were evaluated."""
    made: list[int] = []

    def make() -> tuple[int, ...]:
        made.append(sum(1 << x for x in range(4) if of.evaluate(expr, {"x": x})))
        return tuple(made)

    return of.masks(expr, "digits", make), bool(made)


@pytest.fixture(autouse=True)
def nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_evaluation, "_contexts", OrderedDict[object, object]())


def test_a_model_that_differs_elsewhere_takes_what_is_known() -> None:
    assert masks(evaluation(2), CALL) == ((0b1100,), True)
    assert masks(evaluation(2), CALL) == ((0b1100,), False)


def test_a_helper_that_a_helper_calls_makes_a_difference() -> None:
    assert masks(evaluation(2), CALL) == ((0b1100,), True)
    assert masks(evaluation(3), CALL) == ((0b1000,), True)


def test_an_expression_that_calls_no_helper_does_not_care_for_them() -> None:
    least = ir.LessEq(X, ir.IntLit(1))
    assert masks(evaluation(2), least) == ((0b11,), True)
    assert masks(evaluation(3), least) == ((0b11,), False)


def test_another_scope_is_another_matter() -> None:
    larger = Sizes({sort: size + 1 for sort, size in SIZES.sorts.items()}, SIZES.params)
    richer = Sizes(SIZES.sorts, {name: value + 1 for name, value in SIZES.params.items()})
    assert [masks(evaluation(2, sizes), CALL)[1] for sizes in (SIZES, larger, richer, SIZES)] == [
        True,
        True,
        bool(SIZES.params),
        False,
    ]


def test_a_few_scopes_are_remembered() -> None:
    scopes = [Sizes({**SIZES.sorts, "Other": size}, SIZES.params) for size in range(1, CONTEXTS_MAX + 2)]
    assert all(masks(evaluation(2, sizes), CALL)[1] for sizes in scopes)
    assert not masks(evaluation(2, scopes[-1]), CALL)[1]
    assert masks(evaluation(2, scopes[0]), CALL)[1]


def test_values_are_made_once() -> None:
    first = evaluation(2).elements(DIGIT, 4)
    assert first == [0, 1, 2, 3]
    assert evaluation(3).elements(DIGIT, 4) is first


def test_only_a_narrower_view_may_have_no_meaning() -> None:
    with pytest.raises(AssertionError, match="only a narrower view"):
        evaluation(2).evaluate(ir.LessEq(ir.Local("y", DIGIT), X), {"x": "no digit", "y": 0})
