"""Results found again: what they depend on, what is kept, and that nothing broken is believed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.engines.native.cache import cache_directory
from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import Checkpoint, Limits, Request, Simulation
from checker.gates.cache import key as key_module
from checker.gates.cache.key import HOW, key_of
from checker.gates.cache.search import Search, cached
from checker.gates.cache.sources import sources_of
from checker.gates.cache.stored import VERSION, from_bytes, is_complete, to_bytes
from checker.gates.check import Check, Origin
from checker.verdicts import Result, Statistics, Truncated, Unknown, Untested, Verdict, Violated
from tests.strategies.traces import traces
from tests.unit.gates.toy import Broken, Counter, Lamp
from tests.unit.test_verdicts import VERDICTS

ROOT = Path(__file__).resolve().parents[3]
REQUEST = Request(Counter, {"Node": 1}, {"top": 2}, {"reset": 1})
CHECK = Check("counts", "tests.unit.gates.toy:Counter", Origin("specs/toy.toml", ROOT))
COUNTS = Statistics(10, 40, 5, 0.25, None, (("prepare", 30), ("accept", 10)), (1, 2, 3, 3, 1))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    directory = cache_directory()
    assert directory is not None
    return directory


# -------------------------------------------------------------- the key


def key(request: Request = REQUEST, engine: str = "auto", project: Path = ROOT) -> str:
    found = key_of(request, engine, project)
    assert found is not None
    return found


OTHER: dict[str, object] = {
    "model": Lamp,
    "scope": {"Node": 2},
    "params": {"top": 3},
    "faults": {},
    "only": frozenset({"low"}),
    "constraints": frozenset[str](),
    "deadlock": False,
    "limits": Limits(states=100),
    "progress": print,
    "workers": 7,
    "store": "compact",
    "checkpoint": Checkpoint(Path("x")),
    "brief": True,
    "symmetry": ("Node",),
    "simulation": Simulation(),
    "lemmas": frozenset({"low"}),
}


@pytest.mark.parametrize("field", [one.name for one in fields(Request)])
def test_the_key_has_all_that_an_answer_depends_on(field: str) -> None:
    changes: dict[str, object] = {field: OTHER[field]}
    other = replace(REQUEST, **changes)  # type: ignore[arg-type]  # a field of a request
    if field in HOW and field != "model":
        assert key(other) == key()
    else:
        assert key(other) != key()


def test_the_order_of_numbers_does_not_matter() -> None:
    one = replace(REQUEST, scope={"A": 1, "B": 2}, only=frozenset({"low", "grows"}))
    assert key(replace(one, scope={"B": 2, "A": 1}, only=frozenset({"grows", "low"}))) == key(one)
    assert key(replace(one, scope={"A": 2, "B": 1})) != key(one)


def test_classes_of_one_module_have_different_keys() -> None:
    assert key(Request(Lamp)) != key(Request(Broken))


def test_it_has_the_engine_the_python_and_the_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert key(engine="python") != key(engine="native")
    before = key()
    monkeypatch.setattr(sys, "version", "4.0")
    assert key() != before
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)  # results name files from the current directory on
    assert key() != before


def test_it_has_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key()
    for name in ("ir/nodes.py", "engines/native/runtime/search.h"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    monkeypatch.setattr(key_module, "_CHECKER", tmp_path)
    tool: Callable[[], str] = key_module._tool.__wrapped__  # pyright: ignore[reportPrivateUsage]  # it keeps what it computed
    found = [tool()]
    for name in ("ir/nodes.py", "engines/native/runtime/search.h"):
        (tmp_path / name).write_text("two")
        found.append(tool())
    assert len(set(found)) == 3
    assert before == key()


# -------------------------------------------------------------- the sources

MODEL = """from checker import Model, action
from shapes.parts.sizes import LARGEST
import shapes.words as words
{more}

class Shape(Model):
    held: bool

    @action
    def turn(self) -> None:
        self.held = not self.held
