"""How long a file and a function may be.

A file has fewer than 500 lines, a function fewer than 80. A longer function passes when it is a flat `match`:
apart from its docstring and at most three one-line statements it is a single `match`, none of whose cases is
over 15 lines. A file whose first line begins with `# Generated` is not measured, nor is the length of a file
that holds only declarations (no function of more than three lines): it is read as a table.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.style.tree import sources

FILE_LINES_MAX = 499
FUNCTION_LINES_MAX = 79
CASE_LINES_MAX = 15
BESIDE_MATCH_MAX = 3
TABLE_FUNCTION_LINES_MAX = 3
MEASURED = ("checker", "model", "reference", "tests")


def oversized(root: Path) -> list[str]:
    """Every file and function in the tree at `root` that is too long, as `file:line: fact`."""
    faults: list[str] = []
    for folder in (root / name for name in MEASURED):
        if folder.is_dir():
            for file in sources(folder):
                if file.suffix == ".py":
                    faults.extend(_faults_of_file(file, file.relative_to(root).as_posix()))
    return faults


def _faults_of_file(file: Path, shown: str) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("# generated"):
        return
    tree = ast.parse(text, filename=str(file))
    if len(lines) > FILE_LINES_MAX and not _is_table(tree):
        yield f"{shown}: {len(lines)} lines, at most {FILE_LINES_MAX}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _lines(node)
            if length > FUNCTION_LINES_MAX and not _is_flat_match(node):
                yield f"{shown}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES_MAX}"


def _is_table(tree: ast.Module) -> bool:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    declares = any(isinstance(node, ast.ClassDef) for node in tree.body)
    return declares and all(_lines(function) <= TABLE_FUNCTION_LINES_MAX for function in functions)


def _is_flat_match(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    matches = [statement for statement in body if isinstance(statement, ast.Match)]
    beside = [statement for statement in body if not isinstance(statement, ast.Match)]
    return (
        len(matches) == 1
        and len(beside) <= BESIDE_MATCH_MAX
        and all(_lines(statement) == 1 for statement in beside)
        and all(_case_lines(case) <= CASE_LINES_MAX for case in matches[0].cases)
    )


def _case_lines(case: ast.match_case) -> int:
    return (case.body[-1].end_lineno or 0) - case.pattern.lineno + 1


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
