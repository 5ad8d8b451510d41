"""Every refusal, with its file, line, fact and fix, as the person sees it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.capture import Refused, capture
from checker.language.model import Model

FOLDER = Path(__file__).parent / "refusals"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "setting")


@pytest.mark.parametrize("name", NAMES)
def test_refusals(name: str, golden: Callable[[str, str], None]) -> None:
    module = importlib.import_module(f"tests.golden.refusals.{name}")
    models = [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Model) and found.__module__ == module.__name__
    ]
    assert models
    lines: list[str] = []
    for model in models:
        with pytest.raises(Refused) as refused:
            capture(model)
        assert list(refused.value.problems) == sorted(refused.value.problems)
        lines += [str(problem) for problem in refused.value.problems]
    golden(f"refusals/{name}.txt", "\n".join(lines) + "\n")
