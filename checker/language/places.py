"""Places: how a write reaches the state although every value is immutable.

A writing method (`self.log[a].append(e)`) or a store (`self.vote[a] = v`) finds out, from the statement that
is being executed, which path it stands on: the interpreter tells the position of the running instruction, the
syntax tree gives the path. The value at the end of that path is replaced, from the inside out. So a value
itself never needs to know where it lives, reading costs nothing, and a write through a local copy has no path
and is an error.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from types import CodeType, FrameType
from typing import Any

from checker.language.context import RUNNING
from checker.language.copies import copy_message, not_on_a_path
from checker.language.errors import EvaluationError, ModelError
from checker.language.source import instruction_end, shown_path, syntax_at_import

__all__ = ["assign_field", "caller_frame", "is_model", "write"]

caller_frame: Callable[[int], FrameType] = sys._getframe  # pyright: ignore[reportPrivateUsage]  # a mistake on purpose
"""The frame of a caller; documented, and the only way."""

Find = Callable[[dict[str, Any], Mapping[str, Any]], Any]
"""Evaluates an expression of a frame, given its globals and locals."""


class Site:
    """One writing statement: the path it stands on, found once per instruction.

    Attributes:
        code: keeps the code object alive, for its id is the key.
        node: the syntax that writes: a call, a subscript or an attribute.
        text: the receiver as written, for messages.
        root: finds the value of the name that the path starts with; None when it starts with something else.
        steps: the rest of the path: ("field", name) or ("key", what finds the key).
    """

    __slots__ = ("code", "node", "root", "steps", "text")

    def __init__(self, code: CodeType, node: ast.expr, receiver: ast.expr) -> None:
        self.code = code
        self.node = node
        self.text = ast.unparse(receiver)
        chain: list[tuple[str, Any]] = []
        while isinstance(receiver, ast.Attribute | ast.Subscript):
            chain.append(_step(receiver))
            receiver = receiver.value
        self.steps = tuple(reversed(chain))
        self.root = _finder(receiver) if isinstance(receiver, ast.Name) else None


_SITES: dict[tuple[int, int], Site] = {}


def _step(link: ast.Attribute | ast.Subscript) -> tuple[str, Any]:
    if isinstance(link, ast.Attribute):
        return "field", link.attr
    return "key", _finder(link.slice)


def _finder(node: ast.expr) -> Find:
    if isinstance(node, ast.Name):
        return _name_finder(node.id)
    # The positions do not matter any more, and the context of a stored path would not compile.
    code = compile(ast.parse(ast.unparse(node), mode="eval"), "<path>", "eval")
    if any(isinstance(constant, CodeType) for constant in code.co_consts):
        # What stands inside a comprehension sees globals only.
        return lambda around, names: eval(code, {**around, **names})
    return lambda around, names: eval(code, around, names)


def _name_finder(name: str) -> Find:
    def find(around: dict[str, Any], names: Mapping[str, Any]) -> Any:
        try:
            return names[name]
        except KeyError:
            return around[name]

    return find


def _site(frame: FrameType, written: type[ast.expr], receiver: object) -> Site:
    code = frame.f_code
    place = f"{shown_path(code.co_filename)}:{frame.f_lineno or code.co_firstlineno}"
    tree = syntax_at_import(code.co_filename)
    if tree is None:
        raise ModelError(
            f"{place}: this {type(receiver).__name__} is changed by a statement without source, "
            "which has no place; define the model in a file, or assign the whole variable: m.variable = ..."
        )
    end = instruction_end(frame)
    if end is None:
        raise ModelError(
            f"{place}: Python runs without column positions, so that no write finds its place; "
            "run without -X no_debug_ranges and PYTHONNODEBUGRANGES"
        )
    node = tree.get((written, *end))
    match node:
        case ast.Call(func=ast.Attribute(value=path)) | ast.Attribute(value=path) | ast.Subscript(value=path):
            site = Site(code, node, path)
        case _:
            raise EvaluationError("copy", not_on_a_path(receiver, caller_name=node))
    _SITES[id(code), frame.f_lasti] = site
    return site


def is_model(value: object) -> bool:
    """Whether a value is an instance of a model."""
    return hasattr(type(value), "lockstep_names")


def _locate(site: Site, around: dict[str, Any], names: Mapping[str, Any]) -> tuple[Any, int]:
    """The model on the path, and the place of its variable among the steps; (None, 0) when there is no
    model."""
    if site.root is not None:
        value = site.root(around, names)
        for index, (kind, step) in enumerate(site.steps):
            if kind == "field" and is_model(value):
                return value, index
            value = getattr(value, step) if kind == "field" else value[step(around, names)]
    return None, 0


def write(
    frame: FrameType, written: type[ast.expr], receiver: object, change: Callable[[Any], object]
) -> None:
    """Replaces the value at the receiver's place.

    Args:
        frame: of the statement that writes.
        written: the kind of syntax that writes: a call, a subscript or an attribute.
        receiver: the value to be replaced.
        change: given what checks stores at that place, the value to put there.
    """
    site = _SITES.get((id(frame.f_code), frame.f_lasti))
    if site is None:
        site = _site(frame, written, receiver)
    around, names = frame.f_globals, frame.f_locals
    model, first = _locate(site, around, names)
    if model is None or site.steps[first][1] not in model.lockstep_names:
        raise EvaluationError("copy", copy_message(frame, site.node, site.text))
    variable: str = site.steps[first][1]
    values: dict[str, Any] = model.__dict__
    try:
        if first + 1 == len(site.steps):
            _same(site, values.get(variable), receiver)
            new = change(model.lockstep_stores[variable])
        else:
            new = _below(
                site,
                first,
                around,
                names,
                values[variable],
                model.lockstep_stores[variable],
                receiver,
                change,
            )
    except EvaluationError as error:
        raise error.about(site.text) from None
    if RUNNING.get() is not model:
        new = model.lockstep_admit(variable, new)
    values[variable] = new


def _same(site: Site, value: object, receiver: object) -> None:
    if value is not receiver and value != receiver:
        raise EvaluationError(
            "copy", "it changed while the right side was evaluated; evaluate that into a local first"
        )


def _below(
    site: Site,
    first: int,
    around: dict[str, Any],
    names: Mapping[str, Any],
    value: Any,
    store: Any,
    receiver: object,
    change: Callable[[Any], object],
) -> object:
    """Walks down the path, changes the last value, and rebuilds what contains it from the inside out."""
    outer: list[tuple[Any, str, Any]] = []
    for kind, step in site.steps[first + 1 :]:
        if kind == "key":
            step = step(around, names)
        outer.append((value, kind, step))
        store = store.below(kind, value)
        value = value[step] if kind == "key" else getattr(value, step)
        if kind == "field":
            store = store[step]
    _same(site, value, receiver)
    new = change(store)
    for container, kind, step in reversed(outer):
        new = container.with_item(step, new) if kind == "key" else with_field(container, step, new)
    return new


def with_field(record: Any, name: str, value: object) -> object:
    """A record with one field changed."""
    make: Any = record.__class__
    names: tuple[str, ...] = make.record_names()
    return make(*[value if field == name else getattr(record, field) for field in names])


def assign_field(frame: FrameType, record: Any, name: str, value: object) -> None:
    """`self.node[n].term = value`: replaces the record at its place."""
    write(frame, ast.Attribute, record, lambda store: with_field(record, name, value))
