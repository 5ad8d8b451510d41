"""A smaller model with the same fault: methods, statements and branches are left out as long as it stays."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator

from tests.strategies.models.module import Generated

Faulty = Callable[[Generated], bool]


def reduced(model: Generated, faulty: Faulty) -> Generated:
    """The model without what the fault does not need. `faulty` says whether a model has it."""
    left = True
    while left:
        left = False
        for text in _smaller(model.text):
            candidate: Generated = dataclasses.replace(model, text=text)
            if faulty(candidate):
                model, left = candidate, True
                break
    return model


def _smaller(text: str) -> Iterator[str]:
    """Every text with one thing left out, large ones first."""
    sizes = range(_count(ast.parse(text)))
    made = [(len(shorter), shorter) for index in sizes if (shorter := _without(text, index)) is not None]
    for _, shorter in sorted(made):
        yield shorter


def _count(tree: ast.Module) -> int:
    return sum(1 for _ in _places(tree))


def _places(tree: ast.Module) -> Iterator[tuple[list[ast.stmt], int]]:
    """Every statement, as a list and its place there; what the module imports and what types it has stay."""
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            body: list[ast.stmt] = getattr(node, name, [])
            if isinstance(node, ast.stmt | ast.match_case) and not _is_type(node):
                yield from ((body, index) for index in range(len(body)))
    yield from ((tree.body, index) for index, one in enumerate(tree.body) if isinstance(one, ast.FunctionDef))


def _is_type(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and node.name != "Generated"


def _without(text: str, index: int) -> str | None:
    tree = ast.parse(text)
    body, place = list(_places(tree))[index]
    removed = body[place]
    if isinstance(removed, ast.Pass):
        return None
    inner = removed.body if isinstance(removed, ast.If | ast.For) else []
    body[place : place + 1] = inner
    if not body:
        body.append(ast.Pass())
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.For) and not node.body:
            node.body.append(ast.Pass())
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
