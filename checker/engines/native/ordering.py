"""The order that models observe, on values in working form: `less` for extrema and sorting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engines.native.forms import Shape
from checker.ir.types import ListType, OptionType, TupleType, Type, show_type

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering


def less(low: Lowering, kind: Type, left: str, right: str) -> str:
    """Whether a value is below another of the same type; None is below everything."""
    form = low.forms.form(kind)
    if form.shape in (Shape.INT, Shape.RANK):
        return f"({left} < {right})"
    ops = low.operations

    def make(name: str) -> str:
        lines: list[str] = []
        match kind:
            case OptionType(item):
                lines.append("if (!a.has || !b.has) return !a.has && b.has;")
                lines.append(
                    f"return {less(low, item, ops.load(item, 'a.value'), ops.load(item, 'b.value'))};"
                )
            case TupleType(items):
                for index, item in enumerate(items):
                    a, b = ops.part(kind, index, "a"), ops.part(kind, index, "b")
                    lines.append(f"if ({less(low, item, a, b)}) return true;")
                    lines.append(f"if ({less(low, item, b, a)}) return false;")
                lines.append("return false;")
            case _:
                raise AssertionError(f"{show_type(kind)} has no order")
        body = "".join(f"  {line}\n" for line in lines)
        return f"static inline bool {name}({form.c} a, {form.c} b) {{\n{body}}}"

    return f"{ops.function(('less', kind), f'less_{form.c}', make)}({left}, {right})"


def sort_function(low: Lowering, item: Type) -> str:
    """A function that sorts a list in place."""
    c = low.c(ListType(item, True))
    inner = low.c(item)
    ops = low.operations
    below = less(low, item, "x", ops.load(item, "list->e[j - 1]"))

    def make(name: str) -> str:
        return (
            f"static inline void {name}({c} *list) {{\n  for (int64_t i = 1; i < list->n; i++) {{\n"
            f"    {inner} x = list->e[i];\n    int64_t j = i;\n"
            f"    for (; j > 0 && {below}; j--) list->e[j] = list->e[j - 1];\n    list->e[j] = x;\n  }}\n}}"
        )

    return ops.function(("sort", item), f"sort_{c.removesuffix('_t')}", make)
