"""Expressions that make or read collections: maps, sets, sequences, bags, lists, domains."""

from __future__ import annotations

from checker.engines.smt.algebra import ZERO
from checker.engines.smt.alternatives import spread
from checker.engines.smt.comparison import less, precedes
from checker.engines.smt.evaluation import Evaluation
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.sequences import as_bits, compacted, count, entries_of, size_of, tallied
from checker.engines.smt.values import (
    BagTable,
    Entry,
    Listing,
    MapFunction,
    MapTable,
    Option,
    Product,
    Scalar,
    SeqTable,
    SetTable,
    Value,
    as_bag,
    as_listing,
    as_map,
    as_product,
    as_scalar,
    as_sequence,
    as_set,
    number,
)
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import item_type, type_of
from checker.ir.types import BagType, ListType, OptionType, QuorumType, SeqType, SetType, Type


def evaluate_collection(at: Evaluation, expr: ir.Expr) -> Value:
    """The value of an expression that makes or reads a collection."""
    match expr:
        case ir.MapGet() | ir.MapGetOr() | ir.MapLit() | ir.MapView():
            return _of_map(at, expr)
        case ir.Contains(item, collection):
            return _contains(at, item, collection)
        case ir.Subset(left, right, strict):
            return _subset(at, as_set(at.value(left)), as_set(at.value(right)), strict=strict)
        case ir.SetOp():
            return _set_operation(at, expr)
        case ir.SetLit(kind, items):
            entries = Listing(tuple([Entry(TRUE, at.value(item)) for item in items]))
            return as_bits(at, entries, _items(kind))
        case ir.SetOfKind(held, records, kind):
            return _of_kind(at, as_set(at.value(held)), records, kind)
        case ir.Convert():
            return _convert(at, expr)
        case ir.Size(collection):
            return size_of(at, at.value(collection))
        case ir.BagCount(bag, item):
            return _bag_count(at, as_bag(at.value(bag)), at.value(item))
        case ir.Majority(acks, members):
            return _majority(at, at.value(acks), at.value(members), _items(type_of(acks)))
        case ir.Domain(item):
            return domain(at, item)
        case ir.IntRange(start, stop):
            return _int_range(at, as_scalar(at.value(start)), as_scalar(at.value(stop)))
        case _:
            return _of_sequence(at, expr)


def _items(kind: Type) -> Type:
    item = item_type(kind)
    assert item is not None, "a collection has elements"
    return item


def domain(at: Evaluation, kind: Type) -> Listing:
    """Every value of a finite type."""
    return Listing(tuple([Entry(TRUE, at.algebra.constant(kind, form)) for form in at.algebra.domain(kind)]))


def _int_range(at: Evaluation, start: Scalar, stop: Scalar) -> Listing:
    if not start.alternatives or not stop.alternatives:
        return Listing(())
    low, high = min(start.alternatives), max(stop.alternatives)
    entries: list[Entry] = []
    for value in range(low, high):
        one = number(value)
        inside = at.logic.both(less(at, start, one, strict=False), less(at, one, stop, strict=True))
        entries.append(Entry(inside, one))
    return Listing(tuple(entries))


# ------------------------------------------------------------------ sets


def _contains(at: Evaluation, item: ir.Expr, collection: ir.Expr) -> Lit:
    wanted, logic = at.value(item), at.logic
    if isinstance(collection, ir.IntRange):
        start, stop = as_scalar(at.value(collection.start)), as_scalar(at.value(collection.stop))
        held = as_scalar(wanted)
        return logic.both(less(at, start, held, strict=False), less(at, held, stop, strict=True))
    kind = type_of(item)
    match at.value(collection):
        case SetTable(bits):
            return among(at, wanted, kind, bits)
        case MapTable(rows):
            return among(at, wanted, kind, {form: lit for form, (lit, _) in rows.items()})
        case BagTable(counts):
            return among(at, wanted, kind, {form: at.algebra.longer(n, 0) for form, n in counts.items()})
        case other:
            entries = entries_of(at, other)
            return logic.any_of(
                [logic.both(one.guard, at.algebra.equal(one.value, wanted)) for one in entries]
            )


def among(at: Evaluation, wanted: Value, kind: Type, bits: dict[object, Lit]) -> Lit:
    """Whether a value is one of several forms, each with the condition under which it counts."""
    logic = at.logic
    if isinstance(wanted, Scalar):
        found = [logic.both(lit, bits.get(form, FALSE)) for form, lit in wanted.alternatives.items()]
        return logic.any_of(found)
    if spread(wanted) <= len(bits):
        alternatives = at.algebra.alternatives(wanted, kind)
        return logic.any_of([logic.both(lit, bits.get(form, FALSE)) for form, lit in alternatives])
    matches = at.algebra.matches
    return logic.any_of(
        [logic.both(lit, matches(wanted, kind, form)) for form, lit in bits.items() if lit != FALSE]
    )


