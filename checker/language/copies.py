"""Messages about writes that would be lost: what the local is a copy of, and what to write instead."""

from __future__ import annotations

import ast
from types import FrameType

from checker.language.source import source_at_import


def copy_message(frame: FrameType, node: ast.expr, receiver: str) -> str:
    """Why a write on a path that reaches no state variable is an error, and what to write.

    Args:
        frame: of the statement that writes.
        node: the call, subscript or attribute that writes.
        receiver: the text of the path up to the value that would change.
    """
    path = node.func if isinstance(node, ast.Call) else node
    while isinstance(path, ast.Attribute | ast.Subscript):
        path = path.value
    name = path.id if isinstance(path, ast.Name) else None
    origin = None if name is None else _origin(frame, name)
    if name is None or origin is None:
        return (
            f"'{receiver}' is no place of the state; a change to it would be lost. "
            "Write the change on a path that starts at self"
        )
    kind, text = origin
    changed = ast.unparse(node) + ("" if isinstance(node, ast.Call) else " = ...")
    if kind == "element":
        return (
            f"'{name}' is a copy of an element of {text}; a change to it would be lost. "
            "Write the change on a path that starts at self"
        )
    return f"'{name}' is a copy of {text}; a change to it would be lost. Write {text}{changed[len(name) :]}"


_READS: dict[str, type[ast.expr]] = {"value": ast.Attribute, "element": ast.Call}
"""What else a local may be taken from: a loop also over `self.log.values()`."""


def _origin(frame: FrameType, name: str) -> tuple[str, str] | None:
    """What a local was last taken from, textually before the running line: ("value" or "element", its
    path)."""
    text = source_at_import(frame.f_code.co_filename)
    if text is None:
        return None
    found: tuple[int, str, ast.expr] | None = None
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                one = (node.lineno, "value", value)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                one = (node.lineno, "value", value)
            case ast.For(target=ast.Name(id=target), iter=value) if target == name:
                one = (node.lineno, "element", value)
            case _:
                continue
        inside = frame.f_code.co_firstlineno <= one[0] <= frame.f_lineno
        if (
            inside
            and (found is None or one[0] >= found[0])
            and isinstance(value, ast.Attribute | ast.Subscript | _READS[one[1]])
        ):
            found = one
    return None if found is None else (found[1], ast.unparse(found[2]))


def not_on_a_path(receiver: object, caller_name: ast.expr | None) -> str:
    """A write that is not a statement on a path: through an alias of the method, or from inside a builtin."""
    kind = type(receiver).__name__
    where = "" if caller_name is None else f" by '{ast.unparse(caller_name)}'"
    return (
        f"a {kind} is changed{where}, which is no path of the state; "
        "write the change as a statement on a path that starts at self"
    )
