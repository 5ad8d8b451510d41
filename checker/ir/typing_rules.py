"""The typing rule of each node: what its parts must be. `typing_fault` says which one is broken, or None.

Operands *agree* when they differ in ranges and capacities at most. Widening to an option or union is a node
of its own. A range or capacity may be dropped silently; only `Fit` adds one to a value that is stored.
"""

from __future__ import annotations

from checker.ir import nodes as ir
from checker.ir.type_of import (
    BOOL,
    INT,
    agree,
    has_bounds,
    is_comparable,
    is_ordered_source,
    item_type,
    type_of,
    widens,
)
from checker.ir.types import (
    BagType,
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
    show_type,
)

Fault = str | None

SET_LIKE = (SetType, QuorumType)
COLLECTIONS = (SetType, QuorumType, SeqType, BagType, ListType)
SEARCHABLE = (*COLLECTIONS, PartialType, MapType)
SEQUENCES = (SeqType, ListType)
ENUMERATED = (BoolType, IntType, EnumType, SortType, QuorumType)


def typing_fault(expr: ir.Expr) -> Fault:
    """What is wrong with the types of a node's immediate parts; the parts themselves are taken to be
    right."""
    match expr:
        case (
            ir.BoolLit() | ir.IntLit() | ir.NoneLit() | ir.Local() | ir.StateRead() | ir.ParamRead()
            | ir.SizeOf() | ir.Let() | ir.Call()
        ):  # fmt: skip
            return None
        case ir.EnumLit(kind, name):
            return None if name in kind.members else f"{kind.name} has no member {name}"
        case ir.EndMember(sort):
            return None if sort.ordered else f"{sort.name} has no order"
        case ir.Not() | ir.And() | ir.Or() | ir.Ite() | ir.Eq() | ir.Less() | ir.LessEq():
            return _logic_fault(expr)
        case ir.Arith() | ir.FloorDiv() | ir.Mod() | ir.Neighbour() | ir.Position() | ir.MemberAt():
            return _number_fault(expr)
        case ir.Widen() | ir.Narrow() | ir.Fit() | ir.IsNone() | ir.Unwrap() | ir.Present() | ir.IsVariant():
            return _view_fault(expr)
        case ir.MakeRecord() | ir.Field() | ir.WithFields() | ir.MakeTuple() | ir.TupleItem():
            return _product_fault(expr)
        case ir.Forall() | ir.Exists() | ir.Sum() | ir.Build() | ir.MapBuild() | ir.Extremum() | ir.Extrema():
            return _binding_fault(expr)
        case ir.MapGet() | ir.MapGetOr() | ir.MapLit() | ir.MapView():
            return _map_fault(expr)
        case _:
            return _collection_fault(expr)


# ------------------------------------------------------------------ helpers


def _is(expr: ir.Expr, wanted: type[Type] | tuple[type[Type], ...], what: str) -> Fault:
    kind = type_of(expr)
    return None if isinstance(kind, wanted) else f"{what} is needed, not {show_type(kind)}"


def _same(left: Type, right: Type, what: str) -> Fault:
    return None if agree(left, right) else f"{what}: {show_type(left)} and {show_type(right)} differ"


def _first(*faults: Fault) -> Fault:
    return next((fault for fault in faults if fault is not None), None)


def _bool(*items: ir.Expr) -> Fault:
    return _first(*(_is(item, BoolType, "a bool") for item in items))


def _int(*items: ir.Expr) -> Fault:
    return _first(*(_is(item, IntType, "an integer") for item in items))


def _items(collection: ir.Expr, wanted: type[Type] | tuple[type[Type], ...], item: Type) -> Fault:
    """Whether an expression is one of some kinds of collection, of items of a type."""
    kind = type_of(collection)
    found = item_type(kind)
    return _is(collection, wanted, "a collection") or (None if found is None else _same(found, item, "items"))


def _in_order(collection: ir.Expr) -> Fault:
    kind = type_of(collection)
    return None if is_ordered_source(kind) else f"{show_type(kind)} has no order of its own"


# ------------------------------------------------------------------ logic and numbers


def _logic_fault(expr: ir.Not | ir.And | ir.Or | ir.Ite | ir.Eq | ir.Less | ir.LessEq) -> Fault:
    match expr:
        case ir.Not(item):
            return _bool(item)
        case ir.And(items) | ir.Or(items):
            return _bool(*items) or (None if len(items) >= 2 else "at least two items are needed")
        case ir.Ite(condition, then, otherwise, kind):
            branches = (_same(type_of(branch), kind, "branch") for branch in (then, otherwise))
            return _first(_bool(condition), *branches)
        case ir.Eq(left, right):
            return _same(type_of(left), type_of(right), "operands")
        case ir.Less(left, right) | ir.LessEq(left, right):
            sides = [_bare(type_of(side)) for side in (left, right)]
            ordered = (
                None if isinstance(side, IntType) or (isinstance(side, SortType) and side.ordered)
                else f"{show_type(side)} has no order" for side in sides
            )  # fmt: skip
            return _first(_same(sides[0], sides[1], "operands"), *ordered)


