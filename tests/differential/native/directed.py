"""Expressions that the random ones do not reach: lists with an order, views of maps, bags, sorting,
ranges."""

from __future__ import annotations

from checker.ir import nodes as ir
from checker.ir.types import (
    BagType,
    BoolType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    SeqType,
    SetType,
    TupleType,
    Type,
)
from tests.ir.zoo import ENTRY, MESSAGE, NODE, PING, QUORUM, ROLE, SMALL, TERM, VARIABLES, read

BOOL, INT = BoolType(), IntType()
LOG, NODES, TERMS = SeqType(ENTRY), SetType(NODE), SetType(TERM)


def local(name: str, kind: Type) -> ir.Local:
    """A local."""
    return ir.Local(name, kind)


def number(value: int) -> ir.Expr:
    """An integer."""
    return ir.IntLit(value)


def over(name: str, kind: Type, source: ir.Expr, *filters: ir.Expr) -> tuple[ir.Binder, ...]:
    """One binder."""
    return (ir.Binder(name, kind, source, filters),)


def listed(kind: Type, ordered: bool, source: ir.Expr, name: str = "x") -> ir.Expr:
    """`[x for x in source]`."""
    return ir.Build(ListType(kind, ordered), over(name, kind, source), local(name, kind))


def views() -> list[ir.Expr]:
    """Keys, values and items of maps."""
    pair = TupleType((NODE, TERM))
    item = local("i", pair)
    held, counts = read("held"), read("counts")
    values = ir.MapView(held, ir.MapPart.VALUES, ListType(TERM, False))
    items = ir.MapView(held, ir.MapPart.ITEMS, ListType(pair, False))
    keys = ir.MapView(counts, ir.MapPart.KEYS, ListType(NODE, False))
    return [
        values,
        items,
        ir.Size(values),
        ir.Contains(read("term"), values),
        ir.Convert(values, TERMS),
        ir.Convert(keys, NODES),
        ir.Exists(over("i", pair, items), ir.Less(ir.TupleItem(item, 1, TERM), read("term"))),
        ir.Sum(
            over("v", SMALL, ir.MapView(counts, ir.MapPart.VALUES, ListType(SMALL, False))), local("v", SMALL)
        ),
        ir.Size(held),
        ir.Size(counts),
        ir.Size(read("links")),
        ir.Eq(
            values,
            ir.Build(ListType(TERM, False), over("n", NODE, held), ir.MapGet(held, local("n", NODE), TERM)),
        ),
        ir.Eq(
            counts,
            ir.MapBuild(VARIABLES["counts"], over("n", NODE, ir.Domain(NODE)), local("n", NODE), number(1)),
        ),
        ir.MapBuild(
            VARIABLES["counts"],
            over("n", NODE, read("nodes")),
            local("n", NODE),
            ir.Fit(ir.Size(read("nodes")), SMALL),
        ),
        ir.MapGetOr(read("links"), ir.MakeTuple((ir.Unwrap(read("leader")),) * 2), ir.BoolLit(True), BOOL),
        ir.MapLit(
            PartialType(TERM, INT), ((read("term"), number(2)), (ir.EndMember(TERM, True), read("clock")))
        ),
        ir.Eq(ir.MapLit(PartialType(NODE, TERM), ()), held),
    ]


def counts_of_nodes(name: str) -> ir.Expr:
    """`[self.counts[n] for n in self.nodes]`: with repetitions, and no order."""
    body = ir.MapGet(read("counts"), local(name, NODE), SMALL)
    return ir.Build(ListType(INT, False), over(name, NODE, read("nodes")), body)


