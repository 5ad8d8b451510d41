"""Calls that stand as statements: `require`, writing methods of places, helpers that write,
`super().action(...)`."""

from __future__ import annotations

import ast
import builtins
from types import FunctionType

from checker.capture.guards import requirement
from checker.capture.inlining import inline_super
from checker.capture.observed_order import needs_order, order_matters
from checker.capture.places import place_of, starts_at_self
from checker.capture.problems import Skip
from checker.capture.scope import Helper, ModelState, Scope, Static, SuperState
from checker.capture.type_relations import converts, loose, stored
from checker.capture.value_methods import WRITING, refuse_copy
from checker.capture.values import integer, mismatch, placed, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
from checker.ir.types import BagType, ListType, PartialType, SeqType, SetType
from checker.language import functions as language
from checker.language.declaration import Method
from checker.language.rules import STEPS


def expression_statement(scope: Scope, node: ast.Expr) -> list[ir.Statement]:
    """A docstring, or a call for its effect."""
    call = node.value
    if isinstance(call, ast.Constant) and (isinstance(call.value, str) or call.value is Ellipsis):
        return []
    if not isinstance(call, ast.Call):
        value(scope, call)
        scope.refuse(node, f"'{shown(call)}' has no effect", "write require(...) for a guard, or remove it")
    if isinstance(call.func, ast.Attribute):
        if call.func.attr in WRITING and _may_be_value(scope, call.func.value):
            return [_mutation(scope, call, call.func)]
        held = scope.any(call.func.value) if not starts_at_self(scope, call.func.value) else None
        if isinstance(held, Static):
            match held.value:
                case ModelState(when):
                    return [_helper_statement(scope, call, _own_method(scope, call.func), when)]
                case SuperState(owner):
                    return _super_statement(scope, call, call.func, owner)
                case _:
                    pass
    callee = (
        scope.any(call.func)
        if isinstance(call.func, ast.Name | ast.Attribute) and not _is_value_method(scope, call.func)
        else None
    )
    if isinstance(callee, Static):
        if callee.value is language.require:
            return list(requirement(scope, call))
        if callee.value is language.present:
            value(scope, call)
            scope.refuse(
                call, f"'{shown(call)}' is not used", f"write require({shown(call.args[0])} is not None)"
            )
        if isinstance(callee.value, FunctionType) and callee.value not in _LANGUAGE:
            helper = Helper(callee.value, callee.value.__name__, None)
            if scope.program.writes(helper):
                return [_perform(scope, call, helper)]
    value(scope, call)
    scope.refuse(node, f"the value of '{shown(call)}' is not used", "assign it, or write require(...)")


_LANGUAGE = (
    {getattr(language, name) for name in ("maxima", "minima", "majority")}
    | set(language.STRICT.values())
    | {builtins.print}
)


def _is_value_method(scope: Scope, func: ast.expr) -> bool:
    """Whether a call is of a method of a value, which is no static object."""
    if not isinstance(func, ast.Attribute):
        return False
    return not isinstance(scope.any(func.value), Static)


def _may_be_value(scope: Scope, node: ast.expr) -> bool:
    """Whether a receiver is data (not a module, class, `self` or `super()`)."""
    if starts_at_self(scope, node):
        return True
    found = scope.any(node)
    if isinstance(found, Static):
        return isinstance(found.value, list | dict | set)
    return item_type(type_of(found)) is not None


def _own_method(scope: Scope, func: ast.Attribute) -> Method:
    found = scope.any(func)
    if isinstance(found, Static) and isinstance(found.value, Method):
        return found.value
    scope.refuse(func, f"'{shown(func)}' is no method", "call a helper, or remove the ()")


def _helper_statement(scope: Scope, node: ast.Call, method: Method, when: ir.When) -> ir.Statement:
    if method.kind in STEPS:
        scope.refuse(
            node,
            f"'{shown(node)}' calls the action '{method.name}'",
            "move what they share into a helper (a method without a decorator)",
        )
    helper = Helper(method.function, method.name, method)
    if not scope.program.writes(helper):
        value(scope, node)
        scope.refuse(node, f"the value of '{shown(node)}' is not used", "assign it, or write require(...)")
    if when is not ir.When.NOW:
        scope.refuse(node, f"'{shown(node)}' would write the state before the step", "call it on self")
    return _perform(scope, node, helper)


def _perform(scope: Scope, node: ast.Call, helper: Helper) -> ir.Statement:
    made = scope.program.perform(scope, node, helper)
    scope.forget_state(None)
    return made


