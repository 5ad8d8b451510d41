"""What the evaluator does otherwise where nothing is counted: quantifiers stay quantifiers, sets are
predicates, maps functions, members of sorts and integers terms. Ranges are dropped; what needs a count is
refused with its line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checker.engines.smt import z3_library as z3
from checker.engines.smt.evaluate import evaluate
from checker.engines.smt.evaluation import Evaluation, Failure
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.sequences import entries_of
from checker.engines.smt.unbounded_algebra import UnboundedAlgebra
from checker.engines.smt.unbounded_totals import running_total
from checker.engines.smt.values import (
    Entry,
    Listing,
    MapFunction,
    Option,
    Product,
    Quantity,
    SetPredicate,
    Unsuited,
    Value,
    Variant,
)
from checker.engines.smt.widening import converted
from checker.engines.smt.z3_library import Term
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.printer import show
from checker.ir.type_of import agree, item_type, type_of
from checker.ir.types import IntType, OptionType, QuorumType, SortType, Type


def algebra_of(at: Evaluation) -> UnboundedAlgebra:
    """The algebra of an evaluation without bounds."""
    assert isinstance(at.algebra, UnboundedAlgebra), "the program has no bounds"
    return at.algebra


def evaluate_unbounded(at: Evaluation, expr: ir.Expr) -> Value:
    """The value of an expression. Raises NotYetSmt, with the line of what cannot be lowered."""
    try:
        return _evaluate(at, expr)
    except Unsuited as error:
        raise NotYetSmt(f"'{show(expr)}' cannot be lowered for every scope", expr.span) from error
    except NotYetSmt as error:
        if error.span.file:
            raise
        raise NotYetSmt(error.reason, expr.span) from error


def _evaluate(at: Evaluation, expr: ir.Expr) -> Value:
    match expr:
        case ir.Forall(binders, body):
            return _some(at, binders, lambda: at.truth(body) ^ 1) ^ 1
        case ir.Exists(binders, body):
            return _some(at, binders, lambda: at.truth(body))
        case ir.Build(_, binders, body):
            return Listing(tuple(_gathered(at, binders, (), TRUE, lambda: at.value(body))))
        case ir.Extrema():
            return _extrema(at, expr)
        case ir.Less(ir.IntLit(0), ir.Size(collection)):
            return _is_filled(at, collection)
        case ir.Eq(ir.Size(collection), ir.IntLit(0)) | ir.Eq(ir.IntLit(0), ir.Size(collection)):
            return _is_filled(at, collection) ^ 1
        case ir.Less() | ir.LessEq():
            return _compare(at, expr)
        case ir.Arith(op, left, right):
            return _arithmetic(at, op, at.value(left), at.value(right))
        case ir.Domain(kind):
            return domain(at, kind)
        case ir.Contains(item, collection):
            return _contains(at, at.value(item), type_of(item), collection)
        case ir.SetOfKind(held, _, kind):
            return _of_kind(at, at.value(held), kind)
        case ir.Widen(value, kind) | ir.Narrow(value, kind):
            return _converted(at, at.value(value), type_of(value), kind)
        case ir.Fit(value):
            return at.value(value)
        case ir.ParamRead(name):
            return Quantity(((z3.constant(f"param.{name}", "Int"), TRUE),))
        case ir.EndMember(sort, False):
            return first_of(sort)
        case ir.EndMember() | ir.SizeOf() | ir.Size() | ir.Neighbour() | ir.Position() | ir.MemberAt():
            raise NotYetSmt(f"'{show(expr)}' counts members, of which there may be any number", expr.span)
        case ir.Sum():
            return running_total(at, expr)
        case ir.Majority() | ir.Extremum() | ir.MapBuild() | ir.FloorDiv() | ir.Mod():
            raise NotYetSmt(f"'{show(expr)}' cannot be lowered for every scope", expr.span)
        case _:
            return evaluate(at, expr)


def first_of(sort: SortType) -> Quantity:
    """The least member of an ordered sort."""
    return Quantity(((z3.constant(f"{sort.name}.first", sort.name), TRUE),))


# ------------------------------------------------------------------ elements


def domain(at: Evaluation, kind: Type) -> Value:
    """Every value of a type: one variable."""
    algebra = algebra_of(at)
    match kind:
        case SortType():
            term = z3.constant(f"{kind.name}~{algebra.depth}", kind.name)
            return Listing((Entry(TRUE, Quantity(((term, TRUE),)), (term,)),))
        case QuorumType(sort):
            term = z3.constant(f"Quorum.{sort.name}~{algebra.depth}", f"Quorum.{sort.name}")
            return Listing((Entry(TRUE, quorum(algebra, kind, term), (term,)),))
        case IntType():
            raise NotYetSmt("a range of integers is not enumerated in a proof for every scope")
        case _:
            return Listing(tuple(Entry(TRUE, algebra.constant(kind, form)) for form in algebra.domain(kind)))


def quorum(algebra: UnboundedAlgebra, kind: QuorumType, term: Term) -> SetPredicate:
    """The members of a quorum."""
    name = kind.sort.name
    member = z3.function(f"Quorum.{name}.has", [f"Quorum.{name}", name], "Bool")

    def holds(asked: Value) -> Lit:
        return algebra.logic.any_of(
            [
                algebra.logic.both(lit, algebra.logic.atom(z3.applied(member, [term, one])))
                for one, lit in algebra.quantity(asked).cases
            ]
        )

    return SetPredicate(holds, kind.sort)


def elements(at: Evaluation, value: Value) -> list[Entry]:
    """What may be in a collection; the bound variables are new at this depth."""
    algebra = algebra_of(at)

    def leaf(path: str, sort: str) -> Term:
        return z3.constant(f"{path}~{algebra.depth}", sort)

    match value:
        case SetPredicate(holds, item):
            looks = algebra.looks(item, "element", leaf)
            found = [Entry(holds(one), one, terms) for one, terms in looks]
        case MapFunction(row, key):
            looks = algebra.looks(key, "key", leaf)
            found = [Entry(row(one)[0], one, terms) for one, terms in looks]
        case Listing(entries):
            found = [_renamed_entry(algebra, entry) for entry in entries]
        case _:
            found = list(entries_of(at, value))
    return [entry for entry in found if entry.guard != FALSE]


def _renamed_entry(algebra: UnboundedAlgebra, entry: Entry) -> Entry:
    if not entry.bound:
        return entry
    new = tuple(
        z3.alike(term, f"{z3.sort_of(term)}.{place}~{algebra.depth}")
        for place, term in enumerate(entry.bound)
    )
    pairs = list(zip(entry.bound, new, strict=True))
    guard = algebra.logic.substituted(entry.guard, pairs)
    return Entry(guard, _renamed(algebra, entry.value, pairs), new)


def _renamed(algebra: UnboundedAlgebra, value: Value, pairs: Sequence[tuple[Term, Term]]) -> Value:
    match value:
        case int():
            return algebra.logic.substituted(value, pairs)
        case Quantity(cases):
            made = [
                (z3.substituted(term, pairs), algebra.logic.substituted(lit, pairs)) for term, lit in cases
            ]
            return Quantity(tuple(made))
        case Product(items):
            return Product(tuple(_renamed(algebra, item, pairs) for item in items))
        case Option(present, item):
            inner = None if item is None else _renamed(algebra, item, pairs)
            return Option(algebra.logic.substituted(present, pairs), inner)
        case Variant(cases):
            made_cases: dict[str, tuple[Lit, Product]] = {}
            for name, (lit, product) in cases.items():
                inner = _renamed(algebra, product, pairs)
                assert isinstance(inner, Product), "a record stays one"
                made_cases[name] = (algebra.logic.substituted(lit, pairs), inner)
            return Variant(made_cases)
        case SetPredicate(holds, item):
            return _renamed_set(algebra, holds, item, pairs)
        case _:
            raise NotYetSmt("a list of collections cannot be lowered for every scope")


def _renamed_set(
    algebra: UnboundedAlgebra,
    holds: Callable[[Value], Lit],
    item: Type,
    pairs: Sequence[tuple[Term, Term]],
) -> SetPredicate:
    """What is asked for is kept apart from the set's own variables, whose names it may have."""

    def renamed(asked: Value) -> Lit:
        cases = algebra.quantity(asked).cases
        apart = [z3.alike(term, f"asked~{place}") for place, (term, _) in enumerate(cases)]
        found: list[Lit] = []
        for own, (term, lit) in zip(apart, cases, strict=True):
            inside = algebra.logic.substituted(holds(Quantity(((own, TRUE),))), pairs)
            found.append(algebra.logic.both(lit, algebra.logic.substituted(inside, [(own, term)])))
        return algebra.logic.any_of(found)

    return SetPredicate(renamed, item)