def _bare(kind: Type) -> Type:
    return kind.item if isinstance(kind, OptionType) else kind


def _number_fault(
    expr: ir.Arith | ir.FloorDiv | ir.Mod | ir.Neighbour | ir.Position | ir.MemberAt,
) -> Fault:
    match expr:
        case ir.Arith(_, left, right) | ir.FloorDiv(left, right) | ir.Mod(left, right):
            return _int(left, right)
        case ir.Neighbour(item, offset):
            return _member_of_order(item) or (None if offset in (1, -1) else "the offset is 1 or -1")
        case ir.Position(item):
            return _member_of_order(item)
        case ir.MemberAt(sort, index):
            return _int(index) or (None if sort.ordered else f"{sort.name} has no order")


def _member_of_order(item: ir.Expr) -> Fault:
    kind = type_of(item)
    if isinstance(kind, SortType) and kind.ordered:
        return None
    return f"a member of an ordered sort is needed, not {show_type(kind)}"


# ------------------------------------------------------------------ views, options, products


def _view_fault(
    expr: ir.Widen | ir.Narrow | ir.Fit | ir.IsNone | ir.Unwrap | ir.Present | ir.IsVariant,
) -> Fault:
    match expr:
        case ir.Widen(value, kind):
            held = type_of(value)
            return None if widens(held, kind) else f"{show_type(held)} does not widen to {show_type(kind)}"
        case ir.Narrow(value, kind):
            held = type_of(value)
            return None if widens(kind, held) else f"{show_type(held)} does not narrow to {show_type(kind)}"
        case ir.Fit(value, kind):
            return _same(type_of(value), kind, "a store changes ranges and capacities only")
        case ir.IsNone(item) | ir.Unwrap(item) | ir.Present(item):
            return _is(item, OptionType, "an option")
        case ir.IsVariant(item, records):
            kind = type_of(item)
            if not isinstance(kind, UnionType):
                return f"a union is needed, not {show_type(kind)}"
            known = {record.name for record in kind.records}
            return (
                None if records and known.issuperset(records) else f"{show_type(kind)} lacks a named record"
            )


def _product_fault(expr: ir.MakeRecord | ir.Field | ir.WithFields | ir.MakeTuple | ir.TupleItem) -> Fault:
    match expr:
        case ir.MakeRecord(kind, fields):
            if len(fields) != len(kind.fields):
                return f"{kind.name} has {len(kind.fields)} fields, not {len(fields)}"
            stores = zip(fields, kind.fields, strict=True)
            return _first(*(store_fault(value, item, name) for value, (name, item) in stores))
        case ir.Field(item, name, kind):
            found = field_type(type_of(item), name)
            if found is None:
                return f"{show_type(type_of(item))} has no field {name} of one type"
            return _same(found, kind, f"field {name}")
        case ir.WithFields(item, fields):
            held = type_of(item)
            if not isinstance(held, RecordType):
                return f"a record is needed, not {show_type(held)}"
            known = dict(held.fields)
            missing = next((name for name, _ in fields if name not in known), None)
            if missing is not None:
                return f"{held.name} has no field {missing}"
            return _first(*(store_fault(value, known[name], name) for name, value in fields))
        case ir.MakeTuple():
            return None
        case ir.TupleItem(item, index, kind):
            held = type_of(item)
            if not isinstance(held, TupleType) or not 0 <= index < len(held.items):
                return f"{show_type(held)} has no item {index}"
            return _same(held.items[index], kind, f"item {index}")


def field_type(kind: Type, name: str) -> Type | None:
    """The type of a field of a record, or of a field that all records of a union have with one type."""
    records = (kind,) if isinstance(kind, RecordType) else kind.records if isinstance(kind, UnionType) else ()
    found = [dict(record.fields).get(name) for record in records]
    return found[0] if found and all(item == found[0] for item in found) else None


def store_fault(value: ir.Expr, kind: Type, what: str) -> Fault:
    """What is wrong with storing a value at a type: a bound that the value does not carry needs a `Fit`."""
    held = type_of(value)
    if not agree(held, kind):
        return f"{what}: {show_type(held)} is stored at {show_type(kind)}"
    if not has_bounds(kind) or held == kind or _literal_fits(value, kind):
        return None
    return f"{what}: {show_type(held)} is stored at {show_type(kind)} without a Fit"


