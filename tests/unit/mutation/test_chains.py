"""A mistake in a chain of comparisons is in one of them, and the source that is shown is the mutant."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from checker.capture.model import capture, capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.ir.mutation.collecting import Numbered, mutants_of
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.running.mutant_source import written
from tests.models.chained import Chained
from tests.unit.mutation.steps import behaviour


def test_all_mutants_of_chains(golden: Callable[[str, str], None]) -> None:
    lines: list[str] = []
    for one in mutants_of(capture(Chained)).made:
        source = written(one.mutant)
        lines.append(f"{one.number} {one.mutant.operator.value} {one.mutant.owner}: {source.what}")
        lines += [f"  - {row}" for row in source.before] + [f"  + {row}" for row in source.after]
    golden("mutation/chained.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("one", mutants_of(capture(Chained)).made, ids=lambda one: str(one.number))
def test_the_source_that_is_shown_behaves_as_the_mutant(one: Numbered, tmp_path: Path) -> None:
    text = written(one.mutant).text
    assert text is not None
    file = tmp_path / "written_mutant.py"
    file.write_text(text, encoding="utf-8")
    classes = capture_with_classes(Chained)[1]
    scope = make_scope(declare(Chained), {"Node": 2, "Round": 2}, {}, {}, None)
    universe = LanguageUniverse(classes, scope)
    shown = capture(imported(file).Chained)
    assert behaviour(shown, universe, first=True) == behaviour(one.model, universe, first=True)


def imported(file: Path) -> ModuleType:
    """The module that a file is."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