# ------------------------------------------------------------------ quantifiers


def quantified(at: Evaluation, bound: tuple[Term, ...], lit: Lit) -> Lit:
    """Whether a truth holds for some values of variables."""
    if not bound or lit in (TRUE, FALSE):
        return lit
    return at.logic.atom(z3.exists(bound, algebra_of(at).terms.of(lit)))


def _some(at: Evaluation, binders: tuple[ir.Binder, ...], body: Callable[[], Lit]) -> Lit:
    """Whether the body holds for some binding."""
    if not binders:
        return body()
    binder, *rest = binders
    algebra, found = algebra_of(at), list[Lit]()
    for entry in elements(at, at.value(binder.source)):
        start, depth = len(at.course.failures), len(at.course.path)
        algebra.depth += bool(entry.bound)
        held = _filtered(at, binder, entry)
        inner = FALSE if held == FALSE else at.logic.both(held, _some(at, tuple(rest), body))
        algebra.depth -= bool(entry.bound)
        del at.course.path[depth:]
        _close(at, start, entry.bound)
        found.append(quantified(at, entry.bound, inner))
    return at.logic.any_of(found)


def _filtered(at: Evaluation, binder: ir.Binder, entry: Entry) -> Lit:
    """The guard of an element with the filters; what follows is evaluated under it."""
    at.local[binder.name] = entry.value
    held = entry.guard
    at.course.path.append(held)
    for item in binder.filters:
        truth = at.truth(item)
        held = at.logic.both(held, truth)
        at.course.path.append(truth)
    return held