def _super_statement(scope: Scope, node: ast.Call, func: ast.Attribute, owner: type) -> list[ir.Statement]:
    from checker.capture.calls import super_method

    method = super_method(scope, node, owner, func.attr)
    if method.kind not in STEPS:
        return [_helper_statement(scope, node, method, ir.When.NOW)]
    if func.attr != scope.function.__name__:
        scope.refuse(
            node,
            f"'{shown(node)}' calls another action",
            f"call super().{scope.function.__name__}(...), or share a helper",
        )
    return inline_super(scope, node, method)


def _mutation(scope: Scope, node: ast.Call, func: ast.Attribute) -> ir.Statement:
    """`self.log[a].append(e)` and the like."""
    if not starts_at_self(scope, func.value):
        refuse_copy(scope, node, func)
    place = place_of(scope, func.value, read=True)
    kind, name = place.type, func.attr
    span = scope.span(node)
    if name in ("update", "pop", "popitem", "insert", "setdefault"):
        scope.refuse(node, f"'{shown(func.value)}' ({show(kind)}) has no method '{name}'", _FIXES[name])
    if node.keywords or len(node.args) != (0 if name == "clear" else 1):
        scope.refuse(
            node,
            f"'{shown(node)}' does not call '{name}' as it is defined",
            f"write .{name}({'' if name == 'clear' else 'x'})",
        )
    what = f"an element of '{shown(func.value)}'"
    argument = node.args[0] if node.args else None
    match kind, name:
        case SetType(item), "add" | "discard" | "remove":
            assert argument is not None
            made = (
                placed(scope, argument, item, what) if name == "add" else _sought(scope, argument, item, what)
            )
            result = ir.Mutate(place, ir.Method(name), (made,), span=span)
        case BagType(item), "add" | "remove":
            assert argument is not None
            made = (
                placed(scope, argument, item, what) if name == "add" else _sought(scope, argument, item, what)
            )
            result = ir.Mutate(place, ir.Method(name), (made,), span=span)
        case SeqType(item), "append":
            assert argument is not None
            result = ir.Mutate(place, ir.Method.APPEND, (placed(scope, argument, item, what),), span=span)
        case SeqType(), "extend":
            assert argument is not None
            result = ir.Mutate(place, ir.Method.EXTEND, (_extension(scope, argument, kind),), span=span)
        case SeqType(), "truncate":
            assert argument is not None
            result = ir.Mutate(place, ir.Method.TRUNCATE, (integer(scope, argument, "a length"),), span=span)
        case ((SetType() | SeqType() | BagType() | PartialType()), "clear"):
            result = ir.Mutate(place, ir.Method.CLEAR, (), span=span)
        case _:
            scope.refuse(
                node,
                f"'{shown(func.value)}' ({show(kind)}) has no method '{name}'",
                _FIXES.get(name, "see the language reference, Operations"),
            )
            raise Skip
    scope.forget_state(frozenset((place.variable,)))
    return result


_FIXES = {
    "update": "write self.s |= other, or assign key by key",
    "pop": "read the element, then remove it: .remove(x), .truncate(n), del self.m[k]",
    "popitem": "name the key: del self.m[k]",
    "insert": "assign the whole: s[:i] + Seq([x]) + s[i:]",
    "setdefault": "write if k not in self.m: self.m[k] = v",
    "append": "use add on a Set or Bag; append is for a Seq",
    "add": "use append on a Seq; add is for a Set or Bag",
    "discard": "use remove on a Bag; discard is for a Set",
}


def _sought(scope: Scope, node: ast.expr, kind: object, what: str) -> ir.Expr:
    """An element to take out: it is looked for, not stored."""
    from checker.capture.values import wanted

    return wanted(scope, node, kind, what)  # type: ignore[arg-type]  # a type of the IR


def _extension(scope: Scope, node: ast.expr, kind: SeqType) -> ir.Expr:
    made = value(
        scope,
        ast.copy_location(ast.ListComp(node.elt, node.generators), node)
        if isinstance(node, ast.GeneratorExp)
        else node,
        kind,
    )
    have = type_of(made)
    span = scope.span(node)
    item = item_type(have)
    if item is None or isinstance(have, PartialType):
        scope.refuse(node, f"'{shown(node)}' ({show(have)}) is no sequence", "extend by a Seq or list")
        raise Skip
    if not order_matters(have):
        needs_order(scope, made, node, "extend()")
    if not converts(item, kind.item):
        mismatch(scope, have, SeqType(kind.item), node, "what it is added to")
    if isinstance(have, ListType):
        made = ir.Convert(made, SeqType(loose(item)), span=span)
    # The store of an extension checks each element; the capacity is the method's own check.
    return stored(made, SeqType(kind.item), span) if not _plain(item, kind) else made


def _plain(item: object, kind: SeqType) -> bool:
    return item == kind.item
