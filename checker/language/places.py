"""Places: how a write reaches the state although every value is immutable.

A writing method (`self.log[a].append(e)`) or a store (`self.vote[a] = v`) finds out, from the statement that is being
executed, which path it stands on: the interpreter tells the position of the running instruction, the syntax tree gives
the path. The value at the end of that path is replaced, from the inside out. So a value itself never needs to know
where it lives, reading costs nothing, and a write through a local copy has no path and is an error.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from checker.language.context import RUNNING
from checker.language.errors import EvaluationError, ModelError
from checker.language.source import instruction_end, syntax_at_import


class Site:
    """One writing statement: the path it stands on, found once per instruction.

    Attributes:
        code: keeps the code object alive, for its id is the key.
        own: the path starts at the method's own `self`.
        root: the expression before the state variable, compiled.
        variable: the state variable, or None when the path does not start at a model.
        steps: the rest of the path: ("key", compiled expression) or ("field", name).
        text: the receiver as written, for messages.
    """

    __slots__ = ("code", "own", "root", "steps", "text", "variable")

    def __init__(self, code: CodeType, path: ast.expr) -> None:
        self.code = code
        self.text = ast.unparse(path)
        chain: list[ast.expr] = []
        node = path
        while isinstance(node, ast.Attribute | ast.Subscript):
            chain.append(node)
            node = node.value
        chain.reverse()
        self.own = False
        self.root: tuple[CodeType, ...] = ()
        self.variable: str | None = None
        self.steps: list[tuple[str, Any]] = []
        if isinstance(node, ast.Name) and chain:
            own = code.co_argcount > 0 and code.co_varnames[0] == node.id
            attribute = chain[0]
            if own and isinstance(attribute, ast.Attribute):
                self.own = True
                self.variable = attribute.attr
                self.steps = [_step(link) for link in chain[1:]]
            else:
                # A path in a test or a debugger: the model may stand anywhere on it (`self.m.log[a]`).
                self.root = tuple(_compile(link) for link in (node, *chain))
                self.steps = [_step(link) for link in chain]


_SITES: dict[tuple[int, int], Site] = {}


def _compile(node: ast.expr) -> CodeType:
    readable = ast.parse(ast.unparse(node), mode="eval")
    return compile(readable, "<path>", "eval")


def _step(link: ast.expr) -> tuple[str, Any]:
    if isinstance(link, ast.Attribute):
        return "field", link.attr
    assert isinstance(link, ast.Subscript)
    return "key", _compile(link.slice)


def _receiver(frame: FrameType, written: type[ast.expr]) -> ast.expr | None:
    """The expression whose value is being written to, of the running call, store or deletion."""
    tree = syntax_at_import(frame.f_code.co_filename)
    end = instruction_end(frame)
    if tree is None or end is None:
        return None
    node = tree.get((written, *end))
    if isinstance(node, ast.Call):
        return node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(node, ast.Attribute | ast.Subscript):
        return node.value
    return None


def _site(frame: FrameType, written: type[ast.expr], receiver: object) -> Site:
    path = _receiver(frame, written)
    if path is None:
        raise ModelError(
            f"cannot see the statement that changes this {type(receiver).__name__} (no source); "
            "assign the whole variable instead: m.variable = ..."
        )
    site = Site(frame.f_code, path)
    _SITES[id(frame.f_code), frame.f_lasti] = site
    return site


def _resolve(site: Site, frame: FrameType) -> tuple[Any, str | None, list[tuple[str, Any]]]:
    """The model on a path that does not start at the method's own `self`, its variable, and the steps below it."""
    for index, code in enumerate(site.root[:-1]):
        value = eval(code, frame.f_globals, frame.f_locals)
        if hasattr(type(value), "state_names") and site.steps[index][0] == "field":
            return value, site.steps[index][1], site.steps[index + 1 :]
    return None, None, []


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
    model = RUNNING.get() if site.own else None
    variable, steps = site.variable, site.steps
    if model is None:
        if site.own:
            model = frame.f_locals[frame.f_code.co_varnames[0]]
            if not hasattr(type(model), "state_names"):
                variable = None
        else:
            model, variable, steps = _resolve(site, frame)
    if variable is None or variable not in model.state_names:
        raise EvaluationError(
            "copy",
            f"'{site.text}' is a copy of a value; a change to it would be lost. "
            "Write the change on a path that starts at self",
        )
    values = model.__dict__
    store = model.stores[variable]
    if not steps:
        if values.get(variable) is not receiver:
            raise EvaluationError("copy", f"'{site.text}' has changed since it was read")
        values[variable] = change(store)
        return
    _write_below(site, frame, values, variable, store, steps, receiver, change)


def _write_below(
    site: Site,
    frame: FrameType,
    values: dict[str, Any],
    variable: str,
    store: Any,
    steps: list[tuple[str, Any]],
    receiver: object,
    change: Callable[[Any], object],
) -> None:
    """Walks down the path, changes the last value, and rebuilds what contains it from the inside out."""
    value = values[variable]
    outer: list[tuple[Any, str, Any]] = []
    for kind, step in steps:
        if kind == "key":
            step = eval(step, frame.f_globals, frame.f_locals)
        outer.append((value, kind, step))
        value = value[step] if kind == "key" else getattr(value, step)
        store = store.below(kind, step)
    if value is not receiver and value != receiver:
        raise EvaluationError("copy", f"'{site.text}' has changed since it was read")
    new = change(store)
    for container, kind, step in reversed(outer):
        new = container.with_item(step, new) if kind == "key" else _with_field(container, step, new)
    values[variable] = new


def _with_field(record: Any, name: str, value: object) -> object:
    values = dict(zip(record.record_names(), record.record_values(), strict=True))
    values[name] = value
    return type(record)(**values)


def assign_field(frame: FrameType, record: Any, name: str, value: object) -> None:
    """`self.node[n].term = value`: replaces the record at its place."""
    if name not in type(record).record_names():
        raise ModelError(f"{type(record).__name__} has no field {name!r}")
    write(frame, ast.Attribute, record, lambda store: _with_field(record, name, value))
