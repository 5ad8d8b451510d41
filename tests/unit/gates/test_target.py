"""What `lockstep check` is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.engines.request import Limits
from checker.gates.problems import SpecError
from checker.gates.target import Options, checks_of, slug

SPEC = """model = "m:M"
[[check]]
name = "3 acceptors, 2 ballots"
limits.states = 10
[[check]]
name = "3 acceptors, 3 ballots: slow"
[[check]]
name = "3 acceptors"
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "p.toml").write_text(SPEC)
    return "specs/p.toml"


def names(target: str) -> list[str]:
    return [check.name for check in checks_of(target, Options())]


def test_a_spec_means_all_its_checks(spec: str) -> None:
    assert len(names(spec)) == 3


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("3 acceptors, 2 ballots", 2),
        ("3-acceptors-2-ballots", 2),
        ("3 acceptors, 2", 2),
        ("3-acceptors-2", 2),
        ("3 Acceptors, 3", 3),
        ("3 acceptors, 3 ballots: slow", 3),
        ("3 acceptors", 0),  # the whole name of one, though others begin so
        ("3-acceptors", 0),
    ],
)
def test_a_check_is_found_by_name_slug_or_beginning(spec: str, word: str, number: int) -> None:
    found = {2: "3 acceptors, 2 ballots", 3: "3 acceptors, 3 ballots: slow", 0: "3 acceptors"}
    assert names(f"{spec}:{word}") == [found[number]]


def test_limits_of_the_command_line_replace_those_of_the_spec(spec: str) -> None:
    (check,) = checks_of(f"{spec}:3-acceptors-2", Options(limits=Limits(seconds=1, states=5)))
    assert check.limits == Limits(seconds=1, states=5)
    (check,) = checks_of(f"{spec}:3-acceptors-2", Options(limits=Limits(seconds=1)))
    assert check.limits == Limits(seconds=1, states=10)


def test_a_model_takes_its_scope_from_the_options(spec: str) -> None:
    options = Options(
        {"A": 3}, {"lease": 2}, {"crash": 1}, frozenset({"p"}), "accept", limits=Limits(depth=4)
    )
    (check,) = checks_of("model.paxos:Paxos", options)
    assert (check.model, check.scope, check.params, check.faults) == (
        "model.paxos:Paxos",
        {"A": 3},
        {"lease": 2},
        {"crash": 1},
    )
    assert check.only == frozenset({"p"})
    assert not check.deadlock
    assert check.limits == Limits(depth=4)
    assert check.requirement is None
    assert check.origin.project == Path.cwd()


def test_every_message(spec: str, golden: Callable[[str, str], None]) -> None:
    cases = {
        "specs/p.toml:3 acc": Options(),
        "specs/p.toml:4 acceptors": Options(),
        "specs/p.toml:": Options(),
        "specs/p.toml:zzz\x1b": Options(),
        "specs/q.toml": Options(),
        "model.paxos": Options(),
        "model/paxos.py": Options(),
        "": Options(),
        spec: Options(scope={"A": 3}, only=frozenset({"p"}), deadlock="accept"),
    }
    text = ""
    for target, options in cases.items():
        with pytest.raises(SpecError) as caught:
            checks_of(target, options)
        text += f"{target!r}\n" + "".join([f"    {problem}\n" for problem in caught.value.problems])
    golden("cli/target_errors.txt", text)


def test_a_slug_is_lower_case_words_with_dashes() -> None:
    assert slug("3 acceptors, 2 ballots") == "3-acceptors-2-ballots"
    assert slug("A_b--C!") == "a-b-c"
