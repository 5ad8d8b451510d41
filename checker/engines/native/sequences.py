"""A sequence in memory, for what looks at its elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engines.native.forms import Shape
from checker.engines.native.lowered import Block, Env, Val
from checker.ir import nodes as ir

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering


def sequence(low: Lowering, expr: ir.Expr, env: Env, out: Block) -> Val:
    """A sequence that can be looked into again and again: a variable or place."""
    held = low.value(expr, env, out)
    if held.place or low.shape(held.type) is Shape.BITS:
        return held if held.place else low.stable(held, out, "seq")
    if low.shape(held.type) is Shape.SEQ:
        # What looks into it may outlive this block.
        c, name = low.c(held.type), low.names.fresh("seq")
        out.add(f"const {c} {name}_value = {held.text};")
        out.add(f"const {c} *{name} = scratch_copy(k, &{name}_value, sizeof {name}_value);")
        return Val(held.type, f"(*{name})", stable=True, place=True)
    return low.stable(held, out, "seq")
