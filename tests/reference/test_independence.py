"""The reference implementation runs where neither the checker nor the models are installed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from reference.probes import PROBES

ROOT = Path(__file__).resolve().parents[2]
BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"checker", "model"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocker())
try:
    import checker
except ImportError:
    pass
else:
    raise SystemExit("the blocker does not block")
"""
EVERY_MODULE = """
import importlib, pkgutil, reference
for found in pkgutil.walk_packages(reference.__path__, "reference."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
"""


def run_blocked(program: str, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED + program, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_every_module_can_be_imported_and_a_seed_runs_without_the_checker() -> None:
    program = EVERY_MODULE + "from reference.simulator.run import simulate\nprint(simulate(1).failure)\n"
    assert run_blocked(program) == "None\n"


def test_its_tests_pass_without_the_checker() -> None:
    """All of them, but of the two files that run seeds by the hundred only a part, and not this file."""
    folder = Path(__file__).parent
    files = {f"tests/reference/{path.name}": "" for path in sorted(folder.glob("test_*.py"))}
    del files["tests/reference/test_independence.py"]
    files["tests/reference/test_seeds.py"] = "::test_nothing_breaks_under_faults[0]"
    files["tests/reference/test_seeded_bugs.py"] = "::test_the_simulator_finds[tokens are forgotten]"
    program = (
        "import pytest\nraise SystemExit(pytest.main(['-q', '-x', '-p', 'no:cacheprovider', *sys.argv[1:]]))"
    )
    output = run_blocked(program, *[file + part for file, part in files.items()])
    assert " passed" in output
    assert "skipped" not in output


def test_every_probe_in_the_code_is_registered_and_the_other_way_round() -> None:
    used: dict[str, bool] = {}
    for file in sorted((ROOT / "reference").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", None))
                used.update(dict.fromkeys(_texts(node.args[0]), True) if name in PROBING else {})
    assert sorted(used) == sorted(PROBES)


PROBING = ("probe", "Probe", "_probe")


def _texts(node: ast.expr) -> list[str]:
    """The texts an argument can be; of `f"throttled_by_{admitted}"` those that a simulation can reach."""
    if isinstance(node, ast.JoinedStr):
        return ["throttled_by_partition"]
    values = [found.value for found in ast.walk(node) if isinstance(found, ast.Constant)]
    return [value for value in values if isinstance(value, str) and "_" in value]