def _literal_fits(value: ir.Expr, kind: Type) -> bool:
    match value, kind:
        case ir.IntLit(number), IntType(int(low), int(high)):
            return low <= number <= high
        case ir.Widen(inner), OptionType(item):
            return store_fault(inner, item, "") is None
        case ((ir.NoneLit() | ir.SetLit(items=()) | ir.SeqLit(items=()) | ir.MapLit(pairs=())), _):
            return True
        case _:
            return False


# ------------------------------------------------------------------ maps and collections


def _map_fault(expr: ir.MapGet | ir.MapGetOr | ir.MapLit | ir.MapView) -> Fault:
    if isinstance(expr, ir.MapLit):
        if not isinstance(expr.type, PartialType):
            return f"a partial map is written out, not {show_type(expr.type)}"
        made = expr.type
        keys = (_same(type_of(key), made.key, "key") for key, _ in expr.pairs)
        return _first(*keys, *(_same(type_of(value), made.value, "value") for _, value in expr.pairs))
    held = type_of(expr.map)
    if not isinstance(held, MapType | PartialType):
        return f"a map is needed, not {show_type(held)}"
    match expr:
        case ir.MapGet(_, key, kind):
            return _same(type_of(key), held.key, "key") or _same(held.value, kind, "value")
        case ir.MapGetOr(_, key, default, kind):
            value = None if agree(held.value, kind) or agree(OptionType(held.value), kind) else "value"
            wrong = value and f"{show_type(held.value)} is not {show_type(kind)}"
            return _same(type_of(key), held.key, "key") or _same(type_of(default), kind, "default") or wrong
        case ir.MapView(_, part, kind):
            wanted = {
                ir.MapPart.KEYS: held.key,
                ir.MapPart.VALUES: held.value,
                ir.MapPart.ITEMS: TupleType((held.key, held.value)),
            }[part]
            if not isinstance(kind, ListType) or kind.ordered:
                return "the parts of a map are an unordered list"
            return _same(kind.item, wanted, "items")


def _collection_fault(expr: ir.Expr) -> Fault:
    match expr:
        case ir.Contains(item, collection):
            return _items(collection, SEARCHABLE, type_of(item))
        case ir.Subset(left, right):
            return _is(left, SET_LIKE, "a set") or _items(right, SET_LIKE, item_type(type_of(left)) or INT)
        case ir.SetOp(_, left, right, kind):
            item = kind.item if isinstance(kind, SetType) else INT
            made = None if isinstance(kind, SetType) else "a set comes out"
            return _first(made, _items(left, SET_LIKE, item), _items(right, SET_LIKE, item))
        case ir.SetLit(kind, items):
            made = None if isinstance(kind, SetType) else f"a set is written out, not {show_type(kind)}"
            return made or _elements(kind, items)
        case ir.SeqLit(kind, items):
            if not isinstance(kind, SeqType | ListType | BagType):
                return f"no {show_type(kind)} is written out"
            return _elements(kind, items)
        case ir.SetOfKind(held, records, kind):
            return _of_kind_fault(type_of(held), records, kind)
        case ir.Convert(value, kind, sort):
            return _convert_fault(value, kind, sort)
        case ir.Size(collection):
            return _is(collection, SEARCHABLE, "a collection")
        case ir.BagCount(bag, item):
            return _items(bag, BagType, type_of(item))
        case ir.Domain(item):
            bounded = not isinstance(item, IntType) or (item.low is not None and item.high is not None)
            finite = isinstance(item, ENUMERATED) and bounded
            return None if finite else f"{show_type(item)} is not enumerated"
        case ir.IntRange(start, stop):
            return _int(start, stop)
        case ir.Majority(acks, members):
            return _is(acks, SET_LIKE, "a set") or _items(members, SET_LIKE, item_type(type_of(acks)) or INT)
        case _:
            return _sequence_fault(expr)


def _elements(kind: Type, items: tuple[ir.Expr, ...]) -> Fault:
    wanted = item_type(kind)
    assert wanted is not None, "the kinds of collection were checked before"
    return _first(*(_same(type_of(item), wanted, "element") for item in items))


def _of_kind_fault(held: Type, records: tuple[str, ...], kind: Type) -> Fault:
    if not isinstance(held, SetType) or not isinstance(held.item, UnionType | RecordType):
        return f"a set of a union is needed, not {show_type(held)}"
    every = held.item.records if isinstance(held.item, UnionType) else (held.item,)
    chosen = tuple(record for record in every if record.name in records)
    if len(chosen) != len(records):
        return f"{show_type(held.item)} lacks a named record"
    wanted = SetType(chosen[0] if len(chosen) == 1 else UnionType(chosen))
    return _same(wanted, kind, "elements of the kind")


