"""Comparisons: equality, order, membership, identity with None."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NoReturn

from checker.capture.problems import Skip
from checker.capture.scope import Scope, Static, attempt, each
from checker.capture.type_relations import as_type, converts, join, loose
from checker.capture.values import (
    Once,
    both,
    collection,
    items_of,
    mismatch,
    show,
    shown,
    value,
)
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
from checker.ir.types import (
    BoolType,
    EnumType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)


def comparison(scope: Scope, node: ast.Compare) -> ir.Expr:
    """Comparisons; in a chain each operand is evaluated once, and only as far as needed."""
    if len(node.ops) == 1:
        return _compare(scope, node, node.ops[0], node.left, node.comparators[0])
    operands = [node.left, *node.comparators]
    made: list[ir.Expr] = []
    inner = scope.inner(conditional=True)
    each(scope, operands, lambda operand: made.append(value(inner, operand)))
    return _chain(scope, node, made, 0)


def _chain(scope: Scope, node: ast.Compare, made: list[ir.Expr], index: int) -> ir.Expr:
    """The rest of a chain from one operator on; the operand before it is named already."""
    once = Once(scope)
    left = once.atom(made[index], "left")
    last = index == len(node.ops) - 1
    right = made[index + 1] if last else once.atom(made[index + 1], "middle")
    operands = [node.left, *node.comparators]
    test = compared(scope, node, node.ops[index], left, right, operands[index], operands[index + 1])
    if last:
        return once.around(test)
    rest = _chain(scope, node, [*made[: index + 1], right, *made[index + 2 :]], index + 1)
    return once.around(ir.And((test, rest), span=scope.span(node)))


def _compare(scope: Scope, node: ast.Compare, op: ast.cmpop, left: ast.expr, right: ast.expr) -> ir.Expr:
    match op:
        case ast.Is() | ast.IsNot():
            return _none_test(scope, node, op, left, right)
        case ast.In() | ast.NotIn():
            return _membership(scope, node, op, left, right)
        case _:
            for side, other in ((left, right), (right, left)):
                if isinstance(side, ast.Constant) and side.value is None:
                    scope.refuse(
                        node,
                        f"'{shown(node)}' compares with None",
                        f"write {shown(other)} is None, or is not None",
                    )
            if isinstance(op, ast.Eq | ast.NotEq):
                return _equality(scope, node, op, left, right)
            a, b = both(scope, left, right)
            return compared(scope, node, op, a, b, left, right)


def _equality(scope: Scope, node: ast.Compare, op: ast.cmpop, left: ast.expr, right: ast.expr) -> ir.Expr:
    """`==`, `!=`. A display of no elements, compared with a list, asks for its length."""
    a, b = both(scope, left, right)
    return compared(scope, node, op, a, b, left, right)


def compared(
    scope: Scope, node: ast.AST, op: ast.cmpop, a: ir.Expr, b: ir.Expr, left: ast.expr, right: ast.expr
) -> ir.Expr:
    """One comparison of two values."""
    span = scope.span(node)
    match op:
        case ast.Eq():
            return equal(scope, node, a, b, left, right)
        case ast.NotEq():
            return ir.Not(equal(scope, node, a, b, left, right), span=span)
        case ast.Lt() | ast.LtE():
            return _less(scope, node, a, b, left, right, strict=isinstance(op, ast.Lt), swapped=False)
        case ast.Gt() | ast.GtE():
            return _less(scope, node, a, b, left, right, strict=isinstance(op, ast.Gt), swapped=True)
        case ast.In() | ast.NotIn():
            kind = type_of(b)
            item = item_type(kind)
            if item is None:
                scope.refuse(
                    right,
                    f"'{shown(right)}' ({show(kind)}) is no collection",
                    "use a set, sequence, map or sort",
                )
            found = contains(scope, node, a, b, item, left)
            return ir.Not(found, span=span) if isinstance(op, ast.NotIn) else found
        case _:
            scope.refuse(node, f"'{shown(node)}' compares identity", "write ==, or is None alone")


def equal(scope: Scope, node: ast.AST, a: ir.Expr, b: ir.Expr, left: ast.expr, right: ast.expr) -> ir.Expr:
    """`a == b` of two values that can be equal."""
    span = scope.span(node)
    kind, other = type_of(a), type_of(b)
    for made, side in ((a, left), (b, right)):
        found = type_of(made)
        if isinstance(found, ListType) and not found.ordered:
            scope.refuse(
                side,
                f"'{shown(side)}' has no order, and == of lists compares positions",
                "compare sets: Set(...) == Set(...)",
            )
    shared = join(loose(kind), loose(other))
    if shared is None or not _equal_kinds(kind, other):
        _never_equal(scope, node, kind, other, left, right)
    assert shared is not None
    return ir.Eq(as_type(a, shared, span), as_type(b, shared, span), span=span)


def _equal_kinds(left: Type, right: Type) -> bool:
    """Whether values of two types can be equal in Python at all (a list equals no Seq, a record none of
    another class)."""
    match left, right:
        case (OptionType(a), OptionType(b)):
            return _equal_kinds(a, b)
        case (OptionType(a), b) | (b, OptionType(a)):
            return _equal_kinds(a, b)
        case ((RecordType() | UnionType()), (RecordType() | UnionType())):
            some = left.records if isinstance(left, UnionType) else (left,)
            others = right.records if isinstance(right, UnionType) else (right,)
            return any(one in others for one in some)
        case (SeqType(), ListType()) | (ListType(), SeqType()):
            return False
        case _:
            return True


def _never_equal(
    scope: Scope, node: ast.AST, kind: Type, other: Type, left: ast.expr, right: ast.expr
) -> NoReturn:
    fact = f"'{shown(left)}' is {show(kind)} and '{shown(right)}' is {show(other)}: they are never equal"
    match kind, other:
        case (BoolType(), IntType()) | (IntType(), BoolType()):
            fact = f"'{shown(node)}' compares a bool with an integer"
            scope.refuse(node, fact, "a bool is no number here: write x, or not x")
        case (IntType(), SortType(_, True)) | (SortType(_, True), IntType()):
            member = shown(right if isinstance(kind, IntType) else left)
            scope.refuse(node, fact, f"write {member}.index, which is 0 for the first")
        case (SeqType(), ListType()) | (ListType(), SeqType()):
            seq, listed = (left, right) if isinstance(kind, SeqType) else (right, left)
            empty = isinstance(listed, ast.List) and not listed.elts
            fix = f"compare len({shown(seq)}) with 0" if empty else f"write Seq({shown(listed)})"
            scope.refuse(node, fact, fix)
        case _:
            scope.refuse(node, fact, "compare values of one type")


def _less(
    scope: Scope,
    node: ast.AST,
    a: ir.Expr,
    b: ir.Expr,
    left: ast.expr,
    right: ast.expr,
    *,
    strict: bool,
    swapped: bool,
) -> ir.Expr:
    """`<`, `<=`; swapped for `>`, `>=`, whose operands are still evaluated from the left."""
    span = scope.span(node)
    kind, other = type_of(a), type_of(b)
    if is_set(kind) and is_set(other):
        shared = join(loose(kind), loose(other))
        if shared is None:
            _never_equal(scope, node, kind, other, left, right)
        assert shared is not None
        if not isinstance(shared, SetType):
            shared = SetType(item_type(shared) or shared)
        a, b = as_type(a, shared, span), as_type(b, shared, span)
        return _swap(scope, a, b, swapped, lambda x, y: ir.Subset(x, y, strict, span=span))
    if isinstance(kind, TupleType) and isinstance(other, TupleType):
        return _lexicographic(scope, node, a, b, left, right, strict=strict, swapped=swapped)
    _check_ordered(scope, node, kind, other, left, right)
    shared = join(loose(kind), loose(other))
    assert shared is not None, "ordered values of one type"
    compare = ir.Less if strict else ir.LessEq
    return _swap(
        scope,
        as_type(a, shared, span),
        as_type(b, shared, span),
        swapped,
        lambda x, y: compare(x, y, span=span),
    )


def _swap(
    scope: Scope, a: ir.Expr, b: ir.Expr, swapped: bool, build: Callable[[ir.Expr, ir.Expr], ir.Expr]
) -> ir.Expr:
    """The comparison with its sides exchanged, the first still evaluated first."""
    if not swapped:
        return build(a, b)
    if is_total(a) or is_total(b):
        return build(b, a)
    once = Once(scope)
    first = once.atom(a, "left")
    return once.around(build(b, first))


def is_total(expr: ir.Expr) -> bool:
    """Whether an expression always has a value, so that it does not matter when it is evaluated."""
    match expr:
        case (
            ir.Local()
            | ir.BoolLit()
            | ir.IntLit()
            | ir.EnumLit()
            | ir.NoneLit()
            | ir.ParamRead()
            | ir.EndMember()
        ):
            return True
        case ir.StateRead() | ir.SizeOf():
            return True
        case ir.MakeTuple(items):
            return all(is_total(item) for item in items)
        case (
            ir.Widen(inner)
            | ir.Narrow(inner)
            | ir.Field(inner)
            | ir.TupleItem(inner)
            | ir.Size(inner)
            | ir.Position(inner)
        ):
            return is_total(inner)
        case ir.MapGet(held, key):
            return isinstance(type_of(held), MapType) and is_total(held) and is_total(key)
        case ir.Arith(_, left, right):
            return is_total(left) and is_total(right)
        case _:
            return False


def is_set(kind: Type) -> bool:
    return isinstance(kind, SetType | QuorumType)


def _check_ordered(
    scope: Scope, node: ast.AST, kind: Type, other: Type, left: ast.expr, right: ast.expr
) -> None:
    text = shown(node)
    for one, side in ((kind, left), (other, right)):
        match one:
            case SortType(name, False) | OptionType(SortType(name, False)):
                scope.refuse(
                    node,
                    f"'{text}' orders {name}, a Sort, whose members have no order",
                    f"derive {name} from Ordered",
                )
            case IntType() | SortType() | OptionType(SortType()):
                pass
            case OptionType(IntType()):
                scope.refuse(
                    node,
                    f"'{shown(side)}' may be None, and is compared as an integer",
                    "test 'is not None' first",
                )
            case ListType() if isinstance(side, ast.Name) and isinstance(scope.any(side), Static):
                scope.refuse(
                    node,
                    f"'{shown(side)}' is a type and has no order with numbers",
                    f"write len({shown(side)}), the number of its members",
                )
            case BoolType():
                scope.refuse(node, f"'{text}' orders booleans", "write the condition with and, or, not")
            case _:
                scope.refuse(
                    node,
                    f"'{shown(side)}' ({show(one)}) has no order",
                    "compare integers or members of an Ordered",
                )
    if join(loose(kind), loose(other)) is None:
        fix = "compare values of one type"
        for one, side in ((kind, left), (other, right)):
            if isinstance(one, SortType):
                fix = f"compare {shown(side)}.index, which is 0 for the first"
        scope.refuse(node, f"'{text}' compares {show(kind)} with {show(other)}", fix)


def _lexicographic(
    scope: Scope,
    node: ast.AST,
    a: ir.Expr,
    b: ir.Expr,
    left: ast.expr,
    right: ast.expr,
    *,
    strict: bool,
    swapped: bool,
) -> ir.Expr:
    """Tuples compare by their first different items."""
    span = scope.span(node)
    kind, other = type_of(a), type_of(b)
    assert isinstance(kind, TupleType)
    assert isinstance(other, TupleType)
    if len(kind.items) != len(other.items):
        scope.refuse(
            node, f"'{shown(node)}' orders tuples of different lengths", "compare tuples of one length"
        )
    once = Once(scope)
    firsts = _tuple_items(once, a)
    seconds = _tuple_items(once, b)
    rest: ir.Expr | None = None
    for x, y in reversed(list(zip(firsts, seconds, strict=True))):
        same = equal(scope, node, x, y, left, right)
        smaller = _less(scope, node, x, y, left, right, strict=True, swapped=swapped)
        if rest is None:
            optional = isinstance(type_of(x), OptionType) or isinstance(type_of(y), OptionType)
            if optional:
                rest = ir.Ite(same, ir.BoolLit(not strict, span=span), smaller, BoolType(), span=span)
            else:
                rest = _less(scope, node, x, y, left, right, strict=strict, swapped=swapped)
        else:
            rest = ir.Ite(same, rest, smaller, BoolType(), span=span)
    assert rest is not None, "a tuple has items"
    return once.around(rest)


def _tuple_items(once: Once, expr: ir.Expr) -> list[ir.Expr]:
    kind = type_of(expr)
    assert isinstance(kind, TupleType)
    if isinstance(expr, ir.MakeTuple):
        return [once.atom(item, "item") for item in expr.items]
    whole = once.atom(expr, "items")
    return [ir.TupleItem(whole, index, item, span=expr.span) for index, item in enumerate(kind.items)]


def _none_test(scope: Scope, node: ast.Compare, op: ast.cmpop, left: ast.expr, right: ast.expr) -> ir.Expr:
    if not (isinstance(right, ast.Constant) and right.value is None):
        a, b = both(scope, left, right)
        if _is_enum(type_of(a)) and _is_enum(type_of(b)):
            # Members of an enum are the only values of theirs: `is` and `==` say the same.
            return compared(
                scope, node, ast.Eq() if isinstance(op, ast.Is) else ast.NotEq(), a, b, left, right
            )
        fix = f"write {shown(left)} {'==' if isinstance(op, ast.Is) else '!='} {shown(right)}"
        scope.refuse(
            node, f"'{shown(node)}' compares identity, which only None and members of an enum have", fix
        )
    span = scope.span(node)
    made = value(scope, left)
    while isinstance(made, ir.Narrow) and not isinstance(type_of(made), OptionType):
        made = made.value
    if not isinstance(type_of(made), OptionType):
        scope.refuse(node, f"'{shown(left)}' ({show(type_of(made))}) is never None", "remove the test")
    test = ir.IsNone(made, span=span)
    return test if isinstance(op, ast.Is) else ir.Not(test, span=span)


def _is_enum(kind: Type) -> bool:
    return isinstance(kind.item if isinstance(kind, OptionType) else kind, EnumType)


def _membership(scope: Scope, node: ast.Compare, op: ast.cmpop, left: ast.expr, right: ast.expr) -> ir.Expr:
    span = scope.span(node)
    made: dict[str, tuple[ir.Expr, Type]] = {}

    def source() -> None:
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            listed = items_of(scope, right, right.elts, None)
            kind = listed.type
            assert isinstance(kind, ListType)
            made["in"] = (listed, kind.item)
            return
        if isinstance(right, ast.GeneratorExp | ast.Name | ast.Attribute):
            named = scope.any(right) if not isinstance(right, ast.GeneratorExp) else None
            if named is None or (isinstance(named, Static) and isinstance(named.value, tuple)):
                made["in"] = collection(scope, right)
                return
        found = value(scope, right)
        kind = type_of(found)
        if isinstance(kind, PartialType | MapType):
            view = (
                found
                if isinstance(kind, PartialType)
                else ir.MapView(found, ir.MapPart.KEYS, ListType(kind.key, False))
            )
            made["in"] = (view, kind.key)
        else:
            made["in"] = collection(scope, right)

    def item() -> None:
        hint = made["in"][1] if "in" in made else None
        expr = value(scope, left, hint)
        made["item"] = (expr, type_of(expr))

    attempt(scope, (source, item))
    held, kind = made["in"]
    found = contains(scope, node, made["item"][0], held, kind, left)
    return ir.Not(found, span=span) if isinstance(op, ast.NotIn) else found


def contains(
    scope: Scope, node: ast.AST, item: ir.Expr, held: ir.Expr, kind: Type, left: ast.expr
) -> ir.Expr:
    """`item in held`, where the item's type may be wider than that of the elements."""
    span = scope.span(node)
    have = type_of(item)
    if converts(have, kind):
        return ir.Contains(as_type(item, kind, span), held, span=span)
    if converts(kind, have) or (join(loose(have), loose(kind)) is not None and _equal_kinds(have, kind)):
        return _guarded_contains(scope, item, held, kind, span)
    mismatch(scope, have, kind, left, "what it is looked for in")
    raise Skip


def _guarded_contains(scope: Scope, item: ir.Expr, held: ir.Expr, kind: Type, span: ir.Span) -> ir.Expr:
    """Tests that the item is of a type that the elements have before it is looked for."""
    once = Once(scope)
    item = once.atom(item, "item")
    held = held if is_total(held) else once.atom(held, "held")
    have = type_of(item)
    tests: list[ir.Expr] = []
    if isinstance(have, OptionType) and not isinstance(kind, OptionType):
        tests.append(ir.Not(ir.IsNone(item, span=span), span=span))
        item = ir.Narrow(item, have.item, span=span)
        have = have.item
    if not converts(have, kind):
        inner = kind.item if isinstance(kind, OptionType) else kind
        records = inner.records if isinstance(inner, UnionType) else (inner,)
        mine = have.records if isinstance(have, UnionType) else (have,)
        names = tuple(one.name for one in mine if one in records and isinstance(one, RecordType))
        tests.append(ir.IsVariant(item, names, span=span))
        item = ir.Narrow(item, inner, span=span)
    tests.append(ir.Contains(as_type(item, kind, span), held, span=span))
    return once.around(ir.And(tuple(tests), span=span) if len(tests) > 1 else tests[0])
