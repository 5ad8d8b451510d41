"""Tables of masks: what a predicate or a set says for every value of its parameters, evaluated when the code
is generated.

A predicate about one element that reads no state and cannot fail becomes a mask over the ranks of the
element's type,
one mask for each combination of its *parameters*: the largest parts that do not mention the element, such as
`self.term[n]` in `m.term == self.term[n]`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.engines.native.forms import Shape, words
from checker.engines.native.literals import unsigned
from checker.engines.native.lowered import Block, Env, Val
from checker.engines.native.operations import mask_literal
from checker.engines.native.plain_evaluation import PlainEvaluation, sees_narrower
from checker.ir import nodes as ir
from checker.ir.children import Footprints, free_locals, map_children, walk
from checker.ir.partiality import is_total
from checker.ir.type_of import type_of
from checker.ir.types import Type
from checker.ir.universe import Value

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

EVALUATIONS_MAX = 200_000
"""The most evaluations that one table may cost."""
TABLE_BYTES_MAX = 1 << 18
ELEMENTS_MAX = 1 << 14
"""Predicates over more elements are not tabulated."""


@dataclass(frozen=True, slots=True)
class Table:
    """A mask in C: an entry of a table.

    Attributes:
        text: the entry.
        low, high: the words [low, high) that may have bits, in any entry.
    """

    text: str
    low: int
    high: int


@dataclass(slots=True)
class _Parts:
    """An expression with its parameters taken out."""

    bound: frozenset[str]
    found: list[ir.Expr] = field(default_factory=list[ir.Expr])

    def take_out(self, expr: ir.Expr) -> ir.Expr:
        """The expression with the largest parts that mention no bound name replaced by locals `#0`, `#1`
        ..."""
        if isinstance(
            expr,
            ir.BoolLit
            | ir.IntLit
            | ir.EnumLit
            | ir.EndMember
            | ir.NoneLit
            | ir.ParamRead
            | ir.SizeOf
            | ir.Domain,
        ):
            return expr
        if not (_mentioned(expr) & self.bound) and not sees_narrower(expr) and not _is_collection(expr):
            if expr not in self.found:
                self.found.append(expr)
            return ir.Local(f"#{self.found.index(expr)}", type_of(expr))
        return map_children(self.take_out, expr)


def _mentioned(expr: ir.Expr) -> frozenset[str]:
    return frozenset(node.name for node in walk(expr) if isinstance(node, ir.Local))


def _is_collection(expr: ir.Expr) -> bool:
    from checker.ir.types import ListType, MapType, PartialType, SetType

    return isinstance(type_of(expr), ListType | MapType | PartialType | SetType) and not isinstance(
        expr, ir.Local
    )


def _binds(expr: ir.Expr) -> Iterable[str]:
    for node in walk(expr):
        match node:
            case ir.Let(name):
                yield name
            case ir.Forall(binders) | ir.Exists(binders) | ir.Sum(binders):
                yield from (binder.name for binder in binders)
            case ir.Build(binders=binders) | ir.MapBuild(binders=binders):
                yield from (binder.name for binder in binders)
            case ir.Extremum(name=str(name)) | ir.Extrema(name=name):
                yield name
            case _:
                pass


def _without_parameters(expr: ir.Expr) -> tuple[list[ir.Expr], ir.Expr]:
    """The first conjuncts, as far as they have no parameter, and the rest: mostly, which message it is."""
    if not isinstance(expr, ir.And):
        return [], expr
    first = list(itertools.takewhile(lambda item: not _has_parameter(item), expr.items))
    rest = expr.items[len(first) :]
    match rest:
        case ():
            return first[:-1], first[-1]
        case (only,):
            return first, only
        case _:
            return first, ir.And(rest, span=expr.span)


def _has_parameter(expr: ir.Expr) -> bool:
    return any(name.startswith("#") for name in _mentioned(expr))


class Tables:
    """The tables of one program."""

    def __init__(self, low: Lowering) -> None:
        self.low = low
        self._footprints = Footprints(low.model)
        self._plain = PlainEvaluation(low.model, low.sizes)
        self._known: dict[object, tuple[str, int, int]] = {}

    def where(self, name: str, domain: Type, predicate: ir.Expr, env: Env, out: Block) -> Table | None:
        """The elements of a type for which a predicate about the local `name` holds; None when it cannot be a
        table."""
        count = self.low.sizes.cardinality(domain)
        if count is None or count > ELEMENTS_MAX:
            return None

        possible: dict[int, tuple[ir.Expr, list[tuple[int, Value]]]] = {}

        def mask(abstract: ir.Expr, given: dict[str, Any]) -> int:
            if id(abstract) not in possible:
                first, rest = _without_parameters(abstract)
                left = [
                    (rank, element)
                    for rank, element in enumerate(self._plain.elements(domain, count))
                    if all(self._plain.evaluate(part, {name: element}) for part in first)
                ]
                possible[id(abstract)] = (rest, left)
            rest, left = possible[id(abstract)]
            total = 0
            for rank, element in left:
                if self._plain.evaluate(rest, {**given, name: element}):
                    total |= 1 << rank
            return total

        return self._table(
            ("where", name, domain), predicate, frozenset((name,)), count, count, mask, env, out
        )

    def having(self, made: ir.Expr, domain: Type, cost: int, env: Env, out: Block) -> Table | None:
        """The set that an expression makes, as a mask over a type."""
        count = self.low.sizes.cardinality(domain)
        if count is None or count > ELEMENTS_MAX:
            return None

        def mask(abstract: ir.Expr, given: dict[str, Any]) -> int:
            members = self._plain.evaluate(abstract, given) or ()
            return sum(1 << self._plain.ranks.rank(domain, one) for one in members)

        return self._table(("having", domain), made, frozenset(), count, cost, mask, env, out)

    def number_where(
        self, name: str, domain: Type, key: ir.Expr, keys: int, env: Env, out: Block
    ) -> Table | None:
        """For each rank of a key, the elements that have it: a table with one more index at the end."""
        count = self.low.sizes.cardinality(domain)
        kind = self.low.resolve(type_of(key))
        if count is None or count > ELEMENTS_MAX:
            return None

        def mask(abstract: ir.Expr, given: dict[str, Any]) -> int:
            total = 0
            for rank, element in enumerate(self._plain.elements(domain, count)):
                value = self._plain.evaluate(abstract, {**given, name: element})
                if (
                    value is not None
                    and value is not False
                    and self._plain.ranks.rank(kind, value) == given["#key"]
                ):
                    total |= 1 << rank
            return total

        return self._table(
            ("key", name, domain), key, frozenset((name,)), count, count, mask, env, out, keys=keys
        )

    # -------------------------------------------------------------- making one

    def _table(
        self,
        what: tuple[object, ...],
        expr: ir.Expr,
        bound: frozenset[str],
        count: int,
        cost: int,
        mask: Callable[[ir.Expr, dict[str, Any]], int],
        env: Env,
        out: Block,
        keys: int = 0,
    ) -> Table | None:
        if not is_total(expr, self.low.functions) or any(isinstance(node, ir.Present) for node in walk(expr)):
            return None
        parts = _Parts(bound | frozenset(_binds(expr)))
        abstract = parts.take_out(expr)
        if self._footprints.of_expression(abstract).reads:
            return None
        inside = Block(out.depth)
        values = self._parameters(parts.found, env, inside)
        if values is None:
            return None
        counts = [self._count(value.type) for value in values]
        combinations = 1
        for number in counts:
            combinations *= number
        if combinations * max(keys, 1) * cost > EVALUATIONS_MAX:
            return None
        if combinations * max(keys, 1) * words(count) * 8 > TABLE_BYTES_MAX:
            return None
        key = (what, abstract, tuple(value.type for value in values), keys)
        if key not in self._known:
            masks = self._plain.masks(
                abstract, (what, key[2], keys), lambda: self._masks(abstract, values, counts, mask, keys)
            )
            self._known[key] = self._written(masks, count)
        out.take(inside)
        name, first, end = self._known[key]
        return Table(
            f"{name}[{self._index(values, counts)}]"
            if not keys
            else f"{name}[{self._index(values, counts)} * {keys}u + KEY]",
            first,
            end,
        )

    def _parameters(self, found: list[ir.Expr], env: Env, out: Block) -> list[Val] | None:
        """The values of parameters; None when one has too many."""
        values: list[Val] = []
        for expr in found:
            if not free_locals(expr) <= env.names.keys() - env.streams.keys():
                return None
            held = self.low.value_or_none(expr, env, out)
            if held is None or self.low.shape(held.type) not in (Shape.INT, Shape.RANK):
                return None
            if self._count(held.type) > 4096:
                return None
            values.append(held)
        return values

    def _count(self, kind: Type) -> int:
        count = self.low.sizes.cardinality(kind)
        return count if count is not None else 1 << 62

    def _index(self, values: list[Val], counts: list[int]) -> str:
        text = ""
        for value, count in zip(values, counts, strict=True):
            digit = self.low.operations.digit(value.type, value.text)
            text = f"({text}) * {unsigned(count)} + {digit}" if text else digit
        return text or "0"

    def _masks(
        self,
        abstract: ir.Expr,
        values: list[Val],
        counts: list[int],
        mask: Callable[[ir.Expr, dict[str, Any]], int],
        keys: int,
    ) -> tuple[int, ...]:
        masks: list[int] = []
        for ranks in itertools.product(*(range(number) for number in counts)):
            given = {
                f"#{i}": self._plain.ranks.value(value.type, rank)
                for i, (value, rank) in enumerate(zip(values, ranks, strict=True))
            }
            masks += (
                [mask(abstract, {**given, "#key": key}) for key in range(keys)]
                if keys
                else [mask(abstract, given)]
            )
        return tuple(masks)

    def _written(self, masks: tuple[int, ...], count: int) -> tuple[str, int, int]:
        """The name of the table in C, and the words that may have bits."""
        whole = 0
        for one in masks:
            whole |= one
        first = (whole & -whole).bit_length() - 1 if whole else 0
        low, high = first // 64, (whole.bit_length() + 63) // 64
        shown = ", ".join(mask_literal(count, one) for one in masks)
        c = self.low.forms.mask(count)

        def make(name: str) -> str:
            return f"static const {c} {name}[{len(masks)}] = {{{shown}}};"

        return self.low.operations.function(("table", count, masks), "elements", make), low, high
