"""Values: expressions of a wanted type, conditions, collections; static objects as expressions."""

from __future__ import annotations

import ast
import enum
from collections.abc import Sequence, Set
from types import BuiltinFunctionType, FunctionType
from typing import Any, NoReturn, TypeGuard, cast

from checker.capture.problems import Skip
from checker.capture.scope import ModelState, Scope, Static, SuperState, attempt, each
from checker.capture.type_relations import BOOL, INT, as_type, converts, join, loose, stored
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
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
from checker.language.errors import FormError
from checker.language.members import Sort
from checker.language.order import value_key
from checker.language.records import Record, leaves
from checker.language.rules import Helper as RuleHelper
from checker.language.rules import Rule
from checker.language.scope import is_quorum
from checker.language.sequences import Seq


def shown(node: ast.AST, most: int = 60) -> str:
    """An expression as written, cut when long."""
    text = ast.unparse(node)
    return text if len(text) <= most else text[: most - 3] + "..."


def show(kind: Type) -> str:
    """A type in a message: intermediate capacities left out."""
    return show_type(kind).replace(", *]", "]")


def value(scope: Scope, node: ast.expr, expected: Type | None = None) -> ir.Expr:
    """An expression with a value; `expected` helps literals, and is no promise."""
    found = scope.any(node, expected)
    if isinstance(found, Static):
        return static_value(scope, found.value, node, expected)
    return found


def static_value(scope: Scope, found: object, node: ast.expr, expected: Type | None) -> ir.Expr:
    """A Python object that was known at import, as an expression."""
    span = scope.span(node)
    text = shown(node)
    types = scope.program.types
    match found:
        case None:
            if isinstance(expected, OptionType):
                return ir.NoneLit(OptionType(loose(expected.item)), span=span)
            if expected is not None:
                scope.refuse(
                    node,
                    f"None stands where {show(expected)} is wanted",
                    "give a value, or make the type T | None",
                )
            scope.refuse(
                node, "the type of this None is unknown", "annotate what holds it: x: T | None = None"
            )
        case bool():
            return ir.BoolLit(found, span=span)
        case enum.Enum():
            if isinstance(found, int | enum.Flag):
                scope.refuse(
                    node, f"'{text}' is an enum member and a number", "derive the enum from enum.Enum"
                )
            return ir.EnumLit(types.enum(type(found)), found.name, span=span)
        case int():
            return ir.IntLit(found, span=span)
        case Record():
            return static_record(scope, found, node)
        case Sort():
            scope.refuse(
                node,
                f"'{text}' names one member of {type(found).__name__}",
                "a model treats all members alike: make it a parameter of the action",
            )
        case Seq():
            return static_items(scope, cast("Seq[object, Any]", found), node, expected)
        case tuple():
            items = cast("tuple[object, ...]", found)
            return ir.MakeTuple(tuple(static_value(scope, item, node, None) for item in items), span=span)
        case frozenset() | set():
            held = sorted(cast("Set[object]", found), key=repr)  # the same at every hash seed
            return static_items(scope, tuple(held), node, expected, unordered=True)
        case type():
            return static_domain(scope, found, node)
        case str() | float() | bytes() | complex():
            name = type(found).__name__
            fix = {"str": "name it as a member of an enum.Enum", "float": "scale it to an integer"}.get(
                name, "use an integer"
            )
            scope.refuse(node, f"'{text}' is a {name}, which a model cannot hold", fix)
        case ModelState() | SuperState():
            scope.refuse(node, f"'{text}' is the whole model and no value", "name the variables: self.x")
        case FunctionType() | BuiltinFunctionType() | Rule() | RuleHelper():
            scope.refuse(node, f"'{text}' is a function and no value", f"call it: {text}(...)")
        case list() | dict():
            scope.refuse(
                node,
                f"'{text}' is a module's {type(cast(object, found)).__name__}, which can change",
                "make it a tuple or frozenset",
            )
        case _:
            scope.refuse(
                node,
                f"'{text}' is a {type(found).__name__}, which is no value of the language",
                "see the language reference",
            )


def static_record(scope: Scope, found: Record, node: ast.expr) -> ir.Expr:
    """A record made at import."""
    kind = record_type(scope, type(found), node)
    assert isinstance(kind, RecordType), "an instance has a leaf class"
    items = zip(kind.fields, found.record_values(), strict=True)
    span = scope.span(node)
    return ir.MakeRecord(
        kind,
        tuple(stored(static_value(scope, item, node, want), want, span) for (_, want), item in items),
        span=span,
    )


