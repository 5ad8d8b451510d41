"""Imports point one way."""

from pathlib import Path

import pytest

from tests.style.arrows import broken_arrows
from tests.style.tree import ROOT, write_tree


def test_every_import_of_the_project_is_allowed() -> None:
    assert broken_arrows(ROOT) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("model/paxos.py", "from checker import Model\nimport model.quorums\n"),
        ("checker/__init__.py", "from checker.language import Model\n"),
        (
            "checker/capture/source.py",
            "from checker.ir import nodes\nfrom checker.language.model import Model\n",
        ),
        (
            "checker/engines/python/search.py",
            "from checker.engines.python.queue import Queue\nimport msgspec\n",
        ),
        ("checker/traces/explanation.py", "from checker.capture import source\n"),
        ("checker/traces/itf.py", "from checker.traces.trace import Trace\n"),
        ("checker/gates/run.py", "from checker.engines.python import search\n"),
        ("checker/cli.py", "def main():\n    from checker.gates import run\n"),
        ("reference/storage/wal.py", "from reference.storage.disk import Disk\nimport msgspec\n"),
        ("reference/simulator/run.py", "from reference.replica.replica import Replica\n"),
        ("docs/example.py", "import checker.cli\n"),
    ],
)
def test_an_allowed_import_passes(tmp_path: Path, file: str, source: str) -> None:
    write_tree(tmp_path, {file: source})
    assert broken_arrows(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "source", "fact"),
    [
        ("model/paxos.py", "import checker.ir\n", "1: model may not import checker.ir"),
        ("model/paxos.py", "\nfrom checker import ir\n", "2: model may not import checker.ir"),
        ("model/paxos.py", "import tests.style\n", "1: model may not import tests.style"),
        ("checker/__init__.py", "import checker.ir\n", "1: checker.__init__ may not import checker.ir"),
        ("checker/ir/a.py", "from ..language import b\n", "1: checker.ir may not import checker.language"),
        ("checker/ir/a.py", "from checker import Model\n", "1: checker.ir may not import checker"),
        ("checker/language/a.py", "import checker.ir\n", "1: checker.language may not import checker.ir"),
        (
            "checker/traces/a.py",
            "import checker.capture\n",
            "1: checker.traces may not import checker.capture",
        ),
        (
            "checker/traces/a.py",
            "from checker.traces.explanation import explain\n",
            "1: checker.traces may not import checker.traces.explanation",
        ),
        ("checker/report/a.py", "def f():\n    import model\n", "2: checker.report may not import model"),
        ("checker/gates/a.py", "from checker import cli\n", "1: checker.gates may not import checker.cli"),
        (
            "checker/engines/python/a.py",
            "import checker.engines.smt\n",
            "1: checker.engines.python may not import checker.engines.smt",
        ),
        (
            "checker/verdicts.py",
            "import importlib\nimportlib.import_module('checker.ir')\n",
            "2: checker.verdicts may not import checker.ir",
        ),
        ("reference/a.py", "from model.b import Paxos\n", "1: reference may not import model.b"),
        (
            "reference/simulator/a.py",
            "from checker.traces.trace import Trace\n",
            "1: reference.simulator may not import checker.traces.trace",
        ),
        (
            "reference/paxos/a.py",
            "import reference.simulator.world\n",
            "1: reference.paxos may not import reference.simulator.world",
        ),
    ],
)
def test_a_forbidden_import_is_named(tmp_path: Path, file: str, source: str, fact: str) -> None:
    write_tree(tmp_path, {"checker/ir/nodes.py": "", "checker/cli.py": "", file: source})
    assert broken_arrows(tmp_path) == [f"{file}:{fact}"]


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("checker/utils.py", "checker/utils.py: belongs to no part; give it a row in tests/style/arrows.py"),
        (
            "checker/engines/a/b.py",
            "checker/engines/a/b.py: belongs to no part; give it a row in tests/style/arrows.py",
        ),
        ("scripts/a.py", "scripts/: holds Python, but tests/style/arrows.py has no row for it"),
        ("setup.py", "setup.py: a module at the top of the tree belongs to no part"),
    ],
)
def test_code_that_belongs_to_no_part_is_named(tmp_path: Path, file: str, fault: str) -> None:
    write_tree(tmp_path, {file: ""})
    assert broken_arrows(tmp_path) == [fault]
