"""Order: of numbers and members, of options and tuples of them; and equality of lists."""

from __future__ import annotations

from checker.engines.smt.evaluation import Evaluation
from checker.engines.smt.logic import FALSE, Lit
from checker.engines.smt.sequences import compacted, tallied
from checker.engines.smt.values import Scalar, Value, as_listing, as_option, as_product, as_scalar
from checker.ir.types import BoolType, ListType, OptionType, TupleType, Type


def less(at: Evaluation, a: Scalar, b: Scalar, *, strict: bool) -> Lit:
    """`a < b` where strict, else `a <= b`."""
    logic = at.logic
    bounds = sorted(b.alternatives.items())
    found: list[Lit] = []
    for value, lit in a.alternatives.items():
        above = [other for bound, other in bounds if bound > value or (bound == value and not strict)]
        if len(above) == len(bounds):
            found.append(lit)  # Where it is defined, the other is one of them.
        elif above:
            found.append(logic.both(lit, logic.any_of(above)))
    return logic.any_of(found)


def precedes(at: Evaluation, a: Value, b: Value, kind: Type) -> Lit:
    """Whether one value stands before another in the order that a model observes; None comes first."""
    logic = at.logic
    match kind:
        case BoolType():
            assert isinstance(a, int) and isinstance(b, int), "truths"  # noqa: PT018  # one fact
            return logic.both(a ^ 1, b)
        case OptionType(item):
            left, right = as_option(a), as_option(b)
            if right.item is None:
                return FALSE
            before = left.present ^ 1
            if left.item is not None:
                before = logic.either(before, precedes(at, left.item, right.item, item))
            return logic.both(right.present, before)
        case TupleType(kinds):
            found, same = FALSE, 1
            for x, y, inner in zip(as_product(a).items, as_product(b).items, kinds, strict=True):
                found = logic.either(found, logic.both(same, precedes(at, x, y, inner)))
                same = logic.both(same, at.algebra.equal(x, y))
            return found
        case _:
            return less(at, as_scalar(a), as_scalar(b), strict=True)


def no_order(at: Evaluation, a: Value, b: Value, kind: ListType) -> Lit:
    """Equality of lists: of those without order, that of multisets."""
    left, right = as_listing(a), as_listing(b)
    if kind.ordered:
        return at.algebra.equal(compacted(at, left), compacted(at, right))
    return at.algebra.equal(tallied(at, left, kind.item), tallied(at, right, kind.item))
