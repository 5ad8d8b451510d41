"""Proofs in a gate: what passes, what is refused as it must be, and what is kept of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from checker.exit_codes import ExitCode
from tests.readers.schemas import faults
from tests.unit.cli.process import Done, lockstep

MODEL = """from typing import Annotated

from checker import Model, Param, Range, action, assume, invariant, lemma, require

Level = Annotated[int, Range(0, 4)]


class Stairs(Model):
    step: Param
    here: Level
    top: Level

    @assume
    def built_upwards(self) -> bool:
        return self.step >= 0

    @action
    def climb(self) -> None:
        require(self.here < self.top)
        self.here += 1

    @action
    def build(self) -> None:
        require(self.top + self.step <= 4)
        self.top += self.step

    @lemma
    def not_above(self) -> bool:
        return self.here <= self.top

    @lemma
    def in_the_air(self) -> bool:
        return self.here >= 0

    @invariant
    def safe(self) -> bool:
        return self.here < self.top + 1

    @invariant
    def small(self) -> bool:
        return self.here * self.here <= 4 or self.here > 2


class Jumps(Stairs):
    def climb(self) -> None:
        require(self.here < 4)
        self.here += 1
"""
HEAD = 'model = "stairs:Stairs"\n'
HOLDS = '[[prove]]\nname = "holds"\nparams.step = 1\n'
REFUSED = (
    '[[prove]]\nname = "jumps"\nmutant = "stairs:Jumps"\nparams.step = 1\n'
    'expect = { refused = "not_above", after = "climb" }\n'
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "stairs.py").write_text(MODEL)
    (tmp_path / "specs").mkdir()
    return tmp_path


def _gate(project: Path, *proofs: str, words: tuple[str, ...] = ("--no-cache",)) -> Done:
    (project / "specs" / "stairs.toml").write_text(HEAD + "".join(proofs))
    return lockstep("gate", *words, cwd=project)


def _proofs(done: Done) -> list[dict[str, Any]]:
    found = json.loads(done.out)
    assert faults("gate", found) == []
    proofs: list[dict[str, Any]] = found["proofs"]
    return proofs


def test_what_holds_and_what_is_refused_as_it_must_be(project: Path) -> None:
    done = _gate(project, HOLDS, REFUSED)
    assert done.code == 0, done.out
    assert "inductive, 2 lemmas, " in done.out
    assert "it refuses not_above after climb, as it must" in done.out
    assert "2 checks in" in done.out


ASKED: tuple[tuple[str, ExitCode, str], ...] = (
    (HOLDS + 'lemmas = ["in_the_air"]\n', ExitCode.NOT_INDUCTIVE, "the lemmas do not imply safe"),
    (HOLDS + 'lemmas = ["safe", "small"]\n', ExitCode.OK, ""),
    (REFUSED.replace("climb", "build"), ExitCode.NEGATIVE_CONTROL, "must refuse not_above after build"),
    (HOLDS.replace("= 1", "= 5"), ExitCode.VACUOUS, "the action build is enabled in no state"),
    (HOLDS.replace("= 1", "= 5") + 'accept.never_fired = ["build"]\n', ExitCode.OK, ""),
    (HOLDS + 'lemmas = ["above"]\n', ExitCode.CONFIGURATION, "has no lemma or invariant 'above'"),
    (REFUSED.replace('"climb"', '"climbs"'), ExitCode.CONFIGURATION, "has no action 'climbs'"),
    (HOLDS + 'mode = "bounded"\nsteps = 3\n', ExitCode.OK, "No violation within 3 steps"),
    (
        REFUSED.replace("not_above", "safe") + 'mode = "bounded"\nsteps = 3\n',
        ExitCode.OK,
        "refuses safe after climb",
    ),
)
"""Proofs, what each ends with, and what is said of it."""


def test_what_is_asked_decides(project: Path) -> None:
    """All in one gate: each proof has a verdict of its own."""
    named = [
        re.sub(r'name = "[a-z]+"', f'name = "{number}"', proof) for number, (proof, _, _) in enumerate(ASKED)
    ]
    found = _proofs(_gate(project, *named, words=("--json", "--no-cache")))
    assert [one["proof"] for one in found] == [str(number) for number in range(len(ASKED))]
    assert [one["exit_code"] for one in found] == [code for _, code, _ in ASKED]
    for one, (_, _, said) in zip(found, ASKED, strict=True):
        assert said in one["reason"], one


def test_a_proof_of_every_scope_is_recorded(project: Path) -> None:
    proof = HOLDS + 'mode = "unbounded"\nseeds = 3\nonly = ["safe"]\n'
    (found,) = _proofs(_gate(project, proof, words=("--json", "--no-cache")))
    assert (found["verdict"], found["status"], found["cached"]) == ("proved", "pass", False)
    assert found["solver"].startswith("z3 ")
    assert found["answer"]["seeds"] == [0, 1, 2]
    assert all(one["proved"] == [0, 1, 2] for one in found["answer"]["queries"])


def test_an_answer_is_found_again_until_the_model_changes(project: Path) -> None:
    words = ("--json",)
    assert [one["cached"] for one in _proofs(_gate(project, HOLDS, words=words))] == [False]
    assert [one["cached"] for one in _proofs(_gate(project, HOLDS, words=words))] == [True]
    (project / "stairs.py").write_text(MODEL.replace("self.here < self.top)", "self.here <= self.top)"))
    done = _gate(project, HOLDS, words=words)
    assert done.code == ExitCode.NOT_INDUCTIVE
    assert [one["cached"] for one in _proofs(done)] == [False]


def test_a_query_that_was_proved_is_not_asked_again(project: Path) -> None:
    _gate(project, HOLDS + 'mode = "unbounded"\nonly = ["safe"]\n')
    words = ("prove", "specs/stairs.toml:holds", "--json")
    known = [one["known"] for one in json.loads(lockstep(*words, cwd=project).out)["queries"]]
    again = [one["known"] for one in json.loads(lockstep(*words, cwd=project).out)["queries"]]
    anew = [one["known"] for one in json.loads(lockstep(*words, "--no-cache", cwd=project).out)["queries"]]
    assert all(one in ([], [0, 1, 2, 3, 4]) for one in again)
    assert sum(map(len, again)) > 0
    assert not any(anew)
    assert sum(map(len, known)) < sum(map(len, again))


def test_a_proof_is_proved_by_its_name(project: Path) -> None:
    _gate(project, HOLDS + 'mode = "unbounded"\nonly = ["safe"]\n')
    done = lockstep("prove", "specs/stairs.toml:holds", cwd=project)
    assert done.code == 0
    assert done.out.startswith("Proved for all values of step")
    assert lockstep("check", "specs/stairs.toml", cwd=project).code == ExitCode.CONFIGURATION
