"""Specs: what is read, and every message for what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.engines.request import Limits
from checker.exit_codes import ExitCode
from checker.gates.check import Accept, Expect
from checker.gates.problems import SpecError
from checker.gates.spec import load_spec, project_of, read_spec
from checker.verdicts import Requirement
from tests.unit.gates.spec_samples import VALID, WRONG


def test_every_key_is_read(tmp_path: Path) -> None:
    positive, control = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path).checks
    assert positive.name == "3 acceptors, 2 ballots"
    assert positive.target == positive.model == "model.paxos:Paxos"
    assert positive.scope == {"Acceptor": 3, "Value": 2, "Ballot": 2}
    assert positive.params == {"lease": -3}
    assert positive.faults == {"crash": 1}
    assert positive.requirement == Requirement("exhausted_within", frozenset({"short", "few"}))
    assert positive.expect is None
    assert positive.only == frozenset({"agreement"})
    assert not positive.deadlock
    assert positive.limits == Limits(seconds=1.5, bytes=8 * 2**30, states=1_000_000, depth=40)
    assert positive.tier == "quick"
    assert positive.accept == Accept(frozenset({"crash"}), frozenset({"c"}), frozenset({"agreement"}))
    assert control.expect == Expect("agreement", 12)
    assert control.requirement is None
    assert control.target == "model.mutants.paxos:Forgets"


def test_what_is_not_said_is_strict(tmp_path: Path) -> None:
    (check,) = read_spec(b'model = "m:M"\n[[check]]\nname = "one"\n', "s.toml", tmp_path).checks
    assert check.requirement == Requirement("exhausted")
    assert check.deadlock
    assert check.only is None
    assert check.accept == Accept()
    assert check.limits == Limits()
    assert check.tier == "default"


def test_a_key_knows_its_line(tmp_path: Path) -> None:
    positive, control = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path).checks
    assert positive.origin.place("scope", "Acceptor") == "specs/paxos.toml:5"
    assert positive.origin.place("accept", "covers") == "specs/paxos.toml:13"
    assert positive.origin.place("model") == "specs/paxos.toml:1"
    assert control.origin.place("mutant") == "specs/paxos.toml:17"
    assert control.origin.place("params", "lease") == "specs/paxos.toml:15"


def test_every_message(golden: Callable[[str, str], None]) -> None:
    text = ""
    for case, spec in WRONG.items():
        data = spec if isinstance(spec, bytes) else spec.encode()
        with pytest.raises(SpecError) as caught:
            read_spec(data, "specs/x.toml", Path())
        assert caught.value.exit_code == ExitCode.CONFIGURATION
        text += f"{case}\n" + "".join([f"    {problem}\n" for problem in caught.value.problems])
    golden("cli/spec_errors.txt", text)


@pytest.mark.parametrize("case", sorted(WRONG))
def test_an_error_is_one_printable_line_with_a_fix(case: str) -> None:
    spec = WRONG[case]
    with pytest.raises(SpecError) as caught:
        read_spec(spec if isinstance(spec, bytes) else spec.encode(), "specs/x.toml", Path())
    for problem in caught.value.problems:
        assert str(problem).isprintable()
        assert problem.place.startswith("specs/x.toml")
        assert problem.fix
        assert len(str(problem)) < 300


def test_a_file_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "paxos.toml").write_text(VALID)
    with pytest.raises(SpecError, match=r"did you mean 'paxos.toml'"):
        load_spec(tmp_path / "paxs.toml")
    with pytest.raises(SpecError, match="Is a directory"):
        load_spec(tmp_path)
    with pytest.raises(SpecError, match="is not a path"):
        load_spec(Path("a\0b.toml"))


def test_the_project_is_the_folder_that_has_specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert project_of(tmp_path / "a" / "specs" / "deep" / "x.toml") == tmp_path / "a"
    assert project_of(Path("specs/x.toml")) == tmp_path
    assert project_of(Path("elsewhere/x.toml")) == tmp_path
