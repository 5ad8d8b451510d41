"""Models type-check strictly: what is right passes, what is wrong is reported where it is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RIGHT = ROOT / "tests" / "typing" / "right"
WRONG = ROOT / "tests" / "typing" / "wrong"


def _run(*command: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return run.stdout


def pyright_reports(folder: Path, tmp_path: Path) -> list[tuple[str, int, str]]:
    """(file, line, message) of everything that strict pyright says about the files of a folder."""
    config = tmp_path / "pyrightconfig.json"
    settings = {
        "include": [os.path.relpath(folder, tmp_path)], "extraPaths": [str(ROOT)],
        "typeCheckingMode": "strict", "pythonVersion": "3.11",
        # A wrong line may be an expression alone; what is wrong with it is not that.
        "reportUnusedExpression": False,
    }  # fmt: skip
    config.write_text(json.dumps(settings))
    found = json.loads(
        _run("pyright", "--project", str(config), "--pythonpath", sys.executable, "--outputjson")
    )
    assert found["summary"]["filesAnalyzed"] == len(list(folder.glob("*.py")))
    return [
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1, one["message"])
        for one in found["generalDiagnostics"]
    ]


def mypy_reports(folder: Path, tmp_path: Path) -> list[tuple[str, int, str]]:
    """(file, line, message) of everything that strict mypy says about the files of a folder."""
    files = [str(path) for path in sorted(folder.glob("*.py"))]
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = True\nexplicit_package_bases = True\nnamespace_packages = True\n")
    output = _run(
        "mypy", "--config-file", str(config), "--cache-dir", str(tmp_path / "cache"), "--no-pretty", *files
    )
    lines = re.findall(r"^(.*?\.py):(\d+): error: (.*)$", output, re.MULTILINE)
    assert len(lines) == output.count(": error: ")
    return [(Path(file).name, int(line), message) for file, line, message in lines]


def marked(folder: Path) -> set[tuple[str, int]]:
    """The lines of a folder's files that must be reported."""
    found: set[tuple[str, int]] = set()
    for path in folder.glob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.endswith("# error"):
                found.add((path.name, number))
    assert found
    return found


Reports = Callable[[Path, Path], list[tuple[str, int, str]]]

CHECKERS = pytest.mark.parametrize("reports", [pyright_reports, mypy_reports], ids=["pyright", "mypy"])


@CHECKERS
def test_natural_models_pass(reports: Reports, tmp_path: Path) -> None:
    assert reports(RIGHT, tmp_path) == []


@CHECKERS
def test_each_mistake_is_reported_on_its_line(reports: Reports, tmp_path: Path) -> None:
    found = reports(WRONG, tmp_path)
    lines = {(file, line) for file, line, _ in found}
    unmarked = [one for one in found if (one[0], one[1]) not in marked(WRONG)]
    assert (marked(WRONG) - lines, unmarked) == (set(), [])
