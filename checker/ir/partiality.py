"""Which errors a node can raise. Partiality is a function over nodes, never a field of them.

| kind               | raised by                                                                            |
|--------------------|--------------------------------------------------------------------------------------|
| `missing_key`      | `MapGet` of a partial map, `MapBuild` of a total one, a partial map on a path, `del` |
| `none`             | `Unwrap`                                                                             |
| `index`            | `SeqAt`, `SeqLast`, `SeqSlice`, `truncate`                                           |
| `empty`            | `Extremum` without a default                                                         |
| `tie`              | `Extremum` with a key                                                                |
| `division_by_zero` | `FloorDiv`, `Mod`                                                                    |
| `range`            | `Fit` to a range                                                                     |
| `capacity`         | `Fit` to a capacity, `append`, `extend`, `add` on a bag                              |
| `no_neighbour`     | `Neighbour`                                                                          |
| `no_member`        | `MemberAt`                                                                           |
| `compare_none`     | comparing None with None: `Less`, `LessEq`, extrema, sorting                         |
| `missing_item`     | `remove`                                                                             |
| `unassigned`       | `StateRead` of a variable that has no natural value before an initial assigns it     |
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import assert_never

from checker.ir import nodes as ir
from checker.ir.children import blocks_of, children, expressions_of
from checker.ir.type_of import has_bounds, item_type, type_of
from checker.ir.types import (
    BagType,
    IntType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    TupleType,
    Type,
    UnionType,
)


class ErrorKind(enum.StrEnum):
    """What went wrong in an evaluation: the same strings in every engine and report."""

    MISSING_KEY = "missing_key"
    NONE = "none"
    INDEX = "index"
    EMPTY = "empty"
    TIE = "tie"
    DIVISION_BY_ZERO = "division_by_zero"
    RANGE = "range"
    CAPACITY = "capacity"
    NO_NEIGHBOUR = "no_neighbour"
    NO_MEMBER = "no_member"
    COMPARE_NONE = "compare_none"
    MISSING_ITEM = "missing_item"
    UNASSIGNED = "unassigned"


Kinds = frozenset[ErrorKind]
NO_ERRORS: Kinds = frozenset()


def _kinds(*kinds: ErrorKind) -> Kinds:
    return frozenset(kinds)


def error_kinds(node: ir.Expr | ir.Statement) -> Kinds:
    """The kinds of error that the node itself can raise, not those of the nodes inside it or of what it
    calls."""
    match node:
        case ir.Less(left, right) | ir.LessEq(left, right):
            both = isinstance(type_of(left), OptionType) and isinstance(type_of(right), OptionType)
            return _kinds(ErrorKind.COMPARE_NONE) if both else NO_ERRORS
        case ir.FloorDiv(right=ir.IntLit(value)) | ir.Mod(right=ir.IntLit(value)) if value != 0:
            return NO_ERRORS
        case ir.FloorDiv() | ir.Mod():
            return _kinds(ErrorKind.DIVISION_BY_ZERO)
        case ir.Neighbour():
            return _kinds(ErrorKind.NO_NEIGHBOUR)
        case ir.MemberAt():
            return _kinds(ErrorKind.NO_MEMBER)
        case ir.Fit(_, kind):
            return fit_kinds(kind)
        case ir.Unwrap():
            return _kinds(ErrorKind.NONE)
        case ir.MapGet(held, key):
            return _kinds(ErrorKind.MISSING_KEY) if _may_miss(type_of(held), type_of(key)) else NO_ERRORS
        case ir.MapBuild():
            return _map_build_kinds(node)
        case ir.SeqAt() | ir.SeqLast():
            return _kinds(ErrorKind.INDEX)
        case ir.SeqSlice(_, start, stop):
            ends = (start, stop)
            safe = all(end is None or (isinstance(end, ir.IntLit) and end.value >= 0) for end in ends)
            return NO_ERRORS if safe else _kinds(ErrorKind.INDEX)
        case ir.Extremum(default=default, key=key, collection=collection):
            empty = _kinds(ErrorKind.EMPTY) if default is None else NO_ERRORS
            tie = NO_ERRORS if key is None else _kinds(ErrorKind.TIE)
            return empty | tie | _comparison_kinds(collection, key)
        case ir.Extrema(collection=collection, key=key):
            return _comparison_kinds(collection, key)
        case ir.Convert(value, sort=True):
            return _comparison_kinds(value, None)
        case ir.Assign(ir.Place(path=path)):
            inner = any(isinstance(step, ir.Key) for step in path)
            return _kinds(ErrorKind.MISSING_KEY) if inner else NO_ERRORS
        case ir.Mutate(place, method):
            inner = any(isinstance(step, ir.Key) for step in place.path)
            return mutation_kinds(method, place.type) | (
                _kinds(ErrorKind.MISSING_KEY) if inner else NO_ERRORS
            )
        case _:
            return NO_ERRORS


def fit_kinds(kind: Type) -> Kinds:
    """The errors of storing a value at this type."""
    match kind:
        case IntType(low, high):
            return NO_ERRORS if low is None and high is None else _kinds(ErrorKind.RANGE)
        case OptionType(item):
            return fit_kinds(item)
        case SeqType(item, capacity) | BagType(item, capacity):
            return fit_kinds(item) | (NO_ERRORS if capacity is None else _kinds(ErrorKind.CAPACITY))
        case RecordType(_, fields):
            return _union(fit_kinds(item) for _, item in fields)
        case UnionType(records):
            return _union(fit_kinds(record) for record in records)
        case TupleType(items):
            return _union(fit_kinds(item) for item in items)
        case MapType(key, value) | PartialType(key, value):
            return fit_kinds(key) | fit_kinds(value)
        case _:
            inner = item_type(kind)
            return NO_ERRORS if inner is None else fit_kinds(inner)


def mutation_kinds(method: ir.Method, held: Type) -> Kinds:
    """The errors of a writing method on a collection of a type, beside those of the way to it."""
    bounded = isinstance(held, SeqType | BagType) and held.capacity is not None
    match method:
        case ir.Method.ADD | ir.Method.APPEND | ir.Method.EXTEND:
            return _kinds(ErrorKind.CAPACITY) if bounded else NO_ERRORS
        case ir.Method.REMOVE:
            return _kinds(ErrorKind.MISSING_ITEM)
        case ir.Method.TRUNCATE:
            return _kinds(ErrorKind.INDEX)
        case ir.Method.DELETE:
            return _kinds(ErrorKind.MISSING_KEY)
        case ir.Method.DISCARD | ir.Method.CLEAR | ir.Method.UPDATE:
            return NO_ERRORS
        case _:
            assert_never(method)


def _may_miss(held: Type, key: Type) -> bool:
    """A total map has every key of its type; one outside the range of its keys is none of them."""
    return not isinstance(held, MapType) or (has_bounds(held.key) and held.key != key)


def _map_build_kinds(node: ir.MapBuild) -> Kinds:
    """A comprehension over the whole key type is total; any other may leave a key of a total map out."""
    if not isinstance(node.type, MapType):
        return NO_ERRORS
    match node:
        case ir.MapBuild(
            MapType(key), (ir.Binder(name, source=ir.Domain(item), filters=()),), ir.Local(used)
        ):
            return NO_ERRORS if name == used and item == key else _kinds(ErrorKind.MISSING_KEY)
        case _:
            return _kinds(ErrorKind.MISSING_KEY)


def _comparison_kinds(collection: ir.Expr, key: ir.Expr | None) -> Kinds:
    """Tuples never compare None with None: their items are compared by `==` first."""
    compared = item_type(type_of(collection)) if key is None else type_of(key)
    return _kinds(ErrorKind.COMPARE_NONE) if isinstance(compared, OptionType) else NO_ERRORS


def _union(sets: Iterable[Kinds]) -> Kinds:
    return NO_ERRORS.union(*sets)


def all_error_kinds(expr: ir.Expr, functions: Mapping[str, ir.Function]) -> Kinds:
    """The kinds of error that evaluating the expression can raise, helpers that it calls included."""
    own = error_kinds(expr) | _union(all_error_kinds(child, functions) for child in children(expr))
    if isinstance(expr, ir.Call):
        return own | all_error_kinds(functions[expr.function].body, functions)
    return own


def statement_error_kinds(statement: ir.Statement, functions: Mapping[str, ir.Function]) -> Kinds:
    """The kinds of error that running the statement can raise; those of procedures that it performs not
    included."""
    own = error_kinds(statement) | _union(
        all_error_kinds(item, functions) for item in expressions_of(statement)
    )
    inner = (statement_error_kinds(item, functions) for block in blocks_of(statement) for item in block)
    return own | _union(inner)


def is_total(expr: ir.Expr, functions: Mapping[str, ir.Function]) -> bool:
    """Whether the expression has a value in every state; only such ones may be evaluated earlier than
    written."""
    return not all_error_kinds(expr, functions)
