"""The IR as text close to the Python it came from: for error messages, reports and golden tests.
Deterministic.

What is invisible at run time stays invisible here: `Widen`, `Narrow` and the `Fit` of a store print as their
value. `show(node, detail=True)` shows them, for messages about the IR itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import BagType, EnumType, QuorumType, SetType, SortType, Type, show_type

Declaration = ir.Function | ir.Procedure | ir.Action | ir.Initial | ir.Property | ir.Variable
Node = ir.Expr | ir.Statement | ir.Binder | ir.Place | Declaration | ir.Model

# How tightly an expression binds, as in Python; what binds less tightly than its place asks gets parentheses.
_LAMBDA, _TEST, _OR, _AND, _NOT, _COMPARISON, _BIT_OR, _XOR, _BIT_AND, _SUM, _PRODUCT, _UNARY, _ATOM = range(
    13
)

_ARITHMETIC = {ir.ArithOp.ADD: _SUM, ir.ArithOp.SUB: _SUM, ir.ArithOp.MUL: _PRODUCT}
_SETS = {
    ir.SetOperator.UNION: _BIT_OR,
    ir.SetOperator.INTERSECTION: _BIT_AND,
    ir.SetOperator.DIFFERENCE: _SUM,
    ir.SetOperator.SYMMETRIC_DIFFERENCE: _XOR,
}


def show(node: Node, *, detail: bool = False) -> str:
    """The text of a node: one line for an expression or place, several for statements, declarations and
    models."""
    printer = _Printer(detail)
    match node:
        case ir.Model():
            return printer.model(node)
        case ir.Binder():
            return printer.binder(node)
        case ir.Place():
            return printer.place(node)
        case ir.Variable():
            return printer.variable(node)
        case ir.Function() | ir.Procedure() | ir.Action() | ir.Initial() | ir.Property():
            return "\n".join(printer.declaration(node))
        case (
            ir.Require() | ir.Bind() | ir.Assign() | ir.Mutate() | ir.If() | ir.ForEach() | ir.Perform()
        ):  # fmt: skip
            return "\n".join(printer.statement(node))
        case _:
            return printer.expr(node)


class _Printer:
    def __init__(self, detail: bool) -> None:
        self._detail = detail

    # -------------------------------------------------------------- expressions

    def expr(self, expr: ir.Expr, place: int = _LAMBDA) -> str:
        """The text, in parentheses if it binds less tightly than `place` asks."""
        text, binding = self._bound(expr)
        return f"({text})" if binding < place else text

    def _items(self, items: Iterable[ir.Expr]) -> str:
        return ", ".join(self.expr(item, _TEST) for item in items)

    def _infix(self, left: ir.Expr, symbol: str, right: ir.Expr, binding: int) -> tuple[str, int]:
        """A left-associative operator; comparisons do not associate at all."""
        near = binding + 1 if binding == _COMPARISON else binding
        return f"{self.expr(left, near)} {symbol} {self.expr(right, binding + 1)}", binding

    def _bound(self, expr: ir.Expr) -> tuple[str, int]:
        """The text and how tightly it binds."""
        match expr:
            case ir.IntLit(value) if value < 0:
                return str(value), _UNARY
            case ir.BoolLit(value) | ir.IntLit(value):
                return str(value), _ATOM
            case ir.Widen(value, kind) | ir.Narrow(value, kind) | ir.Fit(value, kind):
                return self._retyped(expr, value, kind)
            case ir.Let(name, value, body):
                return f"let {name} = {self.expr(value, _TEST)} in {self.expr(body)}", _LAMBDA
            case ir.Ite(condition, then, otherwise):
                parts = self.expr(then, _OR), self.expr(condition, _OR), self.expr(otherwise, _TEST)
                return f"{parts[0]} if {parts[1]} else {parts[2]}", _TEST
            case ir.Not() | ir.And() | ir.Or():
                return self._logic(expr)
            case ir.Eq(left, right):
                return self._infix(left, "==", right, _COMPARISON)
            case ir.Less(left, right):
                return self._infix(left, "<", right, _COMPARISON)
            case ir.LessEq(left, right):
                return self._infix(left, "<=", right, _COMPARISON)
            case ir.Subset(left, right, strict):
                return self._infix(left, "<" if strict else "<=", right, _COMPARISON)
            case ir.Contains(item, collection):
                return self._infix(item, "in", collection, _COMPARISON)
            case ir.IsNone(item):
                return f"{self.expr(item, _BIT_OR)} is None", _COMPARISON
            case ir.Arith(op, left, right):
                return self._infix(left, op.value, right, _ARITHMETIC[op])
            case ir.FloorDiv(left, right):
                return self._infix(left, "//", right, _PRODUCT)
            case ir.Mod(left, right):
                return self._infix(left, "%", right, _PRODUCT)
            case ir.SetOp(op, left, right):
                return self._infix(left, op.value, right, _SETS[op])
            case ir.SeqConcat(left, right):
                return self._infix(left, "+", right, _SUM)
            case _:
                return self._atom(expr), _ATOM

    def _retyped(
        self, expr: ir.Widen | ir.Narrow | ir.Fit, value: ir.Expr, kind: Type
    ) -> tuple[str, int]:  # fmt: skip
        if not self._detail:
            return self._bound(value)
        return f"{type(expr).__name__.lower()}({self.expr(value, _TEST)}, {show_type(kind)})", _ATOM

    def _logic(self, expr: ir.Not | ir.And | ir.Or) -> tuple[str, int]:
        match expr:
            case ir.Not(ir.Eq(left, right)):
                return self._infix(left, "!=", right, _COMPARISON)
            case ir.Not(ir.Contains(item, collection)):
                return self._infix(item, "not in", collection, _COMPARISON)
            case ir.Not(ir.IsNone(item)):
                return f"{self.expr(item, _BIT_OR)} is not None", _COMPARISON
            case ir.Not(item):
                return f"not {self.expr(item, _NOT)}", _NOT
            case ir.And(items):
                return " and ".join(self.expr(item, _NOT) for item in items), _AND
            case ir.Or(items):
                return " or ".join(self.expr(item, _AND) for item in items), _OR

    def _atom(self, expr: ir.Expr) -> str:
        """Names, calls, subscripts, displays: what never needs parentheses."""
        match expr:
            case ir.EnumLit(kind, name):
                return f"{kind.name}.{name}"
            case ir.EndMember(sort, last):
                return f"{sort.name}.{'last' if last else 'first'}"
            case ir.NoneLit():
                return "None"
            case ir.Local(name):
                return name
            case ir.StateRead(variable, _, when):
                return f"{_subject(when)}.{variable}"
            case ir.ParamRead(name):
                return f"self.{name}"
            case ir.SizeOf(of):
                return f"len({show_type(of)})"
            case ir.Call(function, arguments, _, when):
                return f"{_subject(when)}.{function}({self._items(arguments)})"
            case ir.Neighbour(item, offset):
                return f"{self.expr(item, _ATOM)}.{'next' if offset > 0 else 'prev'}"
            case ir.Position(item):
                return f"{self.expr(item, _ATOM)}.index"
            case ir.MemberAt(sort, index):
                return f"{sort.name}.at({self.expr(index, _TEST)})"
            case ir.Unwrap(item):
                return f"unwrap({self.expr(item, _TEST)})" if self._detail else self.expr(item, _ATOM)
            case ir.Present(item):
                return f"present({self.expr(item, _TEST)})"
            case ir.IsVariant(item, records):
                return f"isinstance({self.expr(item, _TEST)}, {' | '.join(records)})"
            case ir.MakeRecord(kind, fields):
                named = zip((name for name, _ in kind.fields), fields, strict=True)
                return f"{kind.name}({self._named(named)})"
            case ir.Field(item, name):
                return f"{self.expr(item, _ATOM)}.{name}"
            case ir.WithFields(item, fields):
                return f"replace({self.expr(item, _TEST)}, {self._named(fields)})"
            case ir.MakeTuple(items):
                return f"({self._items(items)}{',' if len(items) == 1 else ''})"
            case ir.TupleItem(item, index):
                return f"{self.expr(item, _ATOM)}[{index}]"
            case (
                ir.Forall()
                | ir.Exists()
                | ir.Sum()
                | ir.Build()
                | ir.MapBuild()
                | ir.Extremum()
                | ir.Extrema()
            ):
                return self._binding(expr)
            case _:
                return self._collection(expr)

    def _named(self, fields: Iterable[tuple[str, ir.Expr]]) -> str:
        return ", ".join(f"{name}={self.expr(value, _TEST)}" for name, value in fields)

    def _collection(self, expr: ir.Expr) -> str:
        match expr:
            case ir.MapGet(held, key):
                return f"{self.expr(held, _ATOM)}[{self.expr(key, _TEST)}]"
            case ir.MapGetOr(held, key, default):
                return f"{self.expr(held, _ATOM)}.get({self._items((key, default))})"
            case ir.MapLit(_, pairs):
                inside = (f"{self.expr(key, _TEST)}: {self.expr(value, _TEST)}" for key, value in pairs)
                return f"{{{', '.join(inside)}}}"
            case ir.MapView(held, part):
                return f"{self.expr(held, _ATOM)}.{part.value}()"
            case ir.SetLit(_, items):
                return f"{{{self._items(items)}}}" if items else "Set()"
            case ir.SetOfKind(held, records):
                return f"{self.expr(held, _ATOM)}.of({' | '.join(records)})"
            case ir.Convert(value, kind, sort):
                return f"{_conversion(kind, sort)}({self.expr(value, _TEST)})"
            case ir.Size(collection):
                return f"len({self.expr(collection, _TEST)})"
            case ir.BagCount(bag, item):
                return f"{self.expr(bag, _ATOM)}.count({self.expr(item, _TEST)})"
            case ir.SeqLit(kind, items):
                return (
                    f"Bag([{self._items(items)}])" if isinstance(kind, BagType) else f"[{self._items(items)}]"
                )
            case ir.SeqAt(seq, index):
                return f"{self.expr(seq, _ATOM)}[{self.expr(index, _TEST)}]"
            case ir.SeqLast(seq):
                return f"{self.expr(seq, _ATOM)}[-1]"
            case ir.SeqSlice(seq, start, stop):
                ends = ("" if end is None else self.expr(end, _TEST) for end in (start, stop))
                return f"{self.expr(seq, _ATOM)}[{':'.join(ends)}]"
            case ir.IsPrefix(left, right):
                return f"{self.expr(left, _ATOM)}.is_prefix_of({self.expr(right, _TEST)})"
            case ir.Enumerate(seq, ir.IntLit(0)):
                return f"enumerate({self.expr(seq, _TEST)})"
            case ir.Enumerate(seq, start):
                return f"enumerate({self._items((seq, start))})"
            case ir.Zip(left, right):
                return f"zip({self._items((left, right))})"
            case ir.Reversed(seq):
                return f"reversed({self.expr(seq, _TEST)})"
            case ir.Domain(item):
                return show_type(item)
            case ir.IntRange(ir.IntLit(0), stop):
                return f"range({self.expr(stop, _TEST)})"
            case ir.IntRange(start, stop):
                return f"range({self._items((start, stop))})"
            case ir.Majority(acks, members):
                return f"majority({self._items((acks, members))})"
            case _:
                raise AssertionError(f"no text for {type(expr).__name__}")

    # -------------------------------------------------------------- binders

    def binder(self, binder: ir.Binder) -> str:
        filters = "".join(f" if {self.expr(item, _OR)}" for item in binder.filters)
        return f"for {binder.name} in {self.expr(binder.source, _OR)}{filters}"

    def _binders(self, binders: tuple[ir.Binder, ...]) -> str:
        return " ".join(self.binder(binder) for binder in binders)

    def _binding(
        self, expr: ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild | ir.Extremum | ir.Extrema
    ) -> str:
        match expr:
            case ir.Forall(binders, body):
                return f"all({self.expr(body, _TEST)} {self._binders(binders)})"
            case ir.Exists(binders, body):
                return f"any({self.expr(body, _TEST)} {self._binders(binders)})"
            case ir.Sum(binders, body):
                return f"sum({self.expr(body, _TEST)} {self._binders(binders)})"
            case ir.Build(kind, binders, body):
                inside = f"{self.expr(body, _TEST)} {self._binders(binders)}"
                return f"{{{inside}}}" if isinstance(kind, SetType) else f"[{inside}]"
            case ir.MapBuild(_, binders, key, value):
                return f"{{{self.expr(key, _TEST)}: {self.expr(value, _TEST)} {self._binders(binders)}}}"
            case ir.Extremum(largest, collection, _, name, key, default):
                text = self.expr(collection, _TEST)
                text += "" if key is None else f", key=lambda {name}: {self.expr(key, _TEST)}"
                text += "" if default is None else f", default={self.expr(default, _TEST)}"
                return f"{'max' if largest else 'min'}({text})"
            case ir.Extrema(largest, collection, _, name, key):
                text = f"{self.expr(collection, _TEST)}, key=lambda {name}: {self.expr(key, _TEST)}"
                return f"{'maxima' if largest else 'minima'}({text})"

    # -------------------------------------------------------------- statements

    def place(self, place: ir.Place) -> str:
        text = f"self.{place.variable}"
        for step in place.path:
            text += f"[{self.expr(step.key, _TEST)}]" if isinstance(step, ir.Key) else f".{step.name}"
        return text

    def statement(self, statement: ir.Statement) -> list[str]:
        match statement:
            case ir.Require(condition):
                return [f"require({self.expr(condition, _TEST)})"]
            case ir.Bind(name, _, value):
                return [f"{name} = {self.expr(value)}"]
            case ir.Assign(place, value):
                return [f"{self.place(place)} = {self.expr(value)}"]
            case ir.Mutate(place, ir.Method.DELETE, arguments):
                return [f"del {self.place(place)}[{self._items(arguments)}]"]
            case ir.Mutate(place, ir.Method.UPDATE, arguments):
                return [f"{self.place(place)} |= {self._items(arguments)}"]
            case ir.Mutate(place, method, arguments):
                return [f"{self.place(place)}.{method.value}({self._items(arguments)})"]
            case ir.If(condition, then, otherwise):
                lines = [f"if {self.expr(condition)}:", *self.block(then)]
                return [*lines, "else:", *self.block(otherwise)] if otherwise else lines
            case ir.ForEach(binder, body):
                return [f"{self.binder(binder)}:", *self.block(body)]
            case ir.Perform(procedure, arguments):
                return [f"self.{procedure}({self._items(arguments)})"]
            case _:
                assert_never(statement)

    def block(self, body: tuple[ir.Statement, ...]) -> list[str]:
        lines = [line for statement in body for line in self.statement(statement)]
        return [f"    {line}" for line in lines or ["pass"]]

    # -------------------------------------------------------------- declarations

    def variable(self, variable: ir.Variable) -> str:
        kind = show_type(variable.type)
        return f"{variable.name}: {f'Ghost[{kind}]' if variable.ghost else kind}"

    def _parameters(self, parameters: tuple[ir.Parameter, ...]) -> str:
        shown = ["self"]
        for parameter in parameters:
            drawn = "" if parameter.source is None else f" in {self.expr(parameter.source)}"
            shown.append(f"{parameter.name}: {show_type(parameter.type)}{drawn}")
        return ", ".join(shown)

    def declaration(
        self, node: ir.Function | ir.Procedure | ir.Action | ir.Initial | ir.Property
    ) -> list[str]:
        match node:
            case ir.Function(name, parameters, result, body):
                head = f"def {name}({self._parameters(parameters)}) -> {show_type(result)}:"
                return [head, f"    return {self.expr(body)}"]
            case ir.Property(kind, name, body):
                old = ", old" if kind is ir.PropertyKind.STEP_INVARIANT else ""
                return [f"@{kind.value}", f"def {name}(self{old}) -> bool:", f"    return {self.expr(body)}"]
            case ir.Procedure(name, parameters, body):
                return [f"def {name}({self._parameters(parameters)}) -> None:", *self.block(body)]
            case ir.Initial(name, parameters, body):
                return ["@initial", f"def {name}({self._parameters(parameters)}) -> None:", *self.block(body)]
            case ir.Action(name, parameters, body, budget):
                mark = "@action" if budget is None else f'@fault("{budget}")'
                return [mark, f"def {name}({self._parameters(parameters)}) -> None:", *self.block(body)]
            case _:
                assert_never(node)

    def model(self, model: ir.Model) -> str:
        lines = [f"class {sort.name}({'Ordered' if sort.ordered else 'Sort'}): ..." for sort in model.sorts]
        lines += [f"class {kind.name}(Enum): {', '.join(kind.members)}" for kind in model.enums]
        for record in model.records:
            fields = ", ".join(f"{name}: {show_type(kind)}" for name, kind in record.fields)
            lines.append(f"class {record.name}(Record): {fields}")
        inside = [f"{name}: Param" for name in model.params]
        inside += [self.variable(variable) for variable in model.variables]
        groups = (model.functions, model.procedures, model.initials, model.actions, model.properties)
        for group in groups:
            for declaration in group:
                inside += ["", *self.declaration(declaration)]
        body = [f"    {line}" if line else "" for line in inside or ["pass"]]
        return "\n".join([*lines, *([""] if lines else []), f"class {model.name}(Model):", *body]) + "\n"


def _subject(when: ir.When) -> str:
    return "self" if when is ir.When.NOW else "old"


def _conversion(kind: Type, sort: bool) -> str:
    match kind:
        case _ if sort:
            return "sorted"
        case SetType() | QuorumType():
            return "Set"
        case BagType():
            return "Bag"
        case SortType() | EnumType():
            raise AssertionError("no conversion makes a member")
        case _:
            return "Seq" if show_type(kind).startswith("Seq") else "list"


def describe(expr: ir.Expr) -> str:
    """The expression with its type, for messages about the IR itself."""
    return f"{show(expr, detail=True)}: {show_type(type_of(expr))}"
