"""Orders on values in working form: `less` is the one that models observe, for extrema and sorting;
`in_order` is by rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engines.native.conversions import item_of
from checker.engines.native.forms import Shape
from checker.engines.native.iteration import elements
from checker.engines.native.lowered import Block, Val
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
    below = less(low, item, "x", low.operations.load(item, "list->e[j - 1]"))
    return _sort(low, item, "sort", below)


def in_order(low: Lowering, held: Val, out: Block) -> Val:
    """The elements of a set, as a list in the order of their ranks."""
    item, ops = item_of(held.type), low.operations
    kind = ListType(item, True)
    held = low.stable(held, out)
    name = low.names.fresh("drawn")
    out.add(f"{low.c(kind)} {name} = {{0}};")
    with elements(low, held, out, "x") as (element, inside):
        inside.add(f"{low.c(kind)}_push(k, &{name}, {element.text});")
    below = f"{ops.digit(item, 'x')} < {ops.digit(item, ops.load(item, 'list->e[j - 1]'))}"
    out.add(f"{_sort(low, item, 'rank', below)}(&{name});")
    return Val(kind, name, stable=True, place=True)


def _sort(low: Lowering, item: Type, verb: str, below: str) -> str:
    c = low.c(ListType(item, True))
    inner = low.c(item)

    def make(name: str) -> str:
        return (
            f"static inline void {name}({c} *list) {{\n  for (int64_t i = 1; i < list->n; i++) {{\n"
            f"    {inner} x = list->e[i];\n    int64_t j = i;\n"
            f"    for (; j > 0 && {below}; j--) list->e[j] = list->e[j - 1];\n    list->e[j] = x;\n  }}\n}}"
        )

    return low.operations.function((verb, item), f"{verb}_{c.removesuffix('_t')}", make)