def _close(at: Evaluation, start: int, bound: tuple[Term, ...]) -> None:
    """What has failed for some values of the variables has failed."""
    if bound:
        failures = at.course.failures
        failures[start:] = [
            Failure(quantified(at, bound, one.when), one.kind, one.span) for one in failures[start:]
        ]


def _gathered(
    at: Evaluation,
    binders: tuple[ir.Binder, ...],
    bound: tuple[Term, ...],
    guard: Lit,
    body: Callable[[], Value],
) -> list[Entry]:
    if not binders:
        return [Entry(guard, body(), bound)]
    binder, *rest = binders
    algebra, found = algebra_of(at), list[Entry]()
    for entry in elements(at, at.value(binder.source)):
        start, depth = len(at.course.failures), len(at.course.path)
        algebra.depth += bool(entry.bound)
        held = at.logic.both(guard, _filtered(at, binder, entry))
        if held != FALSE:
            found += _gathered(at, tuple(rest), (*bound, *entry.bound), held, body)
        algebra.depth -= bool(entry.bound)
        del at.course.path[depth:]
        _close(at, start, entry.bound)
    return found


def _is_filled(at: Evaluation, collection: ir.Expr) -> Lit:
    found = elements(at, at.value(collection))
    return at.logic.any_of([quantified(at, one.bound, one.guard) for one in found])