def is_plain_tuple(found: object) -> TypeGuard[tuple[object, ...]]:
    """Whether an object is a tuple that is no Seq."""
    return isinstance(found, tuple) and not isinstance(found, Seq)


def static_items(
    scope: Scope, items: Sequence[object], node: ast.expr, expected: Type | None, *, unordered: bool = False
) -> ir.Expr:
    """A Seq or frozenset made at import."""
    want = item_type(expected) if expected is not None else None
    made = [static_value(scope, item, node, want) for item in items]
    if unordered:
        # In an order that does not depend on the seed of Python's hashes.
        pairs = sorted(zip(items, made, strict=True), key=lambda pair: value_key(pair[0]))
        made = [expr for _, expr in pairs]
    item = join_all(scope, made, node, want)
    span = scope.span(node)
    parts = tuple(as_type(one, item, span) for one in made)
    if unordered:
        return ir.SetLit(SetType(item), parts, span=span)
    return ir.SeqLit(SeqType(item), parts, span=span)


def static_list(scope: Scope, items: Sequence[object], node: ast.expr) -> ir.Expr:
    """A tuple made at import, as a collection of its items."""
    made = [static_value(scope, item, node, None) for item in items]
    kind = join_all(scope, made, node)
    return ir.SeqLit(
        ListType(kind, True), tuple(as_type(one, kind, one.span) for one in made), span=scope.span(node)
    )


def static_domain(scope: Scope, cls: type, node: ast.expr) -> ir.Expr:
    """A class used as the collection of its members."""
    types = scope.program.types
    span = scope.span(node)
    try:
        if is_quorum(cls):
            made: Any = cls
            return ir.Domain(QuorumType(types.sort(made.sort)), span=span)
        if issubclass(cls, Sort):
            return ir.Domain(types.sort(cls), span=span)
        if issubclass(cls, enum.Enum):
            return ir.Domain(types.enum(cls), span=span)
    except FormError as error:
        scope.refuse(node, error.fact, error.fix)
    scope.refuse(
        node,
        f"'{cls.__name__}' is a class and no value",
        f"make one, {cls.__name__}(...), or name a Sort or enum",
    )


def record_type(scope: Scope, cls: type, node: ast.AST) -> RecordType | UnionType:
    """The type of a record class: with subclasses, the union of those without."""
    types = scope.program.types
    try:
        found = tuple(types.record(leaf) for leaf in leaves(cls))
    except FormError as error:
        scope.refuse(node, error.fact, error.fix)
    if not found or cls is Record:
        scope.refuse(node, "'Record' itself is no type", "name the record class")
    return found[0] if len(found) == 1 else UnionType(tuple(sorted(found, key=lambda one: one.name)))


def join_all(scope: Scope, made: Sequence[ir.Expr], node: ast.AST, expected: Type | None = None) -> Type:
    """The type that several expressions share."""
    if not made:
        if expected is None:
            scope.refuse(
                node, "the type of this empty collection is unknown", "annotate it: xs: list[T] = []"
            )
        return loose(expected)
    kind: Type = loose(type_of(made[0]))
    for one in made[1:]:
        both = join(kind, loose(type_of(one)))
        if both is None:
            scope.refuse(
                node, f"'{show(kind)}' and '{show(type_of(one))}' are mixed here", "use values of one type"
            )
        kind = both
    if expected is not None and converts(kind, expected):
        return loose(expected)
    return kind


def both(scope: Scope, left: ast.expr, right: ast.expr) -> tuple[ir.Expr, ir.Expr]:
    """Two operands; None and empty literals take their type from the other."""
    made: dict[str, ir.Expr | Static] = {}
    if is_bare(left) and not is_bare(right):
        second = value(scope, right)
        return value(scope, left, _hint(second)), second

    def first() -> None:
        made["left"] = value(scope, left)

    def then() -> None:
        known = made.get("left")
        hint = None if known is None or isinstance(known, Static) else _hint(known)
        made["right"] = value(scope, right, hint)

    attempt(scope, (first, then))
    a, b = made["left"], made["right"]
    assert not isinstance(a, Static)
    assert not isinstance(b, Static)
    return a, b


