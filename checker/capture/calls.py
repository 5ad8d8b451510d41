"""Calls: what is called decides who reads the arguments."""

from __future__ import annotations

import ast
import builtins
import enum
import itertools
import types
from collections.abc import Callable
from typing import Any, get_origin

from checker.capture import builtin_calls, constructors, displays, extrema, value_methods
from checker.capture.problems import nearest
from checker.capture.scope import Helper, ModelState, Scope, Static, SuperState
from checker.capture.values import shown, static_value
from checker.ir import nodes as ir
from checker.ir.types import Type
from checker.language import functions as language
from checker.language.bags import Bag
from checker.language.declaration import Method
from checker.language.maps import Map, Partial
from checker.language.members import Ordered, Sort
from checker.language.records import Record
from checker.language.records import replace as replace_record
from checker.language.rules import STEPS, Kind, Rule
from checker.language.rules import Helper as RuleHelper
from checker.language.sequences import Seq
from checker.language.sets import Set

Handler = Callable[[Scope, ast.Call, Type | None], "ir.Expr | Static"]

HANDLERS: dict[object, Handler] = {
    builtins.len: builtin_calls.length,
    builtins.any: builtin_calls.any_of,
    builtins.all: builtin_calls.all_of,
    builtins.sum: builtin_calls.sum_of,
    builtins.abs: builtin_calls.absolute,
    builtins.range: builtin_calls.int_range,
    builtins.enumerate: builtin_calls.enumerated,
    builtins.zip: builtin_calls.zipped,
    itertools.pairwise: builtin_calls.pairs,
    builtins.reversed: builtin_calls.backwards,
    builtins.sorted: builtin_calls.in_order,
    builtins.isinstance: builtin_calls.is_instance,
    builtins.bool: builtin_calls.as_bool,
    builtins.min: lambda scope, node, _: extrema.extremum(scope, node, largest=False, strict=False),
    builtins.max: lambda scope, node, _: extrema.extremum(scope, node, largest=True, strict=False),
    language.STRICT["min"]: lambda scope, node, _: extrema.extremum(scope, node, largest=False, strict=True),
    language.STRICT["max"]: lambda scope, node, _: extrema.extremum(scope, node, largest=True, strict=True),
    language.minima: lambda scope, node, _: extrema.extrema(scope, node, largest=False),
    language.maxima: lambda scope, node, _: extrema.extrema(scope, node, largest=True),
    language.majority: builtin_calls.majority_of,
    language.present: builtin_calls.present_value,
    replace_record: constructors.replaced,
    builtins.list: displays.make_list,
    builtins.set: displays.make_set,
    builtins.frozenset: displays.make_set,
    Set: displays.make_set,
    Seq: displays.make_seq,
    Bag: displays.make_bag,
    Map: lambda scope, node, expected: displays.make_map(scope, node, expected, total=True),
    Partial: lambda scope, node, expected: displays.make_map(scope, node, expected, total=False),
}
"""What the language knows to call, by the very object that the name stands for."""

FIXES: dict[object, str] = {
    builtins.print: "look at traces instead",
    builtins.int: "integers need no conversion",
    builtins.str: "a model holds no text; use an enum.Enum",
    builtins.float: "scale the numbers to integers",
    builtins.tuple: "write Seq(xs), or a tuple of named items (a, b)",
    builtins.dict: "write Map({...}) or Partial({...})",
    builtins.map: "write a comprehension",
    builtins.filter: "write a comprehension with if",
    builtins.iter: "write a comprehension or a for loop",
    builtins.next: "a set has no first element; use any, maxima, or a parameter of the action",
    builtins.hash: "compare values with ==",
    builtins.id: "compare values with ==",
    builtins.type: "use isinstance or match",
    builtins.getattr: "write the attribute: x.name",
    builtins.setattr: "assign the attribute: self.x = value",
    builtins.hasattr: "use isinstance or match",
    builtins.divmod: "write // and %",
    builtins.pow: "multiply",
    builtins.round: "use integers",
    builtins.open: "a model does nothing but compute its state",
    builtins.input: "make it a parameter of the action",
}
"""What to write instead of builtins that the language has not."""


def call(scope: Scope, node: ast.Call, expected: Type | None) -> ir.Expr | Static:
    """`f(...)`."""
    if isinstance(node.func, ast.Attribute):
        held = scope.any(node.func.value)
        if not isinstance(held, Static):
            return value_methods.method(scope, node, node.func, held)
        match held.value:
            case ModelState(when):
                return _model_call(scope, node, node.func, when)
            case SuperState(owner):
                return _super_call(scope, node, node.func, owner)
            case type() | types.ModuleType():
                pass
            case _:
                made = static_value(scope, held.value, node.func.value, None)
                return value_methods.method(scope, node, node.func, made)
    callee = scope.any(node.func)
    if not isinstance(callee, Static):
        scope.refuse(
            node, f"'{shown(node.func)}' is a value and cannot be called", "call a helper by its name"
        )
    return _static_call(scope, node, callee.value, expected)


