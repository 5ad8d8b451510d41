"""Specs: what is read, and every message for what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.engines.request import Limits
from checker.exit_codes import ExitCode
from checker.gates.check import Accept, Expect, Refusal, Traces
from checker.gates.problems import SpecError
from checker.gates.spec import load_spec, project_of, read_spec
from checker.verdicts import Requirement
from tests.unit.gates.spec_samples import VALID, WRONG


def test_every_key_is_read(tmp_path: Path) -> None:
    spec = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path)
    accepted = (spec.accept.never_fired, spec.accept.covers, spec.accept.untested, spec.accept.unpruned)
    assert [sorted(names) for names in (*accepted, spec.accept.unchecked)] == [[name] for name in "fghij"]
    positive, control, *_ = spec.checks
    assert positive.name == "3 acceptors, 2 ballots"
    assert positive.target == positive.model == "model.paxos:Paxos"
    assert positive.scope == {"Acceptor": 3, "Value": 2, "Ballot": 2}
    assert positive.params == {"lease": -3}
    assert positive.faults == {"crash": 1}
    assert positive.requirement == Requirement("exhausted_within", frozenset({"short", "few"}))
    assert positive.expect is None
    assert positive.only == frozenset({"agreement"})
    assert positive.constraints == frozenset({"short", "few"})
    assert positive.symmetry == ("Acceptor",)
    assert not positive.deadlock
    assert positive.limits == Limits(seconds=1.5, bytes=8 * 2**30, states=1_000_000, depth=40)
    assert positive.tier == "quick"
    assert positive.accept == Accept(
        frozenset({"crash"}), frozenset({"c"}), frozenset({"a"}), frozenset({"few"}), no_step=True
    )
    assert control.expect == Expect("agreement", 12, ("crash", "propose"))
    assert control.requirement is None
    assert control.target == "model.mutants.paxos:Forgets"


def test_every_key_of_a_proof_is_read(tmp_path: Path) -> None:
    proof, mutant = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path).proves
    assert proof.check.target == "model.paxos_proof:PaxosProof"
    assert (proof.mode, proof.steps, proof.seeds, proof.seconds) == ("unbounded", None, 5, 2.5)
    assert proof.check.scope == {"Acceptor": 3, "Value": 2, "Ballot": 2}
    assert (proof.check.params, proof.check.faults) == ({"lease": 3}, {"crash": 1})
    assert (proof.lemmas, proof.check.only) == (frozenset({"safe_at"}), frozenset({"agreement"}))
    assert not proof.check.deadlock
    assert proof.check.accept == Accept(never_fired=frozenset({"crash"}), untested=frozenset({"safe_at"}))
    assert proof.check.tier == "nightly"
    assert proof.expect is None
    assert mutant.check.target == "model.mutants.paxos:Forgets"
    assert (mutant.mode, mutant.steps, mutant.seeds, mutant.lemmas) == ("induction", 2, 1, None)
    assert mutant.expect == Refusal("safe_at", "propose")


def test_what_is_not_said_is_strict(tmp_path: Path) -> None:
    (check,) = read_spec(b'model = "m:M"\n[[check]]\nname = "one"\n', "s.toml", tmp_path).checks
    assert check.requirement == Requirement("exhausted")
    assert check.deadlock
    assert check.only is None
    assert check.constraints is None
    assert check.symmetry is None
    assert check.accept == Accept()
    assert check.limits == Limits()
    assert check.tier == "default"


def test_a_key_knows_its_line(tmp_path: Path) -> None:
    positive, control, *_, last = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path).checks
    assert positive.origin.place("scope", "Acceptor") == "specs/paxos.toml:6"
    assert positive.origin.place("accept", "covers") == "specs/paxos.toml:16"
    assert positive.origin.place("model") == "specs/paxos.toml:1"
    assert control.origin.place("mutant") == "specs/paxos.toml:20"
    assert control.origin.place("params", "lease") == "specs/paxos.toml:24"
    assert control.origin.place("scope", "Acceptor") == "specs/paxos.toml:21"
    assert control.origin.place("scope", "Ballot") == "specs/paxos.toml:24"
    assert last.origin.place("params", "lease") == "specs/paxos.toml:25"
    assert last.origin.place("expect", "violated") == "specs/paxos.toml:22"
    assert last.origin.place("expect", "steps") == "specs/paxos.toml:25"


def test_what_is_replayed(tmp_path: Path) -> None:
    (replay,) = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path).replays
    assert replay.name == "every step on the implementation"
    assert (replay.model, replay.system) == (
        "model.paxos:Paxos",
        "tests.conformance.two_phase_system:TwoPhaseSystem",
    )
    assert dict(replay.scope) == {"Acceptor": 3, "Value": 1, "Ballot": 2}
    assert (dict(replay.params), dict(replay.faults)) == ({"lease": 3}, {"crash": 1})
    assert replay.traces == Traces("contexts", at_most=20, states=1000, length=50, seed=7)
    assert (replay.disabled, replay.tier) == (5, "nightly")
    assert replay.mutants == ("model.mutants.paxos:AcceptsBelowPromised",)
    assert replay.origin.place("scope", "Acceptor") == "specs/paxos.toml:31"


def test_how_logs_are_read(tmp_path: Path) -> None:
    (found,) = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path).validates
    assert (found.name, found.model) == ("logs under faults", "model.paxos:Paxos")
    assert found.mapping == "tests.conformance.two_phase_mapping:TwoPhaseMapping"
    assert (dict(found.scope), found.frontier) == ({"Acceptor": 3, "Value": 1, "Ballot": 2}, 500)


def test_a_matrix_is_run_for_each_row_and_each_combination(tmp_path: Path) -> None:
    _, *made = read_spec(VALID.encode(), "specs/paxos.toml", tmp_path).checks
    name = "a promise that is forgotten is caught"
    assert [one.name for one in made] == [
        f"{name} [Ballot=2, crash=1]",
        f"{name} [Ballot=2, crash=0]",
        f"{name} [Ballot=3, crash=1]",
        f"{name} [Ballot=3, crash=0]",
        f"{name} [lease=4]",
    ]
    assert [dict(one.scope) for one in made[1:3]] == [
        {"Acceptor": 3, "Ballot": 2},
        {"Acceptor": 3, "Ballot": 3},
    ]
    assert [dict(one.faults) for one in made] == [{"crash": 1}, {"crash": 0}] * 2 + [{}]
    assert {one.expect for one in made[:4]} == {Expect("agreement", 12, ("crash", "propose"))}
    last = made[4]
    assert (last.tier, last.limits.seconds) == ("nightly", 5)
    assert last.expect == Expect("agreement", 13, ("crash", "propose"))
    assert {one.tier for one in made[:4]} == {"default"}


def test_the_names_of_a_matrix_do_not_depend_on_the_order_of_writing(tmp_path: Path) -> None:
    text = 'model = "m:M"\n[[check]]\nname = "one"\nmatrix = [{ rows }]\n'
    rows = ("scope = { B = 2, A = 1 }, params.c = 3", "params.c = 3, scope = { A = 1, B = 2 }")
    for row in rows:
        (check,) = read_spec(text.replace("rows", row).encode(), "s.toml", tmp_path).checks
        assert check.name == "one [A=1, B=2, c=3]"


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
