"""Annotations of locals and of helpers' parameters: they bound nothing, and may name Python's own
collections."""

from __future__ import annotations

import ast
import collections.abc
import typing
from typing import Any

from checker.capture.scope import Scope
from checker.capture.type_relations import loose
from checker.capture.values import shown
from checker.ir.types import ListType, SetType, Type
from checker.language.errors import FormError
from checker.language.forms import resolve

LISTS = (list, collections.abc.Sequence)
SETS = (set, frozenset, collections.abc.Set)
ANY_ORDER = (collections.abc.Iterable, collections.abc.Collection, collections.abc.Iterator)


def annotated_type(scope: Scope, node: ast.expr) -> Type:
    """The type that a local's annotation names."""
    try:
        text = (
            node.value
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            else ast.unparse(node)
        )
        found: Any = eval(text, scope.function.__globals__)
    except Exception:  # whatever evaluating an annotation raises, it cannot be read
        scope.refuse(node, f"the annotation '{shown(node)}' cannot be read", "import or define what it names")
    return named_type(scope, found, node)


def named_type(scope: Scope, found: Any, node: ast.AST) -> Type:
    """The type that an annotation object names, without ranges and capacities."""
    origin, arguments = typing.get_origin(found), typing.get_args(found)
    if origin in LISTS and len(arguments) == 1:
        return ListType(named_type(scope, arguments[0], node), True)
    if origin in SETS and len(arguments) == 1:
        return SetType(named_type(scope, arguments[0], node))
    try:
        return loose(scope.program.types.of(resolve(found, bounded=False)))
    except FormError as error:
        scope.refuse(node, error.fact, error.fix)


def is_open(found: Any) -> bool:
    """Whether an annotation leaves the kind of collection to the caller."""
    return typing.get_origin(found) in (*LISTS, *SETS, *ANY_ORDER)