def _hint(expr: ir.Expr) -> Type:
    kind = type_of(expr)
    return (
        kind
        if isinstance(kind, OptionType | SetType | SeqType | ListType | BagType | PartialType | MapType)
        else OptionType(kind)
    )


def is_bare(node: ast.expr) -> bool:
    """Whether an expression takes its type from what stands around it: None, an empty literal, `Set()`."""
    match node:
        case ast.Constant(value=None) | ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="Set" | "Seq" | "Bag" | "Partial"), args=[], keywords=[]):
            return True
        case _:
            return False


def wanted(scope: Scope, node: ast.expr, kind: Type, what: str) -> ir.Expr:
    """An expression of a type, widened to it; no store, so ranges are not checked.

    Args:
        what: names the target in the message, such as "the parameter 'b'".
    """
    return coerced(scope, value(scope, node, kind), kind, node, what)


def coerced(scope: Scope, expr: ir.Expr, kind: Type, node: ast.AST, what: str) -> ir.Expr:
    """The expression widened to a type."""
    have = type_of(expr)
    if converts(have, kind):
        return as_type(expr, kind, expr.span)
    mismatch(scope, have, kind, node, what)


def placed(scope: Scope, node: ast.expr, kind: Type, what: str) -> ir.Expr:
    """An expression stored at a type: widened, ranges and capacities checked."""
    expr = value(scope, node, kind)
    have = type_of(expr)
    if converts(have, kind):
        return stored(expr, kind, scope.span(node))
    mismatch(scope, have, kind, node, what)


def mismatch(scope: Scope, have: Type, want: Type, node: ast.AST, what: str) -> NoReturn:
    """Reports that a value has the wrong type.

    Raises:
        Skip: always.
    """
    text = shown(node)
    fact = f"'{text}' is {show(have)}, but {what} is {show(want)}"
    match have, want:
        case OptionType(item), _ if converts(item, want):
            fact = f"'{text}' may be None, but {what} is {show(want)}"
            fix = "test 'is not None' first" + (f", or write present({text})" if scope.mode.writes else "")
        case ListType(), (SeqType() | OptionType(SeqType())):
            fix = f"write Seq({text})"
        case ListType(), (SetType() | OptionType(SetType())):
            fix = f"write Set({text})"
        case ListType(), (BagType() | OptionType(BagType())):
            fix = f"write Bag({text})"
        case BoolType(), IntType():
            fix = f"write 1 if {text} else 0"
        case IntType(), BoolType():
            fix = f"write {text} != 0"
        case UnionType(), (RecordType() | UnionType()):
            fix = "test isinstance first"
        case SortType(_, True), IntType():
            fix = f"write {text}.index, which is 0 for the first; the member above is {text}.next"
        case OptionType(), BoolType():
            fix = f"write {text} is not None"
        case ((SetType() | SeqType() | BagType() | ListType() | PartialType() | QuorumType()), BoolType()):
            fix = f"write len({text}) > 0"
        case _:
            fix = f"give a value of type {show(want)}"
    scope.refuse(node, fact, fix)


def condition(scope: Scope, node: ast.expr) -> ir.Expr:
    """An expression in a place where Python looks at its truth. Only booleans and collections have an
    obvious one."""
    made = value(scope, node)
    return truth(scope, made, node)


def truth(scope: Scope, made: ir.Expr, node: ast.expr) -> ir.Expr:
    """The truth of a value."""
    kind = type_of(made)
    text = shown(node)
    span = scope.span(node)
    match kind:
        case BoolType():
            return made
        case SetType() | SeqType() | BagType() | ListType() | QuorumType() | PartialType():
            return ir.Less(ir.IntLit(0, span=span), ir.Size(made, span=span), span=span)
        case OptionType():
            scope.refuse(
                node,
                f"the truth of '{text}' ({show(kind)}) is tested, where a value can be false too",
                f"write {text} is not None",
            )
        case IntType():
            scope.refuse(node, f"the truth of the integer '{text}' is tested", f"write {text} != 0")
        case EnumType(name):
            scope.refuse(
                node,
                f"the truth of '{text}' ({name}) is tested, and every member is true",
                "compare it with ==",
            )
        case _:
            scope.refuse(
                node,
                f"the truth of '{text}' ({show(kind)}) is tested, and it is always true",
                "write the condition you mean",
            )