def lists() -> list[ir.Expr]:
    """Lists with an order and without."""
    numbered = ListType(TupleType((INT, ENTRY)), True)
    pair = local("p", TupleType((INT, ENTRY)))
    entries = ir.Enumerate(read("log"), number(1), numbered)
    value = ir.Field(ir.TupleItem(pair, 1, ENTRY), "value", SMALL)
    zipped = ir.Zip(
        read("log"), ir.IntRange(number(0), read("clock")), ListType(TupleType((ENTRY, INT)), True)
    )
    ranks, again = counts_of_nodes("n"), counts_of_nodes("n2")
    terms = ir.Build(
        ListType(OptionType(TERM), False),
        over("n", NODE, ir.Domain(NODE)),
        ir.MapGet(read("votes"), local("n", NODE), OptionType(TERM)),
    )
    backwards = ir.Reversed(read("log"), ListType(ENTRY, True))
    return [
        entries,
        zipped,
        backwards,
        ranks,
        terms,
        ir.Size(ranks),
        ir.Exists(over("p", pair.type, entries), ir.Eq(ir.TupleItem(pair, 0, INT), value)),
        ir.Forall(over("p", pair.type, entries), ir.LessEq(value, ir.TupleItem(pair, 0, INT))),
        ir.Sum(over("p", pair.type, entries), ir.Arith(ir.ArithOp.MUL, ir.TupleItem(pair, 0, INT), value)),
        ir.SeqAt(backwards, number(0), ENTRY),
        ir.SeqLast(backwards, ENTRY),
        ir.Reversed(ir.Domain(TERM), ListType(TERM, True)),
        ir.Reversed(ir.IntRange(number(1), read("clock")), ListType(INT, True)),
        ir.Convert(ranks, ListType(INT, True), sort=True),
        ir.Convert(terms, ListType(OptionType(TERM), True), sort=True),
        ir.Convert(ranks, SetType(INT)),
        ir.Convert(ranks, BagType(INT)),
        ir.Convert(read("log"), SetType(ENTRY)),
        ir.Convert(read("bag"), SetType(TERM)),
        ir.Convert(read("bag"), ListType(TERM, False)),
        ir.Eq(ranks, ir.Convert(ir.Convert(again, ListType(INT, True), sort=True), ListType(INT, False))),
        ir.Eq(listed(TERM, True, ir.Domain(TERM), "x"), ir.Reversed(ir.Domain(TERM), ListType(TERM, True))),
        ir.SeqConcat(read("log"), ir.SeqSlice(read("log"), number(1), None), LOG),
        ir.SeqConcat(ranks, again, ListType(INT, False)),
        ir.SeqSlice(read("log"), read("clock"), number(2)),
        ir.SeqSlice(read("log"), ir.Arith(ir.ArithOp.SUB, read("clock"), number(2)), None),
        ir.Fit(ir.SeqConcat(read("log"), read("log"), LOG), VARIABLES["log"]),
        ir.Fit(ir.SeqLit(BagType(TERM), (read("term"),) * 3), VARIABLES["bag"]),
        ir.Eq(
            ir.Fit(ir.SeqLit(BagType(TERM), (read("term"), ir.EndMember(TERM, False))), VARIABLES["bag"]),
            read("bag"),
        ),
        ir.Eq(read("bag"), ir.SeqLit(BagType(TERM), (ir.EndMember(TERM, False), read("term")))),
        ir.IsPrefix(ir.SeqSlice(read("log"), None, number(1)), read("log")),
        ir.IsPrefix(backwards, read("log")),
        ir.Contains(read("term"), read("bag")),
        ir.Contains(ir.SeqAt(read("log"), number(0), ENTRY), read("log")),
        ir.Contains(number(3), ir.IntRange(read("clock"), number(9))),
        ir.Contains(ir.Arith(ir.ArithOp.MUL, read("clock"), number(2)), ir.Domain(SMALL)),
        ir.Size(ir.IntRange(read("clock"), number(2))),
        ir.Extremum(True, ir.IntRange(number(0), read("clock")), INT),
        ir.Extremum(False, terms, OptionType(TERM)),
        ir.Extremum(True, terms, OptionType(TERM)),
        ir.Extremum(True, ranks, INT, "k", ir.Mod(local("k", INT), number(2))),
        ir.Extremum(True, ranks, OptionType(INT), default=ir.NoneLit(OptionType(INT))),
        ir.Extremum(False, ir.Domain(ROLE), ROLE, "r", ir.Eq(local("r", ROLE), read("role"))),
    ]


