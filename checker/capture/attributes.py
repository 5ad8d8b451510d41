"""Names and attributes: locals, the state, fields, classes, constants."""

from __future__ import annotations

import ast
import builtins
import enum
import types
from typing import Any, NoReturn

from checker.capture.narrowing import narrowed
from checker.capture.problems import Skip, nearest
from checker.capture.scope import Broken, LoopLocal, ModelState, Scope, Static, Unbound
from checker.capture.values import show, shown, static_value
from checker.ir import nodes as ir
from checker.ir.type_of import agree, type_of
from checker.ir.types import OptionType, RecordType, SortType, Type, UnionType
from checker.language.members import Ordered, Sort
from checker.language.model import Model


def name(scope: Scope, node: ast.Name) -> ir.Expr | Static:
    """A local, `self` or `old`, or what the module or the builtins have under the name."""
    text = node.id
    if text in scope.locals:
        bound = scope.locals[text]
        match bound:
            case Broken():
                raise Skip
            case Unbound():
                scope.refuse(
                    node,
                    f"'{text}' has no value on some paths that lead here",
                    f"give '{text}' a value before the branch",
                )
            case LoopLocal():
                scope.refuse(
                    node,
                    f"'{text}' holds the value of the last turn of a loop without order",
                    "compute it by a comprehension, any, all or sum",
                )
            case _:
                return narrowed(scope, node, bound)
    if text in scope.assigned:
        scope.refuse(node, f"'{text}' has no value here yet", f"give '{text}' a value before")
    if text in scope.states:
        return Static(ModelState(scope.states[text]))
    namespace: dict[str, Any] = scope.function.__globals__
    if text in namespace:
        return _global(scope, node, namespace[text])
    if text in scope.function.__code__.co_freevars:
        scope.refuse(
            node,
            f"'{text}' belongs to a function around this one",
            "define models and helpers at module level",
        )
    if hasattr(builtins, text):
        return Static(getattr(builtins, text))
    known = [*scope.locals, *scope.states, *namespace]
    scope.refuse(node, f"unknown name '{text}'", nearest(text, known, "define it, or import it"))


def _global(scope: Scope, node: ast.Name, found: object) -> ir.Expr | Static:
    """A module's constant may be narrowed by nothing; it is what it is."""
    return Static(found)


def attribute(scope: Scope, node: ast.Attribute) -> ir.Expr | Static:
    """`x.name`."""
    held = scope.any(node.value)
    if isinstance(held, Static):
        match held.value:
            case ModelState(when):
                return narrowed_static(scope, node, state_attribute(scope, node, when))
            case type() as cls:
                return class_attribute(scope, node, cls)
            case types.ModuleType() as module:
                if not hasattr(module, node.attr):
                    fix = nearest(node.attr, vars(module), "import what defines it")
                    scope.refuse(node, f"the module '{module.__name__}' has no '{node.attr}'", fix)
                return Static(getattr(module, node.attr))
            case _:
                held = static_value(scope, held.value, node.value, None)
    return narrowed(scope, node, value_attribute(scope, node, held))


def narrowed_static(scope: Scope, node: ast.Attribute, found: ir.Expr | Static) -> ir.Expr | Static:
    """State variables narrow as locals do."""
    return found if isinstance(found, Static) else narrowed(scope, node, found)


def state_attribute(scope: Scope, node: ast.Attribute, when: ir.When) -> ir.Expr | Static:
    """`self.x`: a variable, a parameter of the model, a constant of the class."""
    program, attr = scope.program, node.attr
    span = scope.span(node)
    if attr in program.variables:
        kind = program.variables[attr]
        if isinstance(kind, Broken):
            raise Skip
        return ir.StateRead(attr, kind, when, span=span)
    if attr in program.types.params:
        return ir.ParamRead(attr, span=span)
    if attr in program.constants:
        return Static(program.constants[attr])
    method = next((one for one in program.declaration.methods if one.name == attr), None)
    if method is not None:
        return Static(method)
    known = [
        *program.variables,
        *program.types.params,
        *program.constants,
        *(one.name for one in program.declaration.methods),
    ]
    model = program.declaration.model
    if attr in vars(Model):
        scope.refuse(
            node, f"'{shown(node)}' belongs to the tool, not to the model", "read the state variables by name"
        )
    scope.refuse(
        node, f"{model.__name__} has no '{attr}'", nearest(attr, known, f"declare it in the class: {attr}: T")
    )


