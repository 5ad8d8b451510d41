"""Collections made element by element: a list of what is visited, a collection of another item type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engines.native.iteration import loop
from checker.engines.native.lowered import Block, Env, Val
from checker.ir import nodes as ir
from checker.ir.types import BagType, ListType, SeqType, SetType, Type

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering


def gathered(low: Lowering, expr: ir.Expr, ordered: bool, env: Env, out: Block) -> Val:
    """A collection that is only visited elsewhere, as a list in memory."""
    name = low.names.fresh("list")
    place = len(out.lines)
    found: list[Type] = []

    def push(element: Val, inside: Block) -> None:
        found.append(element.type)
        c = low.c(ListType(element.type, True))
        inside.add(f"{c}_push(k, &{name}, {element.text});")

    loop(low, expr, env, out, push)
    kind = ListType(found[0], ordered)
    out.lines.insert(place, "  " * out.depth + f"{low.c(kind)} {name} = {{0}};")
    return Val(kind, name, stable=True, place=True)


def with_item(kind: Type, item: Type) -> Type:
    """The same kind of collection, as an intermediate value, of other items."""
    match kind:
        case SetType():
            return SetType(item)
        case SeqType():
            return SeqType(item, None)
        case BagType():
            return BagType(item, None)
        case ListType(_, ordered):
            return ListType(item, ordered)
        case _:
            raise AssertionError("only collections have items")
