"""`--engine`: both engines say the same of the same check."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.cli.process import lockstep

PAXOS = ("check", "model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=2", "--json")
MUTANT = ("check", "specs/paxos.toml:a proposer proposes two values", "--json")


def answer(words: tuple[str, ...], engine: str) -> tuple[int, dict[str, Any]]:
    done = lockstep(*words, "--engine", engine)
    said: dict[str, Any] = json.loads(done.out)
    for measure in ("seconds", "bytes_per_state"):
        del said[measure]
    said.pop("checks", None)
    return done.code, said


@pytest.mark.parametrize("words", [PAXOS, MUTANT], ids=["exhausted", "violated"])
def test_the_engines_agree(words: tuple[str, ...]) -> None:
    assert answer(words, "native") == answer(words, "python")


def test_without_a_compiler_one_error_says_what_to_do() -> None:
    done = lockstep(
        *PAXOS, "--engine", "native", CC="/nowhere/cc", PATH="/nowhere", XDG_CACHE_HOME="/nowhere"
    )
    assert done.code == 153
    assert "--engine python" in done.err
    assert "Traceback" not in done.err