def integer(scope: Scope, node: ast.expr, what: str) -> ir.Expr:
    """An integer."""
    made = value(scope, node, INT)
    if isinstance(type_of(made), IntType):
        return made
    mismatch(scope, type_of(made), INT, node, what)
    raise Skip


def boolean(scope: Scope, node: ast.expr, what: str) -> ir.Expr:
    """A boolean, not merely something with a truth."""
    made = value(scope, node, BOOL)
    if isinstance(type_of(made), BoolType):
        return made
    mismatch(scope, type_of(made), BOOL, node, what)
    raise Skip


def collection(scope: Scope, node: ast.expr) -> tuple[ir.Expr, Type]:
    """Something to iterate over, and the type of its elements. Iterating over a map gives its keys."""
    if isinstance(node, ast.Tuple):
        made: ir.Expr = items_of(scope, node, node.elts, None)
    elif isinstance(node, ast.GeneratorExp):
        made = value(scope, ast.copy_location(ast.ListComp(node.elt, node.generators), node))
    else:
        found = scope.any(node)
        if isinstance(found, Static) and is_plain_tuple(found.value):
            made = static_list(scope, found.value, node)
        else:
            made = found if not isinstance(found, Static) else static_value(scope, found.value, node, None)
    kind = type_of(made)
    span = scope.span(node)
    text = shown(node)
    match kind:
        case MapType(key) | PartialType(key):
            return ir.MapView(made, ir.MapPart.KEYS, ListType(key, False), span=span), key
        case TupleType(items):
            once = Once(scope)
            whole = once.atom(made, "items")
            each_item = tuple(ir.TupleItem(whole, at, one, span=span) for at, one in enumerate(items))
            shared = _shared_type(items)
            if shared is None:
                scope.refuse(node, f"'{text}' is a tuple of items of different types", "unpack it")
            listed = tuple(as_type(one, shared, span) for one in each_item)
            return once.around(ir.SeqLit(ListType(shared, True), listed, span=span)), shared
        case OptionType():
            scope.refuse(node, f"'{text}' may be None, and is iterated over", "test 'is not None' first")
        case _:
            item = item_type(kind)
            if item is None:
                scope.refuse(
                    node,
                    f"'{text}' ({show(kind)}) is no collection",
                    "iterate over a set, sequence, map or sort",
                )
            return made, item


def items_of(scope: Scope, node: ast.expr, items: Sequence[ast.expr], expected: Type | None) -> ir.SeqLit:
    """The elements of a display as an ordered list."""
    made: list[ir.Expr] = []
    bare = [item for item in items if is_bare(item)]
    hint = expected
    if bare and hint is None:
        others = [value(scope, item) for item in items if not is_bare(item)]
        if others:
            hint = _hint(others[0])
    each(scope, items, lambda item: made.append(value(scope, item, hint)))
    kind = join_all(scope, made, node, expected)
    span = scope.span(node)
    return ir.SeqLit(ListType(kind, True), tuple(as_type(one, kind, one.span) for one in made), span=span)


def _shared_type(kinds: Sequence[Type]) -> Type | None:
    """The type that values of some types share; None when there is none."""
    shared: Type | None = loose(kinds[0])
    for kind in kinds[1:]:
        shared = None if shared is None else join(shared, loose(kind))
    return shared


def is_atom(expr: ir.Expr) -> bool:
    """Whether an expression may be evaluated twice, or earlier, and nobody can tell."""
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
        case ir.Widen(inner) | ir.Narrow(inner):
            return is_atom(inner)
        case _:
            return False


class Once:
    """Names values that are used several times, and evaluates them first, in the order of their naming."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._named: list[tuple[str, ir.Expr]] = []

    def atom(self, expr: ir.Expr, name: str) -> ir.Expr:
        """The expression, or a name for it."""
        if is_atom(expr):
            return expr
        fresh = self._scope.fresh(name)
        self._named.append((fresh, expr))
        return ir.Local(fresh, type_of(expr), span=expr.span)

    def around(self, body: ir.Expr) -> ir.Expr:
        """The body, with the named values evaluated before it."""
        for name, expr in reversed(self._named):
            body = ir.Let(name, expr, body, span=body.span)
        return body
