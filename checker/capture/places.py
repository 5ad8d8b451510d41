"""Places: paths from `self` that statements write to. Everything else is a value, and values do not
change."""

from __future__ import annotations

import ast
from typing import NoReturn

from checker.capture.problems import Skip, nearest
from checker.capture.scope import Broken, Scope
from checker.capture.subscripts import key_of
from checker.capture.values import Once, show, shown, value
from checker.ir import nodes as ir
from checker.ir.types import MapType, OptionType, PartialType, RecordType, SeqType, Type


def root_of(node: ast.expr) -> ast.expr:
    """Where a path starts."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def starts_at_self(scope: Scope, node: ast.expr) -> bool:
    """Whether an expression is a path from `self`."""
    root = root_of(node)
    return (
        node is not root
        and isinstance(root, ast.Name)
        and root.id not in scope.locals
        and scope.states.get(root.id) is ir.When.NOW
    )


def place_of(scope: Scope, node: ast.expr, *, read: bool = False) -> ir.Place:
    """The place that a path names.

    Args:
        read: the value there is read before it is replaced, so that its key must be there.

    Raises:
        Skip: the expression is no place, or one that cannot be written.
    """
    if not starts_at_self(scope, node):
        _no_place(scope, node)
    match node:
        case ast.Attribute(value=ast.Name(), attr=variable):
            return ir.Place(variable, (), _variable(scope, node, variable), span=scope.span(node))
        case ast.Attribute(value=inner, attr=field):
            held = place_of(scope, inner, read=True)
            return _extend(scope, node, held, ir.FieldOf(field), _field(scope, node, held.type, field))
        case ast.Subscript(value=inner, slice=index):
            held = place_of(scope, inner, read=True)
            match held.type:
                case (MapType(value=item) | PartialType(value=item)) as kind:
                    key = key_of(scope, index, kind, stores=True)
                    if read and isinstance(key, ir.Fit) and isinstance(kind, MapType):
                        key = _key_that_is_there(scope, inner, key, kind)
                    return _extend(scope, node, held, ir.Key(key), item)
                case SeqType():
                    text = shown(inner)
                    at = shown(index)
                    scope.refuse(
                        node,
                        f"'{shown(node)}' changes one position of a Seq",
                        f"assign the whole: {text} = {text}[:{at}] + Seq([...]) + {text}[{at} + 1:]",
                    )
                case OptionType():
                    _optional(scope, node, inner)
                case _:
                    scope.refuse(
                        node,
                        f"'{shown(inner)}' ({show(held.type)}) has no keys to assign",
                        "use a Map or Partial",
                    )
        case _:
            _no_place(scope, node)
    raise Skip


def _key_that_is_there(scope: Scope, inner: ast.expr, key: ir.Fit, kind: MapType) -> ir.Expr:
    """The key of a total map whose value is read on the way to a place: reading there fails as any read does,
    before the key would be stored."""
    held = value(scope, readable(inner))
    once = Once(scope)
    wanted = once.atom(key.value, "key")
    once.atom(ir.MapGet(held, wanted, kind.value, span=key.span), "read")
    return once.around(ir.Fit(wanted, key.type, span=key.span))


def readable(node: ast.expr) -> ast.expr:
    """The path of a place, as it is read."""
    copied = ast.parse(ast.unparse(node), mode="eval").body
    for part, original in zip(ast.walk(copied), ast.walk(node), strict=False):
        if hasattr(part, "lineno") and hasattr(original, "lineno"):
            ast.copy_location(part, original)
    return copied


def _extend(scope: Scope, node: ast.expr, held: ir.Place, step: ir.Key | ir.FieldOf, kind: Type) -> ir.Place:
    return ir.Place(held.variable, (*held.path, step), kind, span=scope.span(node))


def _variable(scope: Scope, node: ast.expr, name: str) -> Type:
    program = scope.program
    model = program.declaration.model.__name__
    if name in program.variables:
        kind = program.variables[name]
        if isinstance(kind, Broken):
            raise Skip
        return kind
    if name in program.types.params:
        scope.refuse(
            node,
            f"'{name}' is a Param: the gate sets it, and it never changes",
            "keep what changes in a state variable",
        )
    if name in program.constants:
        scope.refuse(node, f"'{name}' is a constant of the class", f"declare a state variable: {name}: T")
    fix = nearest(name, program.variables, f"declare it in the class: {name}: T")
    scope.refuse(node, f"{model} has no state variable '{name}'", fix)


def _field(scope: Scope, node: ast.expr, kind: Type, field: str) -> Type:
    assert isinstance(node, ast.Attribute)
    match kind:
        case RecordType(name, fields):
            if field in dict(fields):
                return kind.field(field)
            names = [one for one, _ in fields]
            scope.refuse(
                node, f"'{name}' has no field '{field}'", nearest(field, names, f"it has {', '.join(names)}")
            )
        case OptionType():
            _optional(scope, node, node.value)
        case _:
            scope.refuse(
                node,
                f"'{shown(node.value)}' ({show(kind)}) has no fields to assign",
                "assign the whole place",
            )
    raise Skip


def _optional(scope: Scope, node: ast.expr, inner: ast.expr) -> NoReturn:
    text = shown(inner)
    scope.refuse(
        node,
        f"'{shown(node)}' writes into a value that may be None",
        f"assign the whole: {text} = replace(present({text}), ...)",
    )


def _no_place(scope: Scope, node: ast.expr) -> NoReturn:
    """Reports an attempt to change a value.

    Raises:
        Skip: always.
    """
    root = root_of(node)
    text = shown(node)
    if isinstance(root, ast.Name) and root.id in scope.states and root.id not in scope.locals:
        scope.refuse(node, f"'{text}' belongs to the state before the step", "assign a variable of self")
    if isinstance(root, ast.Name) and root.id in scope.locals:
        origin = scope.origins.get(root.id)
        if origin is not None:
            fix = f"write {text.replace(root.id, origin, 1)} = ..."
            scope.refuse(node, f"'{root.id}' is a copy of {origin}; a change to it would be lost", fix)
        scope.refuse(
            node,
            f"'{root.id}' is a local value; values cannot be changed",
            "assign on a path that starts at self, or use replace()",
        )
    scope.refuse(node, f"'{text}' is no place of the state", "assign on a path that starts at self")


def refuse_deletion(scope: Scope, node: ast.Subscript) -> NoReturn:
    """Reports `del` of a key of a value.

    Raises:
        Skip: always.
    """
    root = root_of(node)
    name = root.id if isinstance(root, ast.Name) else shown(root)
    origin = scope.origins.get(name)
    text = shown(node)
    if origin is not None:
        scope.refuse(
            node,
            f"'{name}' is a copy of {origin}; a change to it would be lost",
            f"write del {text.replace(name, origin, 1)}",
        )
    scope.refuse(
        node, f"'{name}' is a local value; values cannot be changed", "delete on a path that starts at self"
    )
