"""Whatever a model's source says, capture gives a verified model or refuses it, and nothing else."""

from __future__ import annotations

import ast
import copy
import importlib.util
import itertools
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.capture import Refused, capture
from checker.capture.problems import Problem
from checker.ir.verifier import verify
from checker.language.model import Model
from tests.models import evaluation_order, features

SOURCES = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (evaluation_order, features)]
COUNTER = itertools.count()


def _bodies(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _replace(function: ast.FunctionDef, old: ast.expr, new: ast.expr) -> None:
    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return new if node is old else self.generic_visit(node)

    for place, statement in enumerate(function.body):
        changed = Replace().visit(statement)
        assert isinstance(changed, ast.stmt)
        function.body[place] = changed


def _expressions(function: ast.FunctionDef) -> list[ast.expr]:
    found: list[ast.expr] = []
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.expr) and not isinstance(node, ast.Slice | ast.Starred):
                context = getattr(node, "ctx", None)
                if context is None or isinstance(context, ast.Load):
                    found.append(node)
    return found


@st.composite
def changed_sources(draw: st.DrawFn) -> str:
    """A source with a few expressions or statements replaced, moved, or left out."""
    tree = ast.parse(draw(st.sampled_from(SOURCES)))
    functions = [one for one in _bodies(tree) if len(one.body) > 1]
    for _ in range(draw(st.integers(1, 3))):
        function = draw(st.sampled_from(functions))
        kind = draw(st.sampled_from(["expression", "expression", "expression", "statement", "delete"]))
        if kind == "expression":
            old = draw(st.sampled_from(_expressions(function)))
            other = draw(st.sampled_from(functions))
            new = copy.deepcopy(draw(st.sampled_from(_expressions(other))))
            _replace(function, old, new)
        else:
            index = draw(st.integers(0, len(function.body) - 1))
            if kind == "delete" and len(function.body) > 1:
                del function.body[index]
            else:
                other = draw(st.sampled_from(functions))
                function.body[index] = copy.deepcopy(draw(st.sampled_from(other.body)))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def models_of(source: str, folder: Path) -> list[type[Model]]:
    """The models of a source, imported; none when Python or the language refuses it at import."""
    name = f"changed_{next(COUNTER)}"
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (SyntaxError, Exception):
        return []
    return [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Model) and found.__module__ == name
    ]


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(source=changed_sources())
def test_capture_captures_or_refuses(tmp_path: Path, source: str) -> None:
    for model in models_of(source, tmp_path):
        problems: tuple[Problem, ...] = ()
        try:
            verify(capture(model))
        except Refused as refused:
            problems = refused.problems
        assert all(problem.line > 0 and problem.fact and problem.fix for problem in problems)


def test_the_sources_themselves_are_captured(tmp_path: Path) -> None:
    for source in SOURCES:
        models = models_of(source, tmp_path)
        assert models
        for model in models:
            verify(capture(model))


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    (model,) = models_of(SOURCES[0], tmp_path)
    vars(model)["move"].function.__code__ = vars(model)["swap"].function.__code__.replace(co_name="move")
    with pytest.raises(Refused, match="changed since it was imported"):
        capture(model)
