"""The table of docs/smt.md that says which constructs can be lowered: made here, by lowering them."""

from __future__ import annotations

import inspect

from checker.engines.request import Request
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.system import System
from checker.engines.smt.unbounded_system import UnboundedSystem
from checker.ir import nodes as ir
from checker.language.declaration import declare, sorts_of
from checker.language.model import Model
from tests.docs.pages import DOCS, table
from tests.models.constructs import MODELS


def _said(system: System | UnboundedSystem, prop: ir.Property) -> str:
    """Whether a property can be lowered; a refusal has its line."""
    try:
        system.holds(prop, system.symbolic("s").values)
    except NotYetSmt as error:
        assert prop.name not in ("arithmetic", "enums"), error
        return "no"
    return "yes"


def _rows(model: type[Model]) -> list[list[str]]:
    scope = {sort.__name__: 2 for sort in sorts_of(declare(model))}
    finite, unbounded = System(Request(model, scope)), UnboundedSystem(Request(model, scope))
    return [
        [(inspect.getdoc(getattr(model, prop.name)) or "").replace("`", ""), _said(finite, prop), _said(unbounded, prop)]
        for prop in finite.model.properties
    ]


def test_the_table_says_what_can_be_lowered() -> None:
    made = [row for model in MODELS for row in _rows(model)]
    assert table(DOCS / "smt.md", "constructs") == made