def masks() -> list[ir.Expr]:
    """What becomes a test of masks, and what looks like it but does not."""
    message, ping, entry = local("m", MESSAGE), local("g", PING), local("e", ENTRY)
    pings = ir.SetOfKind(read("messages"), ("Ping",), SetType(PING))
    entries = ir.SetOfKind(read("messages"), ("Entry",), SetType(ENTRY))
    of_term = over("g", PING, pings, ir.Eq(ir.Field(ping, "term", TERM), read("term")))
    mine = ir.Build(ListType(PING, False), of_term, ping)
    nodes = ir.Build(ListType(NODE, False), over("h", PING, pings), ir.Field(local("h", PING), "node", NODE))
    top = ir.Extrema(True, entries, SetType(ENTRY), "y", ir.Field(local("y", ENTRY), "term", TERM))
    quorum, node = local("q", QUORUM), local("n", NODE)
    sent = ir.Contains(ir.Widen(ir.MakeRecord(PING, (node, read("term"))), MESSAGE), read("messages"))
    narrowed = ir.Field(ir.Narrow(message, PING), "node", NODE)
    partial = ir.FloorDiv(number(6), ir.Field(entry, "value", SMALL))
    kept = local("kept", ListType(PING, False))
    return [
        mine,
        nodes,
        top,
        ir.Exists(over("b", ENTRY, top), ir.Eq(ir.Field(local("b", ENTRY), "value", SMALL), number(2))),
        ir.Size(mine),
        ir.Size(nodes),
        ir.Size(ir.Convert(nodes, NODES)),
        ir.Size(top),
        ir.Exists(over("m", MESSAGE, read("messages")), ir.IsVariant(message, ("Ping",))),
        ir.Exists(
            over("m", MESSAGE, read("messages")),
            ir.And((ir.IsVariant(message, ("Ping",)), ir.Contains(narrowed, read("nodes")))),
        ),
        ir.Forall(over("e", ENTRY, entries), ir.LessEq(ir.Field(entry, "value", SMALL), read("clock"))),
        ir.Forall(over("e", ENTRY, entries), ir.LessEq(partial, number(6))),
        ir.Exists(
            over("e", ENTRY, entries, ir.Less(number(0), ir.Field(entry, "value", SMALL))),
            ir.Eq(partial, number(3)),
        ),
        ir.Forall(over("q", QUORUM, ir.Domain(QUORUM)), ir.Exists(over("n", NODE, quorum), sent)),
        ir.Exists(over("q", QUORUM, ir.Domain(QUORUM)), ir.Forall(over("n", NODE, quorum), sent)),
        ir.Forall(over("n", NODE, ir.Domain(NODE)), ir.Or((ir.Eq(node, ir.Unwrap(read("leader"))), sent))),
        ir.Forall(over("n", NODE, ir.Domain(NODE), ir.Contains(node, read("nodes"))), sent),
        ir.Exists(over("n", NODE, ir.Domain(NODE)), ir.Not(sent)),
        ir.Extrema(False, entries, SetType(ENTRY), "z", ir.Field(local("z", ENTRY), "value", SMALL)),
        ir.Let(
            "kept",
            mine,
            ir.And(
                (
                    ir.Less(number(0), ir.Size(kept)),
                    ir.Exists(
                        over("g2", PING, kept),
                        ir.Eq(ir.Field(local("g2", PING), "node", NODE), ir.Unwrap(read("leader"))),
                    ),
                )
            ),
        ),
        ir.Let("kept", mine, ir.Convert(kept, SetType(PING))),
        ir.Majority(read("nodes"), ir.Convert(nodes, NODES)),
        ir.Subset(ir.Widen(ir.Unwrap(ir.NoneLit(OptionType(QUORUM))), NODES), read("nodes"), False),
        ir.Forall(over("q", QUORUM, ir.Domain(QUORUM)), ir.Subset(quorum, read("nodes"), False)),
        ir.Build(NODES, over("q", QUORUM, ir.Domain(QUORUM)), ir.Unwrap(read("leader"))),
        ir.SetOp(ir.SetOperator.UNION, ir.Convert(nodes, NODES), read("nodes"), NODES),
        ir.Eq(
            ir.Build(NODES, over("h", PING, pings), ir.Field(local("h", PING), "node", NODE)), read("nodes")
        ),
        ir.Build(
            SetType(TupleType((NODE, TERM))),
            over("h", PING, pings),
            ir.MakeTuple((ir.Field(local("h", PING), "node", NODE), read("term"))),
        ),
    ]


def directed() -> list[ir.Expr]:
    """All of them, each well-typed and closed."""
    return [
        *views(),
        *lists(),
        *masks(),
        ir.SizeOf(QUORUM),
        ir.Position(read("term")),
        ir.Present(ir.Widen(read("term"), OptionType(TERM))),
        ir.MapBuild(
            MapType(TERM, INT),
            over("t", TERM, ir.Domain(TERM)),
            local("t", TERM),
            ir.Position(local("t", TERM)),
        ),
    ]