def _subset(at: Evaluation, a: SetTable, b: SetTable, *, strict: bool) -> Lit:
    logic = at.logic
    within = logic.all_of([logic.implies(lit, b.bits.get(form, FALSE)) for form, lit in a.bits.items()])
    return logic.both(within, at.algebra.equal(a, b) ^ 1) if strict else within


def _set_operation(at: Evaluation, expr: ir.SetOp) -> SetTable:
    item = _items(expr.type)
    a = as_bits(at, at.value(expr.left), item).bits
    b = as_bits(at, at.value(expr.right), item).bits
    logic = at.logic
    forms = dict.fromkeys((*a, *b))

    def bit(x: Lit, y: Lit) -> Lit:
        match expr.op:
            case ir.SetOperator.UNION:
                return logic.either(x, y)
            case ir.SetOperator.INTERSECTION:
                return logic.both(x, y)
            case ir.SetOperator.DIFFERENCE:
                return logic.both(x, y ^ 1)
            case ir.SetOperator.SYMMETRIC_DIFFERENCE:
                return logic.same(x, y) ^ 1

    return SetTable({form: bit(a.get(form, FALSE), b.get(form, FALSE)) for form in forms}, item)


def _of_kind(at: Evaluation, held: SetTable, records: tuple[str, ...], kind: Type) -> SetTable:
    item = _items(kind)
    if type_of_union(held.item):
        one = len(records) == 1
        return SetTable(
            {form[1] if one else form: lit for form, lit in held.bits.items() if form[0] in records}, item
        )
    return held


def type_of_union(kind: Type) -> bool:
    """Whether the forms of a type name their record."""
    from checker.ir.types import UnionType

    return isinstance(kind, UnionType)


def _majority(at: Evaluation, acks: Value, members: Value, item: Type) -> Lit:
    given, whole = as_bits(at, acks, item).bits, as_bits(at, members, item).bits
    both = at.logic.both
    yes = count(at, [both(lit, given.get(form, FALSE)) for form, lit in whole.items()])
    size = count(at, whole.values())
    return less(at, size, Scalar({2 * value: lit for value, lit in yes.alternatives.items()}), strict=True)


def _bag_count(at: Evaluation, bag: BagTable, item: Value) -> Scalar:
    cases = [(at.algebra.matches(item, bag.item, form), held) for form, held in bag.counts.items()]
    rest = at.logic.any_of([lit for lit, _ in cases]) ^ 1
    return at.algebra.choose_scalar([*cases, (rest, ZERO)])


# ------------------------------------------------------------------ maps


def _of_map(at: Evaluation, expr: ir.MapGet | ir.MapGetOr | ir.MapLit | ir.MapView) -> Value:
    match expr:
        case ir.MapGet(held, key, kind):
            found, present = looked_up(at, as_rows(at.value(held)), at.value(key), type_of(key), kind)
            at.fail(present ^ 1, ErrorKind.MISSING_KEY, expr.span)
            return found
        case ir.MapGetOr(held, key, default, kind):
            rows, wanted = as_rows(at.value(held)), at.value(key)
            otherwise = at.value(default)
            map_kind = type_of(held)
            found, present = looked_up(at, rows, wanted, type_of(key), getattr(map_kind, "value", kind))
            if isinstance(kind, OptionType) and not isinstance(found, Option):
                found = Option(TRUE, found)
            return at.algebra.merge(present, found, otherwise)
        case ir.MapLit(kind, pairs):
            table = MapTable({}, getattr(kind, "key", kind))
            for key, value in pairs:
                name = at.value(key)
                table = with_row(at, table, name, type_of(key), at.value(value))
            return table
        case ir.MapView(held, part):
            return _view(at, as_map(at.value(held)), part)


def as_rows(value: Value) -> MapTable | MapFunction:
    """A map of either kind."""
    return value if isinstance(value, MapFunction) else as_map(value)


def looked_up(
    at: Evaluation, table: MapTable | MapFunction, key: Value, kind: Type, item: Type
) -> tuple[Value, Lit]:
    """What a key leads to, and whether it is there."""
    if isinstance(table, MapFunction):
        present, found = table.row(key)
        return found, present
    both, rows = at.logic.both, table.entries
    if isinstance(key, Scalar):
        cases = [(lit, rows[form]) for form, lit in key.alternatives.items() if form in rows]
        is_whole = len(cases) == len(key.alternatives)
    else:
        cases = [(at.algebra.matches(key, kind, form), row) for form, row in rows.items()]
        is_whole = len(rows) >= at.algebra.sizes.count(kind)
    is_whole = is_whole and all(row[0] == TRUE for _, row in cases)
    cases = [(lit, row) for lit, row in cases if both(lit, row[0]) != FALSE]
    if not cases:
        return at.algebra.select(item, []), FALSE
    present = TRUE if is_whole else at.logic.any_of([both(lit, row[0]) for lit, row in cases])
    return at.algebra.choose([(lit, row[1]) for lit, row in cases]), present


