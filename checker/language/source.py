"""The source text of models as it was when they were imported.

`inspect.getsource` reads the file anew and returns another method's text after an edit; here a file is read
once, when the first model class in it is made, and a function's text is checked against its bytecode.
"""

from __future__ import annotations

import ast
import linecache
import os
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import CodeType, FrameType, FunctionType

from checker.language.errors import SourceChanged, SourceMissing

_TEXTS: dict[str, str] = {}
_MADE: dict[str, set[str]] = {}
_SHARED = frozenset({"<stdin>", "<string>"})
"""Names that many texts share: from Python 3.13 a prompt keeps the last one, which may not be what runs."""
_TREES: dict[str, dict[tuple[type[ast.expr], int, int], ast.expr]] = {}


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """Where a function stands: its syntax tree has the file's line numbers."""

    file: str
    node: ast.FunctionDef
    text: str


def remember(file: str, qualname: str) -> None:
    """Keeps the text of a file in which a model class is made, unless it is known already.

    A class that is made a second time means that its module is imported anew, so the text is read anew.
    """
    made = _MADE.setdefault(file, set())
    if qualname in made:
        made.clear()
        forget(file)
    made.add(qualname)
    source_at_import(file)


def source_at_import(file: str) -> str | None:
    """The text of a file as it was when a model in it was made, or when it was first asked for; None without
    one."""
    text = _TEXTS.get(file)
    if text is None and file not in _SHARED:
        linecache.checkcache(file)  # a traceback may have cached an older text
        lines = linecache.getlines(file)
        if not lines:
            return None
        text = _TEXTS[file] = "".join(lines)
    return text


def forget(file: str) -> None:
    """Lets a file that is imported anew be read anew."""
    _TEXTS.pop(file, None)
    _TREES.pop(file, None)


def syntax_at_import(file: str) -> dict[tuple[type[ast.expr], int, int], ast.expr] | None:
    """The calls, subscripts and attributes of a file by kind and end position (line, column in bytes).

    Of attributes the stored ones only: a read may end where a store does. A subscript ends with a bracket of
    its own.
    """
    if file in _TREES:
        return _TREES[file]
    text = source_at_import(file)
    if text is None:
        return None
    try:
        tree = ast.parse(text)
    except SyntaxError:
        raise SourceChanged(f"{shown_path(file)} changed since it was imported; restart") from None
    index: dict[tuple[type[ast.expr], int, int], ast.expr] = {}
    for node in ast.walk(tree):
        stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del)
        if isinstance(node, ast.Call | ast.Subscript) or stored:
            assert isinstance(node, ast.expr)
            index[type(node), node.end_lineno or 0, node.end_col_offset or 0] = node
    _TREES[file] = index
    return index


def no_source(function: FunctionType) -> SourceMissing:
    """The error of a function whose text cannot be read."""
    return SourceMissing(
        f"the source of {function.__qualname__} cannot be read ({function.__code__.co_filename}); "
        "define the model in a file, at module level"
    )


def shown_path(file: str) -> str:
    """A path as messages show it: relative when it is below the current directory."""
    here = os.getcwd() + os.sep
    full = os.path.abspath(file)
    return full[len(here) :] if full.startswith(here) else file


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
        raise no_source(function)
    changed = SourceChanged(f"{shown_path(code.co_filename)} changed since it was imported; restart")
    try:
        functions = _functions(text)
    except SyntaxError:
        raise changed from None
    found = functions.get((function.__name__, code.co_firstlineno))
    if found is None:
        raise changed
    node, compiled = found
    if compiled is None or not _alike(compiled, code):
        raise changed
    return FunctionSource(code.co_filename, node, text)


@lru_cache(maxsize=64)
def _functions(text: str) -> dict[tuple[str, int], tuple[ast.FunctionDef, CodeType | None]]:
    """The functions of a file by name and first line (that of a decorator, if any): the syntax, and what the
    text compiles to."""
    tree = ast.parse(text)
    codes: dict[tuple[str, int], CodeType] = {}
    # Flags such as `from __future__ import annotations` are part of the text, so nothing is inherited.
    waiting = [compile(text, "<text>", "exec", dont_inherit=True)]
    while waiting:
        for constant in waiting.pop().co_consts:
            if isinstance(constant, CodeType):
                codes.setdefault((constant.co_name, constant.co_firstlineno), constant)
                waiting.append(constant)
    found: dict[tuple[str, int], tuple[ast.FunctionDef, CodeType | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found.setdefault((node.name, first), (node, codes.get((node.name, first))))
    return found


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