"""


@pytest.fixture
def shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    project = tmp_path / "project"
    parts = project / "shapes" / "parts"
    parts.mkdir(parents=True)
    (project / "shapes" / "__init__.py").write_text("")
    (parts / "__init__.py").write_text("")
    (parts / "sizes.py").write_text("from . import units\nLARGEST = units.UNIT * 3\n")
    (parts / "units.py").write_text("UNIT = 1\n")
    (project / "shapes" / "words.py").write_text("import enum\nfrom typing import Any\n")
    (project / "shapes" / "stranger.py").write_text("import os\n")
    monkeypatch.setattr(sys, "path", [str(project), *sys.path])
    yield project
    for name in [one for one in sys.modules if one.split(".")[0] == "shapes"]:
        del sys.modules[name]


def shape(project: Path, more: str = "") -> type:
    (project / "shapes" / "model.py").write_text(MODEL.format(more=more))
    importlib.invalidate_caches()
    sys.modules.pop("shapes.model", None)
    found: type = importlib.import_module("shapes.model").Shape
    return found


def test_all_modules_that_a_model_imports_are_its_source(shapes: Path) -> None:
    found = sources_of(shape(shapes), shapes)
    assert found is not None
    names = {
        "shapes",
        "shapes.model",
        "shapes.words",
        "shapes.parts",
        "shapes.parts.sizes",
        "shapes.parts.units",
    }
    assert set(found) == names
    assert found["shapes.parts.units"] == b"UNIT = 1\n"


@pytest.mark.parametrize("changed", ["words.py", "parts/units.py", "parts/__init__.py", "__init__.py"])
def test_a_change_of_any_of_them_is_another_key(shapes: Path, changed: str) -> None:
    model = shape(shapes)
    before = key_of(Request(model), "auto", shapes)
    assert before is not None
    (shapes / "shapes" / "stranger.py").write_text("import sys\n")
    assert key_of(Request(model), "auto", shapes) == before
    with (shapes / "shapes" / changed).open("a") as file:
        file.write("# a remark\n")
    assert key_of(Request(model), "auto", shapes) != before


@pytest.mark.parametrize(
    "more",
    [
        "import os",
        "from pathlib import Path",
        "import random",
        "import numpy",
        "from shapes.stranger import os",
        "from shapes import stranger",
        "def size():\n    import json",
        "LINES = open(__file__).close()",
        "WORDS = eval('3')",
        "SALT = hash('x')",
        "found = __import__('os')",
        "if 1 == 2:\n    import nowhere.to.be.found",
    ],
)
def test_what_may_depend_on_more_than_text_is_not_cached(shapes: Path, more: str) -> None:
    if more == "import numpy":
        more = "try:\n    import numpy\nexcept ImportError:\n    pass"
    assert sources_of(shape(shapes, more), shapes) is None
    assert sources_of(shape(shapes), shapes) is not None


def test_a_module_that_hides_one_of_python_is_not_taken_for_it(shapes: Path) -> None:
    (shapes / "enum.py").write_text("LARGEST = 3\n")
    # Python's own is loaded, and is no module of the project: what a model gets is not what the name says.
    assert sources_of(shape(shapes), shapes) is None
    (shapes / "enum.py").unlink()
    (shapes / "parity.py").write_text("EVEN = 2\n")
    found = sources_of(shape(shapes, "import parity"), shapes)
    assert found is not None
    assert found["parity"] == b"EVEN = 2\n"
    del sys.modules["parity"]


def test_a_folder_without_init_is_a_package(shapes: Path) -> None:
    (shapes / "shapes" / "__init__.py").unlink()
    for name in [one for one in sys.modules if one.split(".")[0] == "shapes"]:
        del sys.modules[name]
    model = shape(shapes)
    found = sources_of(model, shapes)
    assert found is not None
    assert found["shapes"] == b""


# -------------------------------------------------------------- what is kept

FULL = Result(
    VERDICTS[0][0],
    COUNTS,
    never_fired=("crash",),
    covers=(("begun", True), ("ended", False)),
    untested=(Untested("agreement", "model/paxos.py", 88, "self.chosen(v)"),),
    pruned=(("short", 12),),
    engine="native",
    symmetry=("Acceptor",),
    notes=("a note",),
)


@pytest.mark.parametrize("verdict", [verdict for verdict, _ in VERDICTS])
def test_complete_results_come_back_as_they_were(verdict: Verdict) -> None:
    result = replace(FULL, verdict=verdict)
    if isinstance(verdict, Truncated | Unknown):
        assert not is_complete(result)
        return
    assert is_complete(result)
    assert not is_complete(replace(result, stopped="interrupted"))
    assert from_bytes(to_bytes(result)) == replace(result, cached=True)


@given(traces())
def test_any_trace_comes_back_as_it_was(trace: object) -> None:
    verdict = Violated("p", "invariant", trace, "why")  # type: ignore[arg-type]  # a trace
    result = Result(verdict, COUNTS)
    found = from_bytes(to_bytes(result))
    assert found is not None
    assert found.verdict == verdict


VIOLATED = to_bytes(
    replace(FULL, verdict=next(verdict for verdict, _ in VERDICTS if isinstance(verdict, Violated)))
)


@given(st.integers(0, len(VIOLATED)), st.integers(0, 40), st.binary(max_size=8))
def test_any_bytes_are_a_result_or_none(start: int, length: int, piece: bytes) -> None:
    found = from_bytes(VIOLATED[:start] + piece + VIOLATED[start + length :])
    assert found is None or isinstance(found, Result)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'"version":{VERSION}'.encode(), f'"version":{VERSION + 1}'.encode()),
        (b"lockstep-cached-result", b"lockstep-other-result"),
        (b'"violated"', b'"proved"'),
        (b'"violated"', b'"truncated"'),
        (b'"engine"', b'"motor"'),
        (b'"distinct":10', b'"distinct":"10"'),
        (b"lockstep-trace", b"lockstep-trail"),
    ],
)
def test_another_shape_or_version_is_no_result(old: bytes, new: bytes) -> None:
    assert VIOLATED.count(old) >= 1
    assert from_bytes(VIOLATED) is not None
    assert from_bytes(VIOLATED.replace(old, new, 1)) is None


# -------------------------------------------------------------- searching


class Counting:
    """A search that counts how often it is asked."""

    def __init__(self, stopped: str | None = None) -> None:
        self.asked = 0
        self.stopped = stopped

    def __call__(self, check: Check, request: Request) -> Result:
        self.asked += 1
        result = explore_in_python(request)
        return result if self.stopped is None else replace(result, verdict=Truncated("time"), stopped="time")


def ask(search: Search, request: Request = REQUEST) -> Result:
    return search(CHECK, request)


def test_the_second_answer_is_the_first_one_and_says_so() -> None:
    counting = Counting()
    search = cached(counting, None)
    first, second = ask(search), ask(search)
    assert counting.asked == 1
    assert not first.cached
    assert second == replace(first, cached=True)
    ask(search, replace(REQUEST, params={"top": 4}))
    assert counting.asked == 2
    ask(cached(counting, "python"))
    assert counting.asked == 3


def test_what_was_cut_short_is_searched_again() -> None:
    counting = Counting(stopped="time")
    search = cached(counting, None)
    assert not ask(search).cached
    assert not ask(search).cached
    assert counting.asked == 2


def entry(directory: Path) -> Path:
    (found,) = directory.glob("*.result")
    return found


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _open_to_others(path: Path) -> None:
    path.chmod(0o666)


def _link(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


@pytest.mark.parametrize("harm", [_cut, _flip, _empty, _open_to_others, _link])
def test_an_entry_that_does_not_verify_is_ignored(own_cache: Path, harm: Callable[[Path], None]) -> None:
    counting = Counting()
    search = cached(counting, None)
    ask(search)
    harm(entry(own_cache))
    assert not ask(search).cached
    assert counting.asked == 2


def test_without_a_private_directory_everything_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    (shared / "lockstep").mkdir(parents=True)
    (shared / "lockstep").chmod(0o777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared))
    counting = Counting()
    search = cached(counting, None)
    assert not ask(search).cached
    assert not ask(search).cached
    assert counting.asked == 2
    assert list((shared / "lockstep").iterdir()) == []
