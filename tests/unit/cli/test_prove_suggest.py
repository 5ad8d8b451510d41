"""`lockstep prove --triage`, `--suggest`, `--write`: what becomes of an induction that is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.exit_codes import ExitCode
from tests.unit.cli.process import Done, lockstep

MODEL = '''"""A lock that one node holds at a time; the server notes who."""

from checker import Map, Model, Set, Sort, action, lemma, require


class Node(Sort): ...


class Lock(Model):
    granted: Node | None
    network: Set[Node]
    works: Map[Node, bool]

    @action
    def grant(self, n: Node) -> None:
        require(self.granted is None)
        self.granted = n
        self.network.add(n)

    @action
    def hear(self, n: Node) -> None:
        require(n in self.network)
        self.works[n] = True

    @action
    def release(self, n: Node) -> None:
        require(self.works[n])
        self.works[n] = False
        self.network.discard(n)
        self.granted = None

    @lemma
    def one_works(self) -> bool:
        return all(n == m for n in Node for m in Node if self.works[n] and self.works[m])


class Mutant(Lock):
    def grant(self, n: Node) -> None:
        self.granted = n
        self.network.add(n)
'''
WORDS = ("--scope", "Node=2", "--search-seconds", "600")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "locks.py").write_text(MODEL)
    return tmp_path


def _prove(project: Path, *words: str, target: str = "locks:Lock") -> Done:
    return lockstep("prove", target, *WORDS, *words, cwd=project)


def _plain(text: str) -> str:
    return re.sub(r"[0-9]+\.[0-9]+ s\b", "N s", text)


def test_a_reachable_counterexample_is_a_violation(project: Path) -> None:
    """The trace is that of the search, the exit code that of a violation."""
    file = project / "trace.json"
    done = _prove(project, "--triage", "--trace-out", str(file), target="locks:Mutant")
    assert done.code == ExitCode.INVARIANT, done.err
    assert "Reachable: the search finds that one_works is wrong in a reachable state, after 4 steps." in (
        " ".join(done.out.split())
    )
    steps = json.loads(file.read_text())["steps"]
    assert [one["action"] for one in steps] == ["grant", "grant", "hear", "hear"]


def test_what_is_not_reached_in_time_is_not_known(project: Path) -> None:
    done = _prove(project, "--triage", "--search-seconds", "0.000001")
    assert done.code == ExitCode.NOT_INDUCTIVE
    assert "Whether it is reachable is not known" in done.out


def test_a_lemma_is_suggested(project: Path, golden: Callable[[str, str], None]) -> None:
    done = _prove(project, "--suggest")
    assert done.code == ExitCode.NOT_INDUCTIVE
    golden("cli/prove_suggest.txt", _plain(done.out.partition("Counterexample to")[2]))
    assert (project / "locks.py").read_text() == MODEL


def test_lemmas_are_written_until_the_proof_is_done(project: Path) -> None:
    """Each run adds one that is kept; at the end the file is a proof, and the class it began with."""
    codes: list[int] = []
    while len(codes) < 5 and ExitCode.OK not in codes:
        done = _prove(project, "--write", "--json")
        codes.append(done.code)
        found = json.loads(done.out)
        assert found["triage"]["counterexample"] == "unreachable"
        assert found["written"] == "locks.py"
        assert found["suggestions"][0]["kept"]
    assert codes[-1] == ExitCode.OK, codes
    text = (project / "locks.py").read_text()
    assert text.count("@lemma") == 1 + len(codes)
    assert text.partition("    @lemma")[0] == MODEL.partition("    @lemma")[0]
    assert text.endswith(MODEL.partition("class Mutant")[2])
    assert _prove(project).code == ExitCode.OK
    assert _prove(project, target="locks:Mutant").code == ExitCode.NOT_INDUCTIVE


def test_nothing_is_written_where_something_is_in_the_way(
    project: Path, golden: Callable[[str, str], None]
) -> None:
    file = project / "locks.py"
    (project / "specs").mkdir()
    (project / "specs" / "locks.toml").write_text(
        'model = "locks:Lock"\n[[prove]]\nname = "mutant"\nmutant = "locks:Mutant"\nscope.Node = 2\n'
        'expect = { refused = "one_works" }\n'
    )
    found = [lockstep("prove", "specs/locks.toml:mutant", "--write", cwd=project)]
    found.append(_prove(project, "--write", "--bounded", "3"))
    found.append(_prove(project, "--suggest", "--steps", "2"))
    for text in (
        MODEL + "\nopen(__file__, 'a').write('# changed')\n",
        MODEL.replace("class Lock", "if True:\n  class Lock").replace("\n    ", "\n      "),
        MODEL.replace("action, lemma", "action, lemma as lemma_").replace("@lemma\n", "@lemma_\n")
        + "\nlemma = None\n",
    ):
        file.write_text(text)
        found.append(_prove(project, "--write"))
        assert "@lemma\n    def" not in file.read_text().partition("one_works")[2]
    file.write_text(MODEL)
    file.chmod(0o444)
    found.append(_prove(project, "--write"))
    assert file.read_text() == MODEL
    golden("cli/prove_write_mistakes.txt", "\n".join([f"{done.err}exit {done.code}\n" for done in found]))