def _static_call(scope: Scope, node: ast.Call, callee: Any, expected: Type | None) -> ir.Expr | Static:
    text = shown(node.func)
    try:
        handler = HANDLERS.get(callee)
    except TypeError:  # not hashable, so none of ours
        handler = None
    if handler is not None:
        return handler(scope, node, expected)
    if callee is language.require:
        scope.refuse(
            node, "'require' stands inside an expression", "write it as a statement: require(condition)"
        )
    if callee is builtins.super:
        if scope.owner is None or node.args:
            scope.refuse(
                node,
                "'super' takes no arguments, and belongs in a method of a model",
                "write super().method(...)",
            )
        return Static(SuperState(scope.owner))
    match callee:
        case types.FunctionType():
            return scope.program.call_function(
                scope, node, Helper(callee, callee.__name__, None), ir.When.NOW
            )
        case RuleHelper() | Rule():
            scope.refuse(
                node,
                f"'{text}' calls a method through its class",
                "write self.method(...) or super().method(...)",
            )
        case type():
            return _class_call(scope, node, callee, expected)
        case types.MethodType(__func__=function, __self__=owner) if isinstance(owner, type) and issubclass(
            owner, Ordered
        ):
            if function is Ordered.at.__func__:  # type: ignore[attr-defined]  # a class method has one
                return constructors.member_at(scope, node, owner)
            scope.refuse(node, f"'{text}' is no operation of the language", "use S.first, S.last, S.at(i)")
        case _:
            if get_origin(callee) in HANDLERS:
                return HANDLERS[get_origin(callee)](
                    scope, node, constructors.generic_type(scope, node, callee) or expected
                )
            fix = FIXES.get(callee) if callee.__hash__ is not None else None
            scope.refuse(
                node,
                f"'{text}' is not part of the language, and its source cannot be captured",
                fix or "write a helper in Python, or do without it",
            )


def _class_call(scope: Scope, node: ast.Call, cls: type[Any], expected: Type | None) -> ir.Expr:
    text = shown(node.func)
    if issubclass(cls, Record):
        return constructors.record(scope, node, cls)
    if getattr(cls, "lockstep_is_part", False):
        fact = f"'{shown(node)}' makes a state of a model"
        scope.refuse(
            node, fact, f"a method with @refines({cls.__name__}) returns it: return {cls.__name__}(...)"
        )
    if issubclass(cls, Sort):
        fix = f"make it a parameter of the action: x: {cls.__name__}"
        if issubclass(cls, Ordered):
            fix = f"write {cls.__name__}.first, .last or .at(i)"
        scope.refuse(
            node,
            f"'{shown(node)}' names one member of {cls.__name__}, and the scope decides which there are",
            fix,
        )
    if issubclass(cls, enum.Enum):
        scope.refuse(
            node,
            f"'{shown(node)}' looks up an enum member by value",
            f"name the member: {text}.{next(iter(cls.__members__), 'X')}",
        )
    fix = FIXES.get(cls, "use a Record, a collection of the language, or a helper")
    scope.refuse(node, f"'{text}' is not part of the language, and its source cannot be captured", fix)


def _model_call(scope: Scope, node: ast.Call, func: ast.Attribute, when: ir.When) -> ir.Expr | Static:
    """`self.helper(...)`, `old.helper(...)`."""
    program = scope.program
    method = next((one for one in program.declaration.methods if one.name == func.attr), None)
    if method is None:
        found = scope.any(func)
        if isinstance(found, Static):
            return _static_call(scope, node, found.value, None)
        scope.refuse(
            node,
            f"'{shown(func)}' is a state variable and cannot be called",
            nearest(func.attr, [one.name for one in program.declaration.methods], "read it without ()"),
        )
    return method_call(scope, node, method, when)


def super_method(scope: Scope, node: ast.AST, owner: type, name: str) -> Method:
    """The method that `super().name` finds."""
    declaration = scope.program.declaration
    order = declaration.model.__mro__
    after = order[order.index(owner) + 1 :]
    for base in after:
        found = declaration.overridden.get((name, base))
        if found is not None:
            return found
    known = [method for method, base in declaration.overridden if base in after]
    scope.refuse(
        node,
        f"no class above {owner.__name__} has a method '{name}'",
        nearest(name, known, "write self.method(...)"),
    )


def _super_call(scope: Scope, node: ast.Call, func: ast.Attribute, owner: type) -> ir.Expr:
    return method_call(scope, node, super_method(scope, node, owner, func.attr), ir.When.NOW)


def method_call(scope: Scope, node: ast.Call, method: Method, when: ir.When) -> ir.Expr:
    """A call of a method for its value."""
    if method.kind in STEPS:
        scope.refuse(
            node,
            f"'{shown(node)}' calls the action '{method.name}'"
            if method.kind is Kind.ACTION
            else f"'{shown(node)}' calls an @initial method",
            "move what they share into a helper (a method without a decorator)",
        )
    helper = Helper(method.function, method.name, method)
    if scope.program.writes(helper):
        scope.refuse(
            node,
            f"'{shown(node)}' changes the state or disables the step, inside an expression",
            "call it as a statement of its own",
        )
    return scope.program.call_function(scope, node, helper, when)
