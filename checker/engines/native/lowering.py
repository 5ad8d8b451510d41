"""Lowering of expressions to C: statements into a block, and a total text for the value.

Evaluation order is that of the source: what can fail becomes a check in the block, in order; texts are total,
so it does
not matter when C evaluates them. `And`, `Or` and `Ite` become C's own operators when their parts need no
statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker.engines.native.conversions import CAPACITY, RANGE, Conversions
from checker.engines.native.forms import Forms, Shape
from checker.engines.native.gathering import with_item
from checker.engines.native.kept_sets import kept_sets
from checker.engines.native.literals import number
from checker.engines.native.lower_binder import lower_binding
from checker.engines.native.lower_collection import lower_collection
from checker.engines.native.lower_number import lower_comparison, lower_number
from checker.engines.native.lowered import Block, Env, Names, SiteKind, Sites, Val
from checker.engines.native.operations import Operations
from checker.engines.native.sizes import Sizes
from checker.engines.native.streams import Stream, realise, stream_of, visit_stream
from checker.engines.native.tables import Tables
from checker.engines.native.type_algebra import conformed, join
from checker.ir import nodes as ir
from checker.ir.children import free_locals
from checker.ir.partiality import ErrorKind, is_total
from checker.ir.types import (
    BoolType,
    EnumType,
    IntType,
    OptionType,
    QuorumType,
    RecordType,
    SortType,
    TupleType,
    Type,
    UnionType,
)

BOOL = BoolType()


class Lowering:
    """Lowers the expressions of one model in one scope. One instance per C file; `names` is per C
    function."""

    def __init__(self, model: ir.Model, sizes: Sizes, capacities: Mapping[str, int] | None = None) -> None:
        self.model = model
        self.sizes = sizes
        variables = [sizes.resolve(variable.type) for variable in model.variables]
        self.forms = Forms(sizes, kept_sets(variables, sizes, capacities or {}))
        self.operations = Operations(self.forms)
        self.conversions = Conversions(self.operations)
        self.sites = Sites()
        self.names = Names()
        self.functions = {function.name: function for function in model.functions}
        self.procedures = {procedure.name: procedure for procedure in model.procedures}
        self.tables = Tables(self)

    # -------------------------------------------------------------- small tools

    def resolve(self, kind: Type) -> Type:
        """A type with numbers for bounds."""
        return self.sizes.resolve(kind)

    def c(self, kind: Type) -> str:
        """The C type of a value."""
        return self.forms.form(kind).c

    def shape(self, kind: Type) -> Shape:
        """How the values of a type are held."""
        return self.forms.form(kind).shape

    def stable(self, value: Val, out: Block, base: str = "t") -> Val:
        """The value in a variable, unless it is one already."""
        if value.stable:
            return value
        name = self.names.fresh(base)
        out.add(f"const {self.c(value.type)} {name} = {value.text};")
        return Val(
            value.type,
            name,
            stable=True,
            place=True,
            parts=None,
            inner=value.inner and self._inner(value, name),
        )

    def _inner(self, value: Val, name: str) -> Val:
        assert isinstance(value.type, OptionType)
        return Val(value.type.item, self.operations.unwrap(value.type, name), stable=True)

    def fail(
        self, out: Block, env: Env, condition: str, kind: SiteKind, node: ir.Expr, span: ir.Span | None = None
    ) -> None:
        """Stops the evaluation when a condition of C holds."""
        site = self.sites.number(kind, node, node.span if span is None else span)
        out.add(f"if (UNLIKELY({condition})) {{ {env.fail(str(site))} }}")

    def at(self, value: Val, target: Type) -> str:
        """The text of a value at a type that holds it."""
        return self.conversions.convert(value.text, value.type, target)

    def at_val(self, value: Val, target: Type) -> Val:
        """The value at a type that holds it."""
        return value if value.type == target else Val(target, self.at(value, target))

    def store(self, value: Val, target: Type, env: Env, out: Block, node: ir.Expr) -> Val:
        """The value at a bounded type. The IR says that it fits; where that is not evident, the engine
        looks."""
        if value.type == target:
            return value
        if self.conversions.misfit("x", value.type, target) is not None:
            value = self.stable(value, out)
            self.fail(out, env, f"{self.conversions.misfit(value.text, value.type, target)}", "unfit", node)
        return self.at_val(value, target)

    def conform(self, value: Val, declared: Type) -> Val:
        """The value as the node's type says, with the bounds known of it."""
        target = conformed(value.type, self.resolve(declared))
        if target == value.type:
            return value
        inner = None
        if isinstance(target, OptionType) and not isinstance(value.type, OptionType):
            inner = self.at_val(value, target.item)
        if (
            isinstance(value.type, OptionType)
            and not isinstance(target, OptionType)
            and value.inner is not None
        ):
            return self.at_val(value.inner, target)
        parts = value.parts if isinstance(target, RecordType) else None
        return Val(
            target,
            self.at(value, target),
            stable=value.stable and value.text.isidentifier(),
            parts=parts,
            inner=inner,
        )

    # -------------------------------------------------------------- expressions

    def condition(self, expr: ir.Expr, env: Env, out: Block) -> str:
        """A condition as a text."""
        return self.value(expr, env, out).text

    def value(self, expr: ir.Expr, env: Env, out: Block) -> Val:
        """An expression."""
        match expr:
            case ir.BoolLit(held):
                return Val(BOOL, "true" if held else "false", stable=True)
            case ir.IntLit(held):
                return Val(IntType(held, held), number(held), stable=True)
            case ir.EnumLit(kind, name):
                return Val(kind, f"{kind.members.index(name)}u", stable=True)
            case ir.EndMember(sort, last):
                return Val(sort, f"{self.sizes.sorts[sort.name] - 1 if last else 0}u", stable=True)
            case ir.NoneLit(kind):
                resolved = self.resolve(kind)
                assert isinstance(resolved, OptionType)
                return Val(resolved, self.operations.none(resolved), stable=True)
            case ir.Local(name):
                if name in env.streams:
                    return self.made(env.streams[name], self.resolve(expr.type), env, out)
                return env.names[name]
            case ir.StateRead(variable, kind, when):
                return self.state_read(variable, self.resolve(kind), when, env)
            case ir.ParamRead(name):
                held = self.sizes.params[name]
                return Val(IntType(held, held), number(held), stable=True)
            case ir.SizeOf(of):
                return self._size_of(of)
            case ir.Let(name, held, body):
                stream = stream_of(self, held, env, out) if is_total(held, self.functions) else None
                if stream is not None:
                    stream = realise(self, stream, out, f"v_{name}")
                    return self.value(body, replace(env, streams={**env.streams, name: stream}), out)
                bound = self.stable(self.value(held, env, out), out, f"v_{name}")
                return self.value(body, env.bind(name, bound), out)
            case ir.Call():
                return self._call(expr, env, out)
            case ir.Ite() | ir.Not() | ir.And() | ir.Or():
                return self._logic(expr, env, out)
            case ir.Eq() | ir.Less() | ir.LessEq():
                return lower_comparison(self, expr, env, out)
            case ir.Arith() | ir.FloorDiv() | ir.Mod() | ir.Neighbour() | ir.Position() | ir.MemberAt():
                return lower_number(self, expr, env, out)
            case (
                ir.Widen() | ir.Narrow() | ir.Fit() | ir.IsNone() | ir.Unwrap() | ir.Present()
                | ir.IsVariant()
            ):  # fmt: skip
                return self._view(expr, env, out)
            case ir.MakeRecord() | ir.Field() | ir.WithFields() | ir.MakeTuple() | ir.TupleItem():
                return self._product(expr, env, out)
            case (
                ir.Forall()
                | ir.Exists()
                | ir.Sum()
                | ir.Build()
                | ir.MapBuild()
                | ir.Extremum()
                | ir.Extrema()
            ):
                return lower_binding(self, expr, env, out)
            case _:
                return lower_collection(self, expr, env, out)

    def value_or_none(self, expr: ir.Expr, env: Env, out: Block) -> Val | None:
        """A value that is no collection in memory; None for others."""
        if isinstance(expr, ir.Local) and expr.name in env.streams:
            return None
        return self.value(expr, env, out)

    def made(self, stream: Stream, kind: Type, env: Env, out: Block) -> Val:
        """A stream as a collection in memory."""
        name = self.names.fresh("made")
        place = len(out.lines)
        found: list[Type] = []

        def add(element: Val, inside: Block) -> None:
            target = with_item(kind, element.type)
            found.append(target)
            inside.add(*self.conversions.add(self.forms.form(target), name, element.text))

        visit_stream(self, stream, env, out, add, "made")
        out.lines.insert(place, "  " * out.depth + self.conversions.zero(self.forms.form(found[0]), name))
        return Val(found[0], name, stable=True, place=True)

    def state_read(self, variable: str, kind: Type, when: ir.When, env: Env) -> Val:
        """A variable of a state; what the step has written may be written again, and so is not stable."""
        changing = when is ir.When.NOW and variable in env.written
        where = "t." if changing else env.now if when is ir.When.NOW else env.old
        text = self.operations.load(kind, f"{where}m_{variable}")
        return Val(kind, text, stable=not changing, place=self.shape(kind) is not Shape.INT)

    def _size_of(self, of: SortType | EnumType | QuorumType) -> Val:
        count = self.sizes.cardinality(of)
        assert count is not None
        return Val(IntType(count, count), number(count), stable=True)

    def _call(self, expr: ir.Call, env: Env, out: Block) -> Val:
        """A helper, lowered where it is called."""
        function = self.functions[expr.function]
        names: dict[str, Val] = {}
        streams: dict[str, Stream] = {}
        for parameter, argument in zip(function.parameters, expr.arguments, strict=True):
            if isinstance(argument, ir.Local) and argument.name in env.streams:
                stream = env.streams[argument.name]
                # Other locals of the caller mean something else in the helper.
                if free_locals(stream.element) == frozenset((stream.name,)):
                    streams[parameter.name] = stream
                    continue
            names[parameter.name] = self.stable(self.value(argument, env, out), out, f"v_{parameter.name}")
        inside = replace(env, names=names, streams=streams)
        if expr.when is ir.When.OLD:
            inside = replace(inside, now=env.old, written=frozenset())
        return self.conform(self.value(function.body, inside, out), expr.type)

    # -------------------------------------------------------------- logic

    def _logic(self, expr: ir.Ite | ir.Not | ir.And | ir.Or, env: Env, out: Block) -> Val:
        match expr:
            case ir.Not(item):
                return Val(BOOL, negated(self.condition(item, env, out)))
            case ir.And(items):
                return Val(BOOL, self.sequence(items, env, out, conjunction=True))
            case ir.Or(items):
                return Val(BOOL, self.sequence(items, env, out, conjunction=False))
            case ir.Ite():
                return self._ite(expr, env, out)

    def sequence(self, items: tuple[ir.Expr, ...], env: Env, out: Block, *, conjunction: bool) -> str:
        """Conditions joined by `and` or `or`, each evaluated only when needed."""
        sign = "&&" if conjunction else "||"
        total = self.condition(items[0], env, out)
        variable = ""
        for item in items[1:]:
            inside = out.inner()
            text = self.condition(item, env, inside)
            if not inside.lines:
                total = f"({total} {sign} {text})"
                if variable:
                    out.add(f"{variable} = {total};")
                    total = variable
                continue
            if not variable:
                variable = self.names.fresh("c")
                out.add(f"bool {variable} = {total};")
            out.add(f"if ({variable if conjunction else '!' + variable}) {{")
            out.take(inside)
            out.add(f"  {variable} = {text};", "}")
            total = variable
        return total

    def _ite(self, expr: ir.Ite, env: Env, out: Block) -> Val:
        condition = self.condition(expr.condition, env, out)
        yes, no = out.inner(), out.inner()
        then, otherwise = self.value(expr.then, env, yes), self.value(expr.otherwise, env, no)
        kind = join(then.type, otherwise.type)
        if not yes.lines and not no.lines:
            return Val(kind, f"({condition} ? {self.at(then, kind)} : {self.at(otherwise, kind)})")
        name = self.names.fresh("t")
        out.add(f"{self.c(kind)} {name};", f"if ({condition}) {{")
        yes.add(f"{name} = {self.at(then, kind)};")
        no.add(f"{name} = {self.at(otherwise, kind)};")
        out.take(yes)
        out.add("} else {")
        out.take(no)
        out.add("}")
        return Val(kind, name, stable=True, place=True)

    # -------------------------------------------------------------- views

    def _view(
        self,
        expr: ir.Widen | ir.Narrow | ir.Fit | ir.IsNone | ir.Unwrap | ir.Present | ir.IsVariant,
        env: Env,
        out: Block,
    ) -> Val:
        match expr:
            case ir.Widen(held, kind) | ir.Narrow(held, kind):
                return self.conform(self.value(held, env, out), kind)
            case ir.Fit(held, kind):
                return self.fit(self.value(held, env, out), self.resolve(kind), env, out, expr)
            case ir.IsNone(item):
                return Val(BOOL, self.is_none(self.value(item, env, out)))
            case ir.Unwrap(item):
                option = self.stable(self.value(item, env, out), out)
                if option.inner is None:
                    self.fail(out, env, self.is_none(option), ErrorKind.NONE, expr)
                return self.unwrap(option)
            case ir.Present(item):
                option = self.stable(self.value(item, env, out), out)
                out.add(f"if ({self.is_none(option)}) {{ {env.disable} }}")
                return self.unwrap(option)
            case ir.IsVariant(item, records):
                return Val(BOOL, self.is_variant(self.value(item, env, out), records))

    def fit(self, value: Val, target: Type, env: Env, out: Block, expr: ir.Expr) -> Val:
        """A value checked against ranges and capacities."""
        goal = conformed(target, target)
        if self.conversions.misfit("x", value.type, goal) is None:
            return self.at_val(value, goal) if self._rigid(goal) else self.conform_down(value, goal)
        value = self.stable(value, out)
        found = self.names.fresh("f")
        out.add(f"const int {found} = {self.conversions.misfit(value.text, value.type, goal)};")
        self.fail(out, env, f"{found} == {RANGE}", ErrorKind.RANGE, expr)
        self.fail(out, env, f"{found} == {CAPACITY}", ErrorKind.CAPACITY, expr)
        return self.at_val(value, goal)

    def _rigid(self, kind: Type) -> bool:
        """Whether a value of a narrower type changes its form at this one."""
        return not isinstance(kind, IntType)

    def conform_down(self, value: Val, goal: Type) -> Val:
        """An integer keeps the narrower bounds that are known of it."""
        assert isinstance(goal, IntType)
        return value

    def is_none(self, value: Val) -> str:
        """Whether an option is None."""
        if not isinstance(value.type, OptionType) or value.inner is not None:
            return "false"
        return self.operations.is_none(value.type, value.text)

    def unwrap(self, value: Val) -> Val:
        """The value of an option that has one."""
        if not isinstance(value.type, OptionType):
            return value
        if value.inner is not None:
            return value.inner
        text = self.operations.unwrap(value.type, value.text)
        return Val(value.type.item, text, stable=value.stable, place=value.place and not text.startswith("("))

    def is_variant(self, value: Val, records: tuple[str, ...]) -> str:
        """Whether a value of a union is one of some records."""
        if isinstance(value.type, RecordType):
            return "true" if value.type.name in records else "false"
        assert isinstance(value.type, UnionType)
        indices = [i for i, record in enumerate(value.type.records) if record.name in records]
        return self.operations.is_variant(value.type, indices, value.text)

    # -------------------------------------------------------------- records and tuples

    def _product(
        self,
        expr: ir.MakeRecord | ir.Field | ir.WithFields | ir.MakeTuple | ir.TupleItem,
        env: Env,
        out: Block,
    ) -> Val:
        match expr:
            case ir.MakeRecord(kind, fields):
                resolved = self.resolve(kind)
                assert isinstance(resolved, RecordType)
                parts = [
                    self.store(self.value(item, env, out), wanted, env, out, item)
                    for item, (_, wanted) in zip(fields, resolved.fields, strict=True)
                ]
                return self.record(resolved, parts)
            case ir.Field(item, name):
                return self.field(self.value(item, env, out), name, out)
            case ir.WithFields(item, fields):
                held = self.stable(self.value(item, env, out), out)
                assert isinstance(held.type, RecordType)
                changed = {name: self.value(value, env, out) for name, value in fields}
                known = dict(held.type.fields)
                made = {
                    name: self.store(value, known[name], env, out, expr) for name, value in changed.items()
                }
                parts = [made.get(name) or self.field(held, name, out) for name in known]
                return self.record(held.type, parts)
            case ir.MakeTuple(items):
                made_items = tuple(self.value(item, env, out) for item in items)
                pair = TupleType(tuple(item.type for item in made_items))
                text = self.operations.make(pair, [item.text for item in made_items])
                return Val(pair, text, parts=made_items)
            case ir.TupleItem(item, index):
                return self.part(self.value(item, env, out), index)

    def record(self, kind: RecordType, parts: list[Val]) -> Val:
        """A record of values at the types of its fields."""
        return Val(kind, self.operations.make(kind, [part.text for part in parts]), parts=tuple(parts))

    def part(self, value: Val, index: int) -> Val:
        """One item of a tuple, one field of a record by number."""
        if value.parts is not None:
            return value.parts[index]
        assert isinstance(value.type, RecordType | TupleType)
        kinds = (
            value.type.items if isinstance(value.type, TupleType) else [kind for _, kind in value.type.fields]
        )
        text = self.operations.part(value.type, index, value.text)
        place = (
            value.place
            and self.shape(value.type) is Shape.PRODUCT
            and self.shape(kinds[index]) is not Shape.INT
        )
        return Val(kinds[index], text, stable=value.stable, place=place)

    def field(self, value: Val, name: str, out: Block) -> Val:
        """One field of a record, or one that all records of a union have."""
        if isinstance(value.type, RecordType):
            return self.part(value, [label for label, _ in value.type.fields].index(name))
        assert isinstance(value.type, UnionType)
        union, ops = value.type, self.operations
        value = self.stable(value, out)
        text, kind = "", None
        for i, record in reversed(tuple(enumerate(union.records))):
            own = Val(record, ops.project(union, i, value.text), stable=True)
            held = self.field(own, name, out)
            kind = held.type if kind is None else kind
            test = ops.is_variant(union, [i], value.text)
            text = f"({test} ? {held.text} : {text})" if text else held.text
        assert kind is not None
        return Val(kind, text)


def negated(text: str) -> str:
    """The negation of a condition."""
    return {"true": "false", "false": "true"}.get(
        text, f"!{text}" if text.startswith("(") or text.isidentifier() else f"!({text})"
    )
