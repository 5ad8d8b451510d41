"""The source text of models as it was when they were imported.

`inspect.getsource` reads the file anew and returns another method's text after an edit; here a file is read once, when
the first model class in it is made, and a function's text is checked against its bytecode.
"""

from __future__ import annotations

import ast
import linecache
from dataclasses import dataclass
from itertools import islice
from types import CodeType, FrameType, FunctionType

from checker.language.errors import SourceChanged, SourceMissing

_TEXTS: dict[str, str] = {}
_TREES: dict[str, dict[tuple[type[ast.expr], int, int], ast.expr]] = {}


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """Where a function stands: its syntax tree has the file's line numbers."""

    file: str
    node: ast.FunctionDef
    text: str


def remember(file: str) -> None:
    """Keeps the text of a file, unless it is known already."""
    if file in _TEXTS:
        return
    lines = linecache.getlines(file)
    if lines:
        _TEXTS[file] = "".join(lines)


def source_at_import(file: str) -> str | None:
    """The text of a file as it was when a model in it was made, or when it was first asked for."""
    remember(file)
    return _TEXTS.get(file)


def forget(file: str) -> None:
    """Lets a file that is imported anew be read anew."""
    _TEXTS.pop(file, None)
    _TREES.pop(file, None)
    linecache.checkcache(file)


def syntax_at_import(file: str) -> dict[tuple[type[ast.expr], int, int], ast.expr] | None:
    """The calls, subscripts and attributes of a file by kind and end position (line, column in bytes).

    Stored subscripts and attributes only: a read may end where a store does.
    """
    if file in _TREES:
        return _TREES[file]
    text = source_at_import(file)
    if text is None:
        return None
    index: dict[tuple[type[ast.expr], int, int], ast.expr] = {}
    for node in ast.walk(ast.parse(text)):
        stored = isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del)
        if isinstance(node, ast.Call) or stored:
            assert isinstance(node, ast.expr)
            index[type(node), node.end_lineno or 0, node.end_col_offset or 0] = node
    _TREES[file] = index
    return index


def instruction_end(frame: FrameType) -> tuple[int, int] | None:
    """The end position of the instruction that a frame is executing."""
    position = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), None)
    if position is None or position[1] is None or position[3] is None:
        return None
    return position[1], position[3]


def function_node(function: FunctionType) -> FunctionSource:
    """The syntax tree of a function, from the text as it was imported.

    Raises:
        SourceMissing: the function was not made from a file.
        SourceChanged: the text is not what the function was compiled from.
    """
    code = function.__code__
    text = source_at_import(code.co_filename)
    if text is None:
        raise SourceMissing(
            f"the source of {function.__qualname__} cannot be found; define it in a file, at module level"
        )
    changed = SourceChanged(f"{code.co_filename} changed since it was imported; restart")
    try:
        tree = ast.parse(text)
    except SyntaxError:
        raise changed from None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == code.co_firstlineno:
                if not _same(text, code):
                    raise changed
                return FunctionSource(code.co_filename, node, text)
    raise changed


def _same(text: str, code: CodeType) -> bool:
    """Whether compiling the text gives this code object again, at the same line."""
    # Flags such as `from __future__ import annotations` are part of the text, so nothing is inherited.
    whole = compile(text, code.co_filename, "exec", dont_inherit=True)
    waiting = [whole]
    while waiting:
        current = waiting.pop()
        for constant in current.co_consts:
            if isinstance(constant, CodeType):
                if constant.co_name == code.co_name and constant.co_firstlineno == code.co_firstlineno:
                    return _alike(constant, code)
                waiting.append(constant)
    return False


def _alike(left: CodeType, right: CodeType) -> bool:
    if (left.co_code, left.co_names, left.co_varnames) != (right.co_code, right.co_names, right.co_varnames):
        return False
    if len(left.co_consts) != len(right.co_consts):
        return False
    for mine, theirs in zip(left.co_consts, right.co_consts, strict=True):
        if isinstance(mine, CodeType) != isinstance(theirs, CodeType):
            return False
        if isinstance(mine, CodeType) and isinstance(theirs, CodeType):
            if not _alike(mine, theirs):
                return False
        elif (type(mine), repr(mine)) != (type(theirs), repr(theirs)):
            return False
    return True
