"""The examples pass both type checkers in strict mode, as models must."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.modules import setting_of
from tests.docs.pages import blocks, pages
from tests.docs.values import as_actions
from tests.style.tree import ROOT


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each example as a module."""
    folder = tmp_path_factory.mktemp("examples")
    for page in pages():
        for block in blocks(page):
            if block.mark in ("run", "values"):
                text = block.text if block.mark == "run" else as_actions(block)
                file = folder / f"{page.stem.replace('-', '_')}_{block.line}.py"
                file.write_text(setting_of(block) + text, encoding="utf-8")
    return folder


def _run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    return done.stdout + done.stderr


def test_mypy_accepts_the_examples(examples: Path) -> None:
    options = ["--strict", "--follow-imports=silent", "--explicit-package-bases", "--no-error-summary"]
    found = _run(
        "mypy", *options, "--cache-dir", str(examples / "cache"), *map(str, sorted(examples.glob("*.py")))
    )
    assert found == ""


def test_pyright_accepts_the_examples(examples: Path) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "extraPaths": [str(ROOT)],
        # Examples show values without using them, and share one list of imports.
        **dict.fromkeys(["reportUnusedImport", "reportUnusedVariable", "reportUnusedExpression"], False),
        "reportWildcardImportFromLibrary": False,
    }
    (examples / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    found = _run("pyright", "--project", str(examples), "--pythonpath", sys.executable)
    assert "0 errors, 0 warnings" in found, found