def class_attribute(scope: Scope, node: ast.Attribute, cls: type[Any]) -> ir.Expr | Static:
    """`Role.LEADER`, `Ballot.first`, `Protocol.LIMIT`."""
    attr, span = node.attr, scope.span(node)
    if issubclass(cls, Ordered) and attr in ("first", "last"):
        return ir.EndMember(scope.program.types.sort(cls), attr == "last", span=span)
    if issubclass(cls, Sort) and attr in ("first", "last", "at"):
        if attr == "at" and issubclass(cls, Ordered):
            return Static(getattr(cls, "at"))  # noqa: B009  # a bound method, found by name
        scope.refuse(
            node,
            f"'{cls.__name__}' is a Sort, whose members have no order",
            f"derive {cls.__name__} from Ordered",
        )
    if issubclass(cls, enum.Enum):
        if attr in cls.__members__:
            return static_value(scope, cls.__members__[attr], node, None)
        scope.refuse(
            node,
            f"the enum '{cls.__name__}' has no member '{attr}'",
            nearest(attr, cls.__members__, f"it has {', '.join(cls.__members__)}"),
        )
    missing = object()
    found: object = getattr(cls, attr, missing)
    if found is missing:
        scope.refuse(
            node, f"the class '{cls.__name__}' has no '{attr}'", nearest(attr, vars(cls), "define it there")
        )
    return Static(found)


def value_attribute(scope: Scope, node: ast.Attribute, held: ir.Expr) -> ir.Expr:
    """A field of a record, or a neighbour or the position of an ordered member."""
    span = scope.span(node)
    kind = type_of(held)
    attr = node.attr
    if isinstance(kind, OptionType) and isinstance(kind.item, RecordType | UnionType | SortType):
        held = ir.Unwrap(held, span=scope.span(node))
        kind = kind.item
    match kind:
        case RecordType(name, fields):
            if attr not in dict(fields):
                _no_field(scope, node, name, kind)
            return ir.Field(held, attr, kind.field(attr), span=span)
        case UnionType():
            return ir.Field(held, attr, common_field(scope, node, kind, attr), span=span)
        case SortType(name, ordered):
            return _member_attribute(scope, node, held, name, ordered)
        case _:
            scope.refuse(node, f"'{shown(node.value)}' ({show(kind)}) has no '{attr}'", _attribute_fix(node))


def _attribute_fix(node: ast.Attribute) -> str:
    if node.attr in ("value", "name"):
        return "compare members of an enum with =="
    return "see the language reference, Operations"


def _no_field(scope: Scope, node: ast.Attribute, name: str, kind: RecordType) -> NoReturn:
    fields = [field for field, _ in kind.fields]
    fix = nearest(node.attr, fields, f"it has {', '.join(fields) or 'no fields'}")
    scope.refuse(node, f"'{name}' has no field '{node.attr}'", fix)


def common_field(scope: Scope, node: ast.Attribute, kind: UnionType, attr: str) -> Type:
    """The type of a field that all records of a union have."""
    lacking = [record.name for record in kind.records if attr not in dict(record.fields)]
    text = shown(node.value)
    if lacking:
        scope.refuse(
            node,
            f"'{text}' may be {' or '.join(lacking[:3])}, which has no field '{attr}'",
            "test isinstance first, use match, or .of(R) on the set",
        )
    found = kind.records[0].field(attr)
    for record in kind.records[1:]:
        if not agree(found, record.field(attr)):
            scope.refuse(
                node,
                f"the field '{attr}' of '{text}' is {show(found)} in {kind.records[0].name}, "
                f"{show(record.field(attr))} in {record.name}",
                "test isinstance first",
            )
    return found


def _member_attribute(scope: Scope, node: ast.Attribute, held: ir.Expr, name: str, ordered: bool) -> ir.Expr:
    span = scope.span(node)
    if not ordered:
        fix = (
            f"derive {name} from Ordered"
            if node.attr in ("next", "prev", "index")
            else "compare members with =="
        )
        scope.refuse(node, f"a member of the Sort {name} has no '{node.attr}'", fix)
    match node.attr:
        case "next":
            return ir.Neighbour(held, 1, span=span)
        case "prev":
            return ir.Neighbour(held, -1, span=span)
        case "index":
            return ir.Position(held, span=span)
        case "number":
            scope.refuse(
                node,
                "'.number' counts from 1 and is for traces",
                f"write {shown(node.value)}.index, which counts from 0",
            )
        case _:
            scope.refuse(
                node,
                f"a member of {name} has no '{node.attr}'",
                nearest(node.attr, ("next", "prev", "index"), "use .index"),
            )