def _extrema(at: Evaluation, expr: ir.Extrema) -> Value:
    """The elements than which none is better."""
    algebra, whole = algebra_of(at), at.value(expr.collection)
    kind = type_of(expr.key)
    if not isinstance(kind, SortType | IntType):
        raise NotYetSmt("only members of an order and integers are compared", expr.span)
    found: list[Entry] = []
    for entry in elements(at, whole):
        algebra.depth += bool(entry.bound)
        own = _key(at, expr, entry)
        better: list[Lit] = []
        for other in elements(at, whole):
            algebra.depth += bool(other.bound)
            theirs = _key(at, expr, other)
            algebra.depth -= bool(other.bound)
            small, large = (own, theirs) if expr.largest else (theirs, own)
            beats = at.logic.both(other.guard, _below(algebra, kind, small, large))
            better.append(quantified(at, other.bound, beats))
        algebra.depth -= bool(entry.bound)
        found.append(Entry(at.logic.both(entry.guard, at.logic.any_of(better) ^ 1), entry.value, entry.bound))
    return Listing(tuple(found))


def _key(at: Evaluation, expr: ir.Extrema, entry: Entry) -> Value:
    at.local[expr.name] = entry.value
    with at.under(entry.guard):
        return at.value(expr.key)


# ------------------------------------------------------------------ comparisons


def _below(algebra: UnboundedAlgebra, kind: SortType | IntType, a: Value, b: Value) -> Lit:
    """`a < b`: not `b <= a`."""
    return algebra.compared(b, a, algebra.at_most(kind)) ^ 1


def _compare(at: Evaluation, expr: ir.Less | ir.LessEq) -> Lit:
    """None is below every member; two of them cannot be compared."""
    algebra, logic = algebra_of(at), at.logic
    a, b = at.value(expr.left), at.value(expr.right)
    kinds = [type_of(expr.left), type_of(expr.right)]
    inner_kind = next(kind.item if isinstance(kind, OptionType) else kind for kind in kinds)
    if not isinstance(inner_kind, SortType | IntType):
        raise NotYetSmt(f"'{show(expr)}' cannot be lowered for every scope", expr.span)

    def ordered(x: Value, y: Value) -> Lit:
        if isinstance(expr, ir.Less):
            return _below(algebra, inner_kind, x, y)
        return algebra.compared(x, y, algebra.at_most(inner_kind))

    if not isinstance(a, Option) and not isinstance(b, Option):
        return ordered(a, b)
    left = a if isinstance(a, Option) else Option(TRUE, a)
    right = b if isinstance(b, Option) else Option(TRUE, b)
    at.fail(logic.both(left.present ^ 1, right.present ^ 1), ErrorKind.COMPARE_NONE, expr.span)
    if right.item is None:
        return FALSE
    if left.item is None:
        return logic.both(left.present ^ 1, right.present)
    return logic.both(right.present, logic.either(left.present ^ 1, ordered(left.item, right.item)))


def _arithmetic(at: Evaluation, op: ir.ArithOp, a: Value, b: Value) -> Value:
    return algebra_of(at).pairwise(a, b, lambda s, t: z3.arithmetic(op.value, s, t))


# ------------------------------------------------------------------ sets


def _contains(at: Evaluation, item: Value, kind: Type, collection: ir.Expr) -> Lit:
    held = at.value(collection)
    match held:
        case SetPredicate(holds):
            return holds(item)
        case MapFunction(row):
            return row(item)[0]
        case _:
            algebra = algebra_of(at)
            if isinstance(collection, ir.Domain):
                return TRUE
            found = [
                quantified(at, one.bound, at.logic.both(one.guard, algebra.equal(one.value, item)))
                for one in elements(at, held)
            ]
            return at.logic.any_of(found)


def _of_kind(at: Evaluation, held: Value, kind: Type) -> Value:
    """The elements of some records, at their own type."""
    narrow = item_type(kind)
    assert narrow is not None, "a set has elements"
    if not isinstance(held, SetPredicate):
        raise Unsuited(held)
    whole = held
    return SetPredicate(lambda asked: whole.holds(converted(at, asked, narrow, whole.item)), narrow)


def _converted(at: Evaluation, value: Value, kind: Type, to: Type) -> Value:
    if not isinstance(value, SetPredicate):
        return converted(at, value, kind, to)
    item = item_type(to)
    if item is None or not agree(value.item, item):
        raise Unsuited(value)
    return value
