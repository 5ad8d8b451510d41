"""Order that a model may observe: positions in sequences, never in sets, sorts and quorums (language rule
2)."""

from __future__ import annotations

import ast

from checker.capture.scope import Scope
from checker.capture.values import show, shown
from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import ListType, SeqType, SortType, Type


def order_matters(kind: Type) -> bool:
    """Whether positions in a collection may be observed."""
    return isinstance(kind, SeqType) or (isinstance(kind, ListType) and kind.ordered)


def needs_order(scope: Scope, made: ir.Expr, node: ast.expr, use: str) -> None:
    """Refuses an operation by position on something without order (language rule 2).

    Raises:
        Skip: the collection has no order that a model may observe.
    """
    kind = type_of(made)
    if order_matters(kind):
        return
    text = shown(node)
    what = f"{show(kind)}" if not isinstance(made, ir.Domain) else _domain_name(made.item)
    if isinstance(kind, ListType):
        what = f"a list in the order of a set or sort ({what})" if not isinstance(made, ir.Domain) else what
    scope.refuse(
        node,
        f"'{text}' has no order, and {use} would observe one"
        if isinstance(kind, ListType)
        else f"'{text}' is {what}, and {use} would observe an order",
        "a set, sort or quorum has no order: use any, all, maxima(key=...) or a Seq",
    )


def _domain_name(kind: Type) -> str:
    match kind:
        case SortType(name):
            return f"the sort {name}"
        case _:
            return show(kind)
