"""From module:Class to the class, and every message on the way."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.exit_codes import ExitCode
from checker.gates.loading import load_model
from checker.gates.problems import GateError
from checker.language.model import Model

GOOD = "from checker import Model, Sort\n\n\nclass Lock(Model):\n    held: bool\n\n\nclass Node(Sort): ...\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that models are imported from; what was imported is forgotten afterwards."""
    before, path = set(sys.modules), list(sys.path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "proto").mkdir()
    (tmp_path / "proto" / "__init__.py").write_text("")
    (tmp_path / "proto" / "good.py").write_text(GOOD)
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_model_is_imported_from_its_project(project: Path) -> None:
    found = load_model("proto.good:Lock", project, "TARGET")
    assert issubclass(found, Model)
    assert found.__name__ == "Lock"
    assert sys.path[0] == str(project)


TWICE = """from checker import Model, action, invariant


class X(Model):
    @action
    @invariant
    def f(self) -> None: ...
"""

CASES: dict[str, tuple[str, str]] = {
    "no such module": ("proto.god:Lock", ""),
    "no such package": ("prto.good:Lock", ""),
    "no such package below": ("proto.deep.good:Lock", ""),
    "no such class": ("proto.good:Lok", ""),
    "no such class, nothing near": ("proto.good:Zzzz", ""),
    "a module without models": ("proto.bad:X", "x = 1\n"),
    "not a class": ("proto.bad:X", "from checker import Model\nX = 1\n\n\nclass Y(Model): ...\n"),
    "a sort": ("proto.good:Node", ""),
    "the base class": ("proto.good:Model", ""),
    "not Python": ("proto.bad:X", "x = 1\ndef f(:\n"),
    "bad indentation": ("proto.bad:X", "def f():\nx = 1\n"),
    "not Python, in a module that it imports": ("proto.bad:X", "import proto.worse\n"),
    "raises": ("proto.bad:X", "x = 1\ny = x / 0\n"),
    "raises in a function": ("proto.bad:X", "def f():\n    raise ValueError('no\\nway')\n\n\nf()\n"),
    "raises without a text": ("proto.bad:X", "raise KeyError\n"),
    "imports what is not there": ("proto.bad:X", "\nimport nowhere_at_all\n"),
    "imports a name that is not there": ("proto.bad:X", "from checker import Modle\n"),
    "ends the process": ("proto.bad:X", "import sys\nsys.exit(0)\n"),
    "misuses the language": ("proto.bad:X", TWICE),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_failure_is_one_clear_error(project: Path, case: str) -> None:
    with pytest.raises(GateError) as caught:
        _load(project, case)
    assert caught.value.exit_code in (ExitCode.CONFIGURATION, ExitCode.MODEL_REFUSED)
    assert len(caught.value.problems) == 1


def test_every_message(project: Path, golden: Callable[[str, str], None]) -> None:
    text = ""
    for case in CASES:
        with pytest.raises(GateError) as caught:
            _load(project, case)
        for name in [name for name in sys.modules if name.startswith("proto")]:
            del sys.modules[name]
        error = caught.value
        shown = str(error).replace(str(project), "PROJECT")
        # The path of the checker itself is part of one of Python's own messages.
        shown = re.sub(r" \(/[^)]*\)", "", shown)
        text += f"{case}\n    {int(error.exit_code)}  {shown}\n"
    golden("cli/loading_errors.txt", text)


def _load(project: Path, case: str) -> None:
    name, source = CASES[case]
    (project / "proto" / "bad.py").write_text(source)
    (project / "proto" / "worse.py").write_text("x = (\n")
    load_model(name, project, "specs/x.toml:1")


def test_a_module_of_another_project_is_not_taken_for_this_one(project: Path, tmp_path: Path) -> None:
    load_model("proto.good:Lock", project, "TARGET")
    other = tmp_path / "other"
    (other / "proto").mkdir(parents=True)
    (other / "proto" / "good.py").write_text(GOOD)
    with pytest.raises(GateError, match=r"is taken from .*, not from .*one project at a time") as caught:
        load_model("proto.good:Lock", other, "TARGET")
    assert caught.value.exit_code == ExitCode.CONFIGURATION


def test_a_folder_without_init_that_a_package_hides_is_explained(project: Path, tmp_path: Path) -> None:
    load_model("proto.good:Lock", project, "TARGET")
    other = tmp_path / "other"
    (other / "proto").mkdir(parents=True)
    (other / "proto" / "mine.py").write_text(GOOD)
    with pytest.raises(GateError, match=r"add an empty file proto/__init__.py"):
        load_model("proto.mine:Lock", other, "TARGET")


def test_an_interrupt_during_the_import_is_not_swallowed(project: Path) -> None:
    (project / "proto" / "bad.py").write_text("raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        load_model("proto.bad:X", project, "TARGET")