def _convert_fault(value: ir.Expr, kind: Type, sort: bool) -> Fault:
    held = type_of(value)
    item, made = item_type(held), item_type(kind)
    if item is None or made is None or isinstance(kind, MapType | PartialType | QuorumType):
        return f"{show_type(held)} does not become {show_type(kind)}"
    unordered = is_ordered_source(kind) and not sort and not is_ordered_source(held)
    incomparable = sort and not is_comparable(item)
    return _first(
        _same(item, made, "items"),
        f"{show_type(held)} has no order to keep" if unordered else None,
        f"{show_type(item)} has no order to sort by" if incomparable else None,
    )


def _sequence_fault(expr: ir.Expr) -> Fault:
    match expr:
        case ir.SeqAt(seq, index, kind):
            return _first(_items(seq, SEQUENCES, kind), _in_order(seq), _int(index))
        case ir.SeqLast(seq, kind):
            return _items(seq, SEQUENCES, kind) or _in_order(seq)
        case ir.SeqSlice(seq, start, stop):
            ends = tuple(end for end in (start, stop) if end is not None)
            return _first(_is(seq, SEQUENCES, "a sequence"), _in_order(seq), _int(*ends))
        case ir.SeqConcat(left, right, kind):
            item = item_type(kind)
            if not isinstance(kind, SeqType | ListType) or item is None:
                return f"{show_type(kind)} is not made by joining"
            order = _first(_in_order(left), _in_order(right)) if is_ordered_source(kind) else None
            return _first(_items(left, SEQUENCES, item), _items(right, SEQUENCES, item), order)
        case ir.IsPrefix(left, right):
            item = item_type(type_of(left)) or INT
            wrong = _items(left, SEQUENCES, item) or _items(right, SEQUENCES, item)
            return _first(wrong, _in_order(left), _in_order(right))
        case ir.Enumerate(seq, start, kind):
            wanted = ListType(TupleType((INT, item_type(type_of(seq)) or INT)), True)
            return _first(_in_order(seq), _int(start), _same(wanted, kind, "pairs"))
        case ir.Zip(left, right, kind):
            parts = tuple(item_type(type_of(side)) or INT for side in (left, right))
            pairs = _same(ListType(TupleType(parts), True), kind, "pairs")
            return _first(_in_order(left), _in_order(right), pairs)
        case ir.Reversed(seq, kind):
            wanted = ListType(item_type(type_of(seq)) or INT, True)
            return _in_order(seq) or _same(wanted, kind, "items")
        case _:
            raise AssertionError(f"no typing rule for {type(expr).__name__}")


# ------------------------------------------------------------------ binders


def binder_fault(binder: ir.Binder) -> Fault:
    """What is wrong with the types of a binder."""
    return _items(binder.source, SEARCHABLE, binder.type) or _bool(*binder.filters)


def _binding_fault(
    expr: ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild | ir.Extremum | ir.Extrema,
) -> Fault:
    if isinstance(expr, ir.Extremum | ir.Extrema):
        return _extremum_fault(expr)
    wrong = _first(*(binder_fault(binder) for binder in expr.binders))
    if wrong is not None or not expr.binders:
        return wrong or "at least one binder is needed"
    match expr:
        case ir.Forall(_, body) | ir.Exists(_, body):
            return _bool(body)
        case ir.Sum(_, body):
            return _int(body)
        case ir.Build(kind, binders, body):
            if not isinstance(kind, SetType | ListType):
                return f"a comprehension is a set or list, not {show_type(kind)}"
            unordered = not all(is_ordered_source(type_of(binder.source)) for binder in binders)
            lost = "the list has no order" if is_ordered_source(kind) and unordered else None
            return _same(type_of(body), kind.item, "elements") or lost
        case ir.MapBuild(kind, _, key, value):
            if not isinstance(kind, MapType | PartialType):
                return f"a map is needed, not {show_type(kind)}"
            return _same(type_of(key), kind.key, "key") or _same(type_of(value), kind.value, "value")


def _extremum_fault(expr: ir.Extremum | ir.Extrema) -> Fault:
    item = item_type(type_of(expr.collection))
    if item is None:
        return f"a collection is needed, not {show_type(type_of(expr.collection))}"
    if (expr.key is None) != (expr.name is None):
        return "a key comes with the name of its argument"
    compared = item if expr.key is None else type_of(expr.key)
    if not is_comparable(compared):
        return f"{show_type(compared)} has no order"
    if isinstance(expr, ir.Extrema):
        return _same(SetType(item), expr.type, "the best elements")
    default = expr.default
    result = agree(item, expr.type) or (default is not None and agree(OptionType(item), expr.type))
    wrong = None if result else f"{show_type(item)} does not give {show_type(expr.type)}"
    return wrong or (None if default is None else _same(type_of(default), expr.type, "default"))


def condition_fault(condition: ir.Expr) -> Fault:
    """What is wrong with a condition of a statement or the body of a property."""
    return _same(type_of(condition), BOOL, "a condition")
