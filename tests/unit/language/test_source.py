"""The source of models: read when they are made, compared with what runs."""

from __future__ import annotations

import importlib
import linecache
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from checker import Model, action
from checker.language.declaration import declare
from checker.language.errors import SourceChanged, SourceMissing
from checker.language.source import function_node
from model.paxos import Ballot, Paxos, Prepare
from tests.unit.language.lease import Lease
from tests.unit.language.mutants import Greedy

ROOT = Path(__file__).resolve().parents[3]

TEXT = """
from checker import Map, Model, Set, Sort, action, fault, invariant


class Node(Sort): ...


class Small(Model):
    é: Set[Node]
    seen: Map[Node, Set[Node]]

    @action
    def see(self, n: Node) -> None:
        self.é.add(n); self.seen[n] |= {n}

    @fault("crash")
    def forget(self, n: Node) -> None:
        self.seen[n].clear()

    @invariant
    def fine(self) -> bool:
        return all(n in self.seen[n] or True for n in Node)
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module with a model, in a file that may be edited."""
    (tmp_path / "small_model.py").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    importlib.invalidate_caches()
    yield importlib.import_module("small_model")
    del sys.modules["small_model"]


def functions(module: Any) -> dict[str, Any]:
    return {method.name: method.function for method in declare(module.Small).methods}


def edit(module: ModuleType, text: str) -> None:
    assert module.__file__ is not None
    Path(module.__file__).write_text(text, encoding="utf-8")


def test_every_method_has_its_source() -> None:
    for model in (Lease, Greedy):
        for (name, owner), method in declare(model).overridden.items():
            source = function_node(method.function)
            assert source.node.name == name
            assert f"def {name}(self" in source.text.splitlines()[source.node.lineno - 1]
            assert source.file.endswith("lease.py" if owner is not Greedy else "mutants.py")


def test_an_edit_after_the_import_does_not_show(small: Any) -> None:
    m = small.Small.at({"Node": 2})
    edit(small, "\n\n\n" + TEXT)
    one = small.Node(1)
    m.see(one)
    assert m.seen[one] == {one}
    assert m.é == {one}
    assert function_node(functions(small)["see"]).node.lineno == 13


def test_a_text_that_is_not_what_runs_is_refused(small: Any) -> None:
    def found(text: str) -> FunctionType:
        """The method `forget` as another text has it."""
        waiting = [compile(text, small.__file__, "exec")]
        while waiting:
            code = waiting.pop()
            if code.co_name == "forget":
                return FunctionType(code, small.__dict__)
            waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        raise AssertionError

    assert function_node(found(TEXT)).node.name == "forget"
    for other in (
        TEXT.replace("self.seen[n].clear()", "self.seen[n].add(n)"),
        TEXT.replace("self.seen[n].clear()", "self.other[n].clear()"),
        "\n" + TEXT,
    ):
        with pytest.raises(SourceChanged, match=r"small_model\.py changed since it was imported; restart"):
            function_node(found(other))


def test_a_module_that_is_imported_anew_is_read_anew(small: Any) -> None:
    old = functions(small)["see"]
    edit(small, "# one line more\n" + TEXT.replace("|= {n}", "|= {n, self.first()}") + FIRST)
    again: Any = importlib.reload(small)
    assert function_node(functions(again)["see"]).node.lineno == 14
    with pytest.raises(SourceChanged):
        function_node(old)
    m = again.Small.at({"Node": 2})
    m.see(again.Node(2))
    assert m.seen[again.Node(2)] == {again.Node(1), again.Node(2)}


FIRST = """
    def first(self) -> Node:
        return next(iter(Node))
"""


def test_a_model_without_a_file_is_refused_when_it_is_made() -> None:
    text = "class M(Model):\n    x: bool\n    @action\n    def a(self): self.x = True"
    with pytest.raises(
        SourceMissing, match=r"the source of M\.a cannot be read \(<string>\); define the model in a file"
    ):
        exec(text, {"Model": Model, "action": action})


def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


DRIVE = "from model.paxos import *\nm = Paxos.at({'Acceptor': 3, 'Value': 1, 'Ballot': 1})\nm.prepare(Ballot(1))\nprint(m.network)\n"  # noqa: E501  # the table reads better whole


def test_a_session_at_the_prompt_drives_a_model() -> None:
    found = run(
        "-i",
        given=DRIVE
        + "m.network.add(Accept(Ballot(1), Value(1)))\nm.network = m.network | {Accept(Ballot(1), Value(1))}\nprint(m.network)\n",  # noqa: E501  # the table reads better whole
    )
    assert found.stdout.splitlines() == [
        "{Prepare(ballot=Ballot1)}", "{Accept(ballot=Ballot1, value=Value1), Prepare(ballot=Ballot1)}",
    ]  # fmt: skip
    # From Python 3.13 a prompt keeps the text of each statement under a name of its own, so that writes find their place.  # noqa: E501  # the table reads better whole
    assert ("assign the whole variable" in found.stderr) == (sys.version_info < (3, 13))


def test_a_prompt_whose_texts_have_names_of_their_own_may_write_on_a_path() -> None:
    text = "m.network.add(Prepare(Ballot(2)))"
    namespace: dict[str, Any] = vars(importlib.import_module("model.paxos")) | {
        "m": Paxos.at({"Acceptor": 1, "Value": 1, "Ballot": 2})
    }
    linecache.cache["<prompt-1>"] = (len(text), None, [text], "<prompt-1>")
    exec(compile(text, "<prompt-1>", "single"), namespace)
    assert namespace["m"].network == {Prepare(Ballot(2))}


def test_without_column_positions_the_first_write_says_so() -> None:
    found = run(
        "-X",
        "no_debug_ranges",
        "-B",
        "-c",
        f"import sys; sys.path.insert(0, '.'); sys.flags; {FRESH}\n{DRIVE}",
    )
    assert re.search(r"model/paxos\.py:\d+: Python runs without column positions", found.stderr)


FRESH = "import importlib.machinery as m; m.SourceFileLoader.get_code = lambda self, name: compile(self.get_data(self.path), self.path, 'exec')"  # noqa: E501  # the table reads better whole


def test_optimised_python_runs_models_alike() -> None:
    assert run("-O", "-c", DRIVE).stdout == "{Prepare(ballot=Ballot1)}\n"