def with_row(at: Evaluation, table: MapTable, key: Value, kind: Type, value: Value) -> MapTable:
    """A map with one key changed or added."""
    logic, rows = at.logic, dict(table.entries)
    for form, lit in at.algebra.alternatives(key, kind):
        present, held = rows.get(form, (FALSE, None))
        item = value if held is None else at.algebra.merge(lit, value, held)
        rows[form] = (logic.either(present, lit), item)
    return MapTable(rows, table.key)


def _view(at: Evaluation, table: MapTable, part: ir.MapPart) -> Listing:
    entries: list[Entry] = []
    for form, (lit, value) in table.entries.items():
        if lit == FALSE:
            continue
        key = at.algebra.constant(table.key, form)
        match part:
            case ir.MapPart.KEYS:
                entries.append(Entry(lit, key))
            case ir.MapPart.VALUES:
                entries.append(Entry(lit, value))
            case ir.MapPart.ITEMS:
                entries.append(Entry(lit, Product((key, value))))
    return Listing(tuple(entries))


# ------------------------------------------------------------------ conversions


def _convert(at: Evaluation, expr: ir.Convert) -> Value:
    value, item = at.value(expr.value), _items(type_of(expr.value))
    if expr.sort:
        return _made(at, _sorted(at, entries_of(at, value), item, expr.span), expr.type, item)
    return _made(at, Listing(entries_of(at, value)), expr.type, item)


def _made(at: Evaluation, listing: Listing, kind: Type, item: Type) -> Value:
    """A collection of a type from its elements."""
    match kind:
        case SetType() | QuorumType():
            return as_bits(at, listing, item)
        case BagType():
            return tallied(at, listing, item)
        case SeqType():
            return compacted(at, listing)
        case _:
            return listing


def made_collection(at: Evaluation, listing: Listing, kind: Type) -> Value:
    """A collection of a type from its elements."""
    return _made(at, listing, kind, _items(kind))


def _sorted(at: Evaluation, entries: tuple[Entry, ...], item: Type, span: ir.Span) -> Listing:
    """Each element at the place that the number of those before it gives."""
    logic, both = at.logic, at.logic.both
    entries = tuple([one for one in entries if one.guard != FALSE])
    if isinstance(item, OptionType):
        nothing = [both(one.guard, at.algebra.matches(one.value, item, None)) for one in entries]
        at.fail(at.algebra.longer(count(at, nothing), 1), ErrorKind.COMPARE_NONE, span)
    rows: list[list[tuple[Lit, Value]]] = [[] for _ in entries]
    for place, entry in enumerate(entries):
        before: list[Lit] = []
        for other, one in enumerate(entries):
            if other == place:
                continue
            if other < place:
                stands = precedes(at, entry.value, one.value, item) ^ 1
            else:
                stands = precedes(at, one.value, entry.value, item)
            before.append(both(one.guard, stands))
        for rank, lit in count(at, before).alternatives.items():
            rows[rank].append((both(lit, entry.guard), entry.value))
    made = [
        Entry(logic.any_of([lit for lit, _ in row]), at.algebra.choose(row))
        for row in rows
        if any(lit != FALSE for lit, _ in row)
    ]
    return Listing(tuple(made))


# ------------------------------------------------------------------ sequences


def _of_sequence(at: Evaluation, expr: ir.Expr) -> Value:
    match expr:
        case ir.SeqLit(kind, items):
            return made_collection(at, Listing(tuple([Entry(TRUE, at.value(item)) for item in items])), kind)
        case ir.SeqAt(seq, index, kind):
            held = sequence_of(at, at.value(seq))
            return _at(at, held, as_scalar(at.value(index)), kind, expr.span)
        case ir.SeqLast(seq, kind):
            held = sequence_of(at, at.value(seq))
            at.fail(held.length.alternatives.get(0, FALSE), ErrorKind.INDEX, expr.span)
            last = {size - 1: lit for size, lit in held.length.alternatives.items() if size}
            return _picked(at, held, Scalar(last), kind)
        case ir.SeqSlice(seq, start, stop):
            whole = at.value(seq)
            ends = [None if end is None else as_scalar(at.value(end)) for end in (start, stop)]
            cut = sliced(at, sequence_of(at, whole), ends[0], ends[1], expr.span)
            return Listing(entries_of(at, cut)) if isinstance(whole, Listing) else cut
        case ir.SeqConcat(left, right, kind):
            return _concatenated(at, at.value(left), at.value(right), kind)
        case ir.IsPrefix(left, right):
            a, b = sequence_of(at, at.value(left)), sequence_of(at, at.value(right))
            return _is_prefix(at, a, b)
        case ir.Enumerate(seq, start):
            held = sequence_of(at, at.value(seq))
            return _enumerated(at, held, as_scalar(at.value(start)))
        case ir.Zip(left, right):
            a, b = sequence_of(at, at.value(left)), sequence_of(at, at.value(right))
            pairs = zip(entries_of(at, a), entries_of(at, b), strict=False)
            return Listing(
                tuple([Entry(at.logic.both(x.guard, y.guard), Product((x.value, y.value))) for x, y in pairs])
            )
        case ir.Reversed(seq):
            return Listing(tuple(reversed(entries_of(at, at.value(seq)))))
        case _:
            raise AssertionError(f"{type(expr).__name__} is no expression of a collection")


