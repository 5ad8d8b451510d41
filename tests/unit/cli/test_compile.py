"""`lockstep compile`: the C of a check, for people to read."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.cli.process import ROOT, lockstep

PAXOS = ("model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=2")


def test_each_rule_stands_beside_its_line() -> None:
    done = lockstep("compile", *PAXOS)
    assert (done.code, done.err) == (0, "")
    source = (ROOT / "model" / "paxos.py").read_text(encoding="utf-8").splitlines()
    named = {int(line) for line in re.findall(r"model/paxos\.py:(\d+)", done.out)}
    for rule in ("def prepare", "def promise", "def propose", "def accept", "def agreement"):
        line = next(number for number, text in enumerate(source, 1) if rule in text)
        # The decorator, the signature or the first statement.
        assert named & set(range(line - 1, line + 5)), rule


def test_a_check_of_a_spec_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "paxos.c"
    done = lockstep("compile", "specs/paxos.toml:a proposer proposes two values", "--output", str(file))
    assert (done.code, done.out) == (0, "")
    assert "model_expand" in file.read_text(encoding="utf-8")


def test_one_check_at_a_time() -> None:
    done = lockstep("compile", "specs/paxos.toml")
    assert done.code == 151
    assert re.fullmatch(r"TARGET: specs/paxos.toml has \d+ checks, .*; name one: .*\n", done.err)


def test_a_wrong_scope_is_refused() -> None:
    done = lockstep("compile", "model.paxos:Paxos", "--scope", "Acceptor=3")
    assert done.code == 151
    assert "Traceback" not in done.err
