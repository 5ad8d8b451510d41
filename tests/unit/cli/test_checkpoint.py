"""`--checkpoint` and `--resume`: every message, and what is printed when a search goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.process import Done, lockstep

MODEL = '''from typing import Annotated

from checker import Map, Model, Range, Sort, action, invariant, require


class Node(Sort):
    """Who counts."""


class Counting(Model):
    """Everybody counts."""

    count: Map[Node, Annotated[int, Range(0, 9)]]

    @action
    def step(self, n: Node) -> None:
        require(self.count[n] < 9)
        self.count[n] += 1

    @invariant
    def bounded(self) -> bool:
        return all(self.count[n] < 10 for n in Node)
'''

WORDS = ("check", "model.counting:Counting", "--scope", "Node=3", "--deadlock", "accept", "--no-symmetry")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one model."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "__init__.py").touch()
    (tmp_path / "model" / "counting.py").write_text(MODEL)
    return tmp_path


def test_a_search_goes_on_to_the_same_answer(project: Path) -> None:
    whole = json.loads(lockstep(*WORDS, "--json", cwd=project).out)
    for store in ("default", "compact"):
        words = (*WORDS, "--json", "--store", store, "--checkpoint", store)
        cut = lockstep(*words, "--max-states", "500", cwd=project)
        assert (cut.code, json.loads(cut.out)["verdict"]) == (20, "truncated")
        done = json.loads(lockstep(*words, "--resume", cwd=project).out)
        for measure in ("seconds", "bytes_per_state", "checks"):
            done[measure] = whole[measure]
        assert done == whole


def test_every_message(project: Path, golden: Callable[[str, str], None]) -> None:
    texts: list[str] = []

    def said(title: str, *words: str, code: int) -> None:
        done = lockstep(*words, cwd=project)
        assert (done.code, done.out) == (code, ""), done
        assert "Traceback" not in done.err
        texts.append(f"{title}\n    {done.err}")

    def run(*more: str) -> Done:
        return lockstep(*WORDS, *more, cwd=project)

    resumed = ("--checkpoint", "kept", "--resume")
    said("nothing was kept", *WORDS, *resumed, code=151)
    assert run("--checkpoint", "kept").code == 0
    said("something was kept", *WORDS, "--checkpoint", "kept", code=151)
    said("another scope", *WORDS[:3], "Node=2", *WORDS[4:], *resumed, code=151)
    said("another store", *WORDS, "--store", "compact", *resumed, code=151)
    said("deadlocks count, only one property", *WORDS[:4], "--only", "bounded", *resumed, code=151)
    (project / "model" / "counting.py").write_text(MODEL.replace("< 9)", "< 8)"))
    said("the model was changed", *WORDS, *resumed, code=151)
    (project / "model" / "counting.py").write_text(MODEL)
    assert run(*resumed).code == 0
    content = (project / "kept" / "checkpoint").read_bytes()
    (project / "kept" / "checkpoint").write_bytes(content[:-8])
    said("the end is missing", *WORDS, *resumed, code=151)
    (project / "kept" / "checkpoint").write_bytes(content[:8] + b"\7" + content[9:])
    said("of another version", *WORDS, *resumed, code=151)
    (project / "kept" / "checkpoint").write_bytes(content)
    states = (project / "kept" / "states").read_bytes()
    (project / "kept" / "states").write_bytes(states[:100] + b"\7" + states[101:])
    said("states were changed", *WORDS, *resumed, code=151)
    said("a folder with other files", *WORDS, "--checkpoint", "model", code=151)
    said("no folder to be in", *WORDS, "--checkpoint", "no/where", code=153)
    said("the system refuses", *WORDS, "--checkpoint", "model/counting.py/kept", code=153)
    golden("cli/checkpoint_errors.txt", "".join(texts))