def sequence_of(at: Evaluation, value: Value) -> SeqTable:
    """A sequence or list as a sequence."""
    return compacted(at, as_listing(value)) if isinstance(value, Listing) else as_sequence(value)


def _at(at: Evaluation, held: SeqTable, index: Scalar, kind: Type, span: ir.Span) -> Value:
    logic = at.logic
    outside = [
        lit if place < 0 else logic.both(lit, at.algebra.longer(held.length, place) ^ 1)
        for place, lit in index.alternatives.items()
    ]
    at.fail(logic.any_of(outside), ErrorKind.INDEX, span)
    return _picked(at, held, index, kind)


def _picked(at: Evaluation, held: SeqTable, index: Scalar, kind: Type) -> Value:
    cases = [
        (lit, held.items[place]) for place, lit in index.alternatives.items() if 0 <= place < len(held.items)
    ]
    return at.algebra.choose(cases) if cases else at.algebra.select(kind, [])


def sliced(
    at: Evaluation, held: SeqTable, start: Scalar | None, stop: Scalar | None, span: ir.Span
) -> SeqTable:
    """`s[start:stop]`, cut at the length."""
    longest = len(held.items)
    first = number(0) if start is None else start
    last = number(longest) if stop is None else stop
    for end in (first, last):
        negative = at.logic.any_of([lit for place, lit in end.alternatives.items() if place < 0])
        at.fail(negative, ErrorKind.INDEX, span)
    cases: list[tuple[Lit, Value]] = []
    for low, a in first.alternatives.items():
        for high, b in last.alternatives.items():
            guard = at.logic.both(a, b)
            if low < 0 or high < 0 or guard == FALSE:
                continue
            lengths: dict[int, list[Lit]] = {}
            for size, lit in held.length.alternatives.items():
                lengths.setdefault(max(0, min(high, size) - low), []).append(lit)
            length = Scalar({size: at.logic.any_of(lits) for size, lits in lengths.items()})
            cases.append((guard, SeqTable(length, held.items[low:high])))
    return as_sequence(at.algebra.choose(cases)) if cases else SeqTable(number(0), ())


def _concatenated(at: Evaluation, left: Value, right: Value, kind: Type) -> Value:
    if isinstance(left, SeqTable) and isinstance(right, SeqTable):
        return concatenated(at, left, right)
    if isinstance(left, BagTable) or isinstance(kind, BagType):
        return made_collection(at, Listing((*entries_of(at, left), *entries_of(at, right))), kind)
    listing = Listing((*entries_of(at, left), *entries_of(at, right)))
    return listing if isinstance(kind, ListType) else made_collection(at, listing, kind)


def concatenated(at: Evaluation, left: SeqTable, right: SeqTable) -> SeqTable:
    """One sequence after the other."""
    cases: list[tuple[Lit, Value]] = []
    for size, lit in left.length.alternatives.items():
        length = Scalar({size + more: other for more, other in right.length.alternatives.items()})
        cases.append((lit, SeqTable(length, (*left.items[:size], *right.items))))
    return as_sequence(at.algebra.choose(cases)) if cases else SeqTable(number(0), ())


def _is_prefix(at: Evaluation, a: SeqTable, b: SeqTable) -> Lit:
    logic, longer = at.logic, at.algebra.longer
    alike = [
        logic.implies(
            longer(a.length, index),
            at.algebra.equal(item, b.items[index]) if index < len(b.items) else FALSE,
        )
        for index, item in enumerate(a.items)
    ]
    return logic.all_of([less(at, a.length, b.length, strict=False), *alike])


def _enumerated(at: Evaluation, held: SeqTable, start: Scalar) -> Listing:
    entries = entries_of(at, held)
    return Listing(
        tuple(
            Entry(
                one.guard,
                Product(
                    (Scalar({first + index: lit for first, lit in start.alternatives.items()}), one.value)
                ),
            )
            for index, one in enumerate(entries)
        )
    )


def pair_of(value: Value) -> tuple[Value, Value]:
    """The two items of a pair."""
    first, second = as_product(value).items
    return first, second
