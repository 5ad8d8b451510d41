"""The tables of docs/smt.md that say which constructs can be lowered: made here, by lowering them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial

from checker.engines.request import Request
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.system import System
from checker.engines.smt.unbounded_system import UnboundedSystem
from checker.ir import nodes as ir
from checker.language.declaration import declare, sorts_of
from checker.language.model import Model
from tests.docs.pages import DOCS, table
from tests.models.constructs import MODELS, WRITING


def _said(
    lower: Callable[[], object], model: ir.Model, declared: ir.Property | ir.Action, function: object
) -> str:
    """Whether something can be lowered; a refusal stands at a line of it, or at that of a variable."""
    try:
        lower()
    except NotYetSmt as error:
        lines, first = inspect.getsourcelines(inspect.unwrap(function))  # type: ignore[arg-type]  # a Rule of the model, unwrapped
        places = [*range(first, first + len(lines)), *[one.span.line for one in model.variables]]
        assert error.span.file == declared.span.file, error
        assert error.span.line in places, error
        return "no"
    return "yes"


def _request(model: type[Model]) -> Request:
    return Request(model, {sort.__name__: 2 for sort in sorts_of(declare(model))})


def _named(model: type[Model], name: str) -> tuple[object, str]:
    function = getattr(model, name)
    return function, (inspect.getdoc(function) or "").replace("`", "")


def _read(model: type[Model]) -> Iterator[list[str]]:
    finite, unbounded = System(_request(model)), UnboundedSystem(_request(model))
    for prop in finite.model.properties:
        function, construct = _named(model, prop.name)
        ways: list[Callable[[], object]] = [
            partial(_holds, finite, prop),
            partial(_holds, unbounded, prop),
        ]
        yield [construct, *[_said(way, finite.model, prop, function) for way in ways]]


def _holds(system: System | UnboundedSystem, prop: ir.Property) -> object:
    return system.holds(prop, system.symbolic("s").values)


def _unrolled(system: System, action: ir.Action) -> object:
    return list(system.steps.unrolled(action, system.symbolic("s").values))


def _selected(system: System | UnboundedSystem, action: ir.Action) -> object:
    return system.steps.selected(action, system.symbolic("s").values, "go")


def _written(model: type[Model]) -> Iterator[list[str]]:
    finite, unbounded = System(_request(model)), UnboundedSystem(_request(model))
    for action in finite.model.actions:
        function, construct = _named(model, action.name)
        ways: list[Callable[[], object]] = [
            partial(_unrolled, finite, action),
            partial(_selected, finite, action),
            partial(_selected, unbounded, action),
        ]
        yield [construct, *[_said(way, finite.model, action, function) for way in ways]]


def test_the_table_says_what_can_be_read() -> None:
    assert table(DOCS / "smt.md", "constructs") == [row for model in MODELS for row in _read(model)]


def test_the_table_says_what_can_be_written() -> None:
    assert table(DOCS / "smt.md", "what-actions-do") == [row for model in WRITING for row in _written(model)]
