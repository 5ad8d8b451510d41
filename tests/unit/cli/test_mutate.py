"""`lockstep mutate`: the report, the JSON, what is accepted, and every message."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as tree

from checker.cli_mutate import OPERATORS
from checker.ir.mutation.mutant import Operator
from tests.unit.cli.process import Done, lockstep

ROUNDS = (
    "tests.models.mutable:Rounds",
    *("--scope", "Node=3,Round=2"),
    *("--faults", "crash=1"),
    *("--deadlock", "accept"),
)
PROMISE = "drop-guard promise: require(Prepare(b) in self.network)"
AGAIN = "comparison promise: b > self.promised[a]"
LATE = "skip-assignment accept: self.promised[a] = b"


def mutate(*words: str) -> Done:
    """Runs the command."""
    return lockstep("mutate", *words)


def without_rate(text: str) -> str:
    """A report without what differs from run to run."""
    return re.sub(
        r"(?m)^[0-9.]+ s with the (\w+) engine; [0-9,]+ mutants", r"N s with the \1 engine; N mutants", text
    )


PROVES = """
[[prove]]
name = "unasked"
model = "model.paxos_proof:UnaskedPaxosProof"
scope = { Acceptor = 3, Value = 2, Ballot = 3 }
[[prove]]
name = "again, and another mistake"
model = "model.mutants.paxos_repeats:VotesForUnproposed"
scope = { Acceptor = 3, Value = 2, Ballot = 3 }
[[prove]]
name = "of few steps"
mode = "bounded"
steps = 2
scope = { Acceptor = 3, Value = 2, Ballot = 3 }
"""


def spec(folder: Path, *lines: str) -> str:
    """A spec of Paxos with one scope, these lines of its [[mutate]], and proofs."""
    file = folder / "paxos.toml"
    file.write_text(
        'model = "model.paxos:Paxos"\n'
        '[[check]]\nname = "two ballots"\nscope = { Acceptor = 3, Value = 2, Ballot = 2 }\n'
        '[[check]]\nname = "it fails"\nmutant = "model.mutants.paxos:ProposesTwoValues"\n'
        "scope = { Acceptor = 3, Value = 2, Ballot = 2 }\n"
        'expect = { violated = "agreement" }\n[[mutate]]\n' + "\n".join(lines) + "\n" + PROVES,
        encoding="utf-8",
    )
    return str(file)


def proved(mutant: str, proof: str) -> str:
    """The line that accepts a mutant for a proof."""
    return f'accept = [{{ mutant = "{mutant}", reason = "known", proof = "{proof}" }}]'


def accepting(*names: str) -> str:
    """The line that accepts some mutants."""
    return "accept = [" + ", ".join(f'{{ mutant = "{one}", reason = "known" }}' for one in names) + "]"


def test_the_report(golden: Callable[[str, str], None]) -> None:
    done = mutate(*ROUNDS)
    assert (done.code, done.err) == (28, "")
    golden("cli/mutate_rounds.txt", without_rate(done.out))


def test_the_whole_matrix(golden: Callable[[str, str], None]) -> None:
    done = mutate(*ROUNDS, "--matrix")
    assert (done.code, done.err) == (28, "")
    text = without_rate(done.out)
    golden("cli/mutate_matrix.txt", text[: text.index("\nSurvivors")])
    document: Any = json.loads(mutate(*ROUNDS, "--matrix", "--json").out)["models"][0]
    assert document["broken"]["acks_are_kept"] == [1]
    assert document["noticed"]["acks_are_kept"] == []
    assert document["mutants"][0]["broken"] == ["acks_are_kept", "rounds_rise"]


def test_what_was_cut_short_is_said() -> None:
    small = ("tests.models.mutable:Rounds", "--scope", "Node=2,Round=2", "--faults", "crash=1", "--deadlock")
    words = (*small, "accept", "--engine", "python", "--operator", "drop-guard", "--matrix")
    document: Any = json.loads(mutate(*words, "--json").out)["models"][0]["mutants"][0]
    assert (document["broken"], document["cut"]) == (["acks_are_kept", "rounds_rise"], None)
    done = mutate(*words, "--max-states", str(document["distinct"]))
    assert "cut short, so there may be more, of 1" in " ".join(done.out.split())


def test_the_object_of_json(golden: Callable[[str, str], None]) -> None:
    done = mutate(
        "specs/lease.toml:leases of one tick, grants of three",
        "--json",
        "--operator",
        "quorum",
        "--operator",
        "swap",
    )
    document: Any = json.loads(done.out)
    assert document["format"] == "lockstep-mutants"
    golden("cli/mutate_lease.json", json.dumps(document, indent=1) + "\n")


def test_the_python_engine_says_the_same() -> None:
    small = ("tests.models.mutable:Rounds", "--scope", "Node=3,Round=1", "--faults", "crash=1")
    words = (*small, "--deadlock", "accept", "--json")
    native, python = mutate(*words), mutate(*words, "--engine", "python")
    without: Any = lockstep("mutate", *words, CC="/nonexistent/cc")
    found: Any = [json.loads(done.out)["models"][0] for done in (native, python, without)]
    assert [one["engine"] for one in found] == ["native", "python", "python"]
    assert found[0]["counts"] == found[1]["counts"] == found[2]["counts"]
    assert found[0]["noticed"] == found[1]["noticed"]
    assert "slower" in found[2]["notes"][0]


def test_every_mutant_of_the_shipped_specs_is_noticed_or_accepted() -> None:
    for name in ("paxos", "lease"):
        done = mutate(f"specs/{name}.toml")
        assert done.code == 0, done.out
        assert "Survivors that are accepted" in done.out
        assert "\nSurvivors\n" not in done.out


def test_a_junit_report_has_a_case_for_each_mutant(tmp_path: Path) -> None:
    file = tmp_path / "mutants.xml"
    assert (
        mutate(spec(tmp_path, 'checks = ["two ballots"]', accepting(PROMISE)), "--junit", str(file)).code
        == 28
    )
    suite = tree.parse(file).getroot().findall("testsuite")
    cases = [case for one in suite for case in one.findall("testcase")]
    assert len(cases) == 20
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    assert failed == {AGAIN, LATE}
    assert len([case for case in cases if case.find("skipped") is not None]) == 1


def test_survivors_that_are_accepted(tmp_path: Path) -> None:
    three = spec(tmp_path, 'checks = ["two ballots"]', accepting(PROMISE, AGAIN, LATE))
    assert mutate(three).code == 0
    two = spec(tmp_path, 'checks = ["two ballots"]', accepting(PROMISE, AGAIN))
    assert mutate(two).code == 28
    assert mutate(two, "--max-survivors", "1").code == 0
    one = spec(tmp_path, 'checks = ["two ballots"]', "max_survivors = 1", accepting(PROMISE, AGAIN))
    assert mutate(one).code == 0


def test_a_survivor_that_a_proof_shows_to_be_harmless(tmp_path: Path) -> None:
    file = spec(tmp_path, 'checks = ["two ballots"]', "max_survivors = 2", proved(PROMISE, "unasked"))
    done = mutate(file)
    assert (done.code, done.err) == (0, "")
    shown = done.out.index("\nSurvivors that a proof shows to be harmless\n")
    assert PROMISE in done.out[shown:]
    assert "\n     proof: unasked\n" in done.out[shown:]
    assert "Survivors that are accepted" not in done.out
    document: Any = json.loads(mutate(file, "--json").out)["models"][0]
    assert {one["name"]: one["proof"] for one in document["mutants"] if one["accepted"]} == {
        PROMISE: "unasked"
    }


def test_a_search_that_is_cut_short_is_no_survivor(tmp_path: Path) -> None:
    done = mutate(
        "model.paxos:Paxos", "--scope", "Acceptor=3,Value=1,Ballot=1", "--max-states", "2", "--json"
    )
    document: Any = json.loads(done.out)["models"][0]
    assert document["counts"]["truncated"] > 0
    assert document["counts"]["survived"] == 0
    assert done.code == 20


def composed(folder: Path, *lines: str) -> str:
    """A spec of a model that is made of another, with these lines of its [[mutate]]."""
    file = folder / "composed.toml"
    file.write_text(
        'model = "tests.models.composed:Composed"\n'
        '[[check]]\nname = "two rounds"\nscope = { Node = 3, Round = 2 }\ndeadlock = "accept"\n'
        '[[mutate]]\nchecks = ["two rounds"]\n' + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    return str(file)


def test_only_the_rules_of_some_modules(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    done = mutate(composed(tmp_path, 'modules = ["tests.models.composed"]'))
    assert (done.code, done.err) == (28, "")
    golden("cli/mutate_modules.txt", without_rate(done.out))


def test_what_is_left_to_other_specs_is_counted(tmp_path: Path) -> None:
    def found(*lines: str) -> Any:
        return json.loads(mutate(composed(tmp_path, *lines), "--json").out)["models"][0]

    every, own = found(), found('modules = ["tests.models.composed"]')
    rest = found('modules = ["tests.models.mutable"]')
    assert (every["modules"], every["elsewhere"]) == (None, {})
    assert own["modules"] == ["tests.models.composed"]
    assert own["elsewhere"] == {"tests.models.mutable": len(rest["mutants"])}
    assert rest["elsewhere"] == {"tests.models.composed": len(own["mutants"])}
    for one in own["mutants"]:
        assert one["file"] == "tests/models/composed.py"

    def fates(of: Any) -> dict[str, str]:
        return {one["name"]: one["fate"] for one in of["mutants"]}

    assert fates(own) | fates(rest) == fates(every)
    assert {"drop-guard move: require(n not in self.out)"} < set(fates(own))


MISTAKES = [
    ("no check", ['checks = ["three ballots"]']),
    ("a check that must fail", ['checks = ["it fails"]']),
    ("no checks", ["checks = []"]),
    ("no key", ["accept = []"]),
    (
        "no mutant",
        ['checks = ["two ballots"]', accepting("drop-guard promise: require(Prepare(b) in self.net)")],
    ),
    ("killed", ['checks = ["two ballots"]', accepting("skip-assignment promise: self.promised[a] = b")]),
    (
        "lost",
        ['checks = ["two ballots"]', accepting("skip-assignment prepare: self.network.add(Prepare(b))")],
    ),
    ("another tier", ['checks = ["two ballots"]', 'tier = "nightly"']),
    ("twice", ['checks = ["two ballots"]', accepting(PROMISE, PROMISE)]),
    ("no module", ['checks = ["two ballots"]', 'modules = ["model.paxo", "checker"]']),
    ("no modules", ['checks = ["two ballots"]', "modules = []"]),
    ("a module twice", ['checks = ["two ballots"]', 'modules = ["model.paxos", "model.paxos"]']),
    ("no proof", ['checks = ["two ballots"]', proved(PROMISE, "unaskd")]),
    ("a proof of few steps", ['checks = ["two ballots"]', proved(PROMISE, "of few steps")]),
    ("a proof of another", ['checks = ["two ballots"]', proved(AGAIN, "unasked")]),
    ("a proof of more", ['checks = ["two ballots"]', proved(AGAIN, "again, and another mistake")]),
    ("no reason", ['checks = ["two ballots"]', f'accept = [{{ mutant = "{PROMISE}", reason = " " }}]']),
]


def test_every_message(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    texts: list[str] = []
    for title, lines in MISTAKES:
        done = mutate(spec(tmp_path, *lines))
        assert (done.code, done.out) == (151, ""), title
        texts.append(f"{title}\n{done.err.replace(str(tmp_path) + '/', '')}\n")
    for words in (
        ("specs/paxos.toml:four ballots",),
        ("specs/paxos.toml:a proposer is content with one promise",),
        ("specs/nothing.toml",),
        ("model.paxos:Paxos", "--scope", "Acceptor=3"),
        ("model.mutants.paxos:ProposesTwoValues", "--scope", "Acceptor=3,Value=2,Ballot=2"),
    ):
        done = mutate(*words)
        assert (done.code, done.out) == (151, ""), words
        texts.append(f"{' '.join(words)}\n{done.err}\n")
    golden("cli/mutate_errors.txt", "".join(texts))


def test_an_unknown_operator_is_a_mistake_of_usage() -> None:
    done = mutate("specs/paxos.toml", "--operator", "delete")
    assert done.code == 2
    assert "drop-guard" in done.err


def test_the_command_line_names_the_operators() -> None:
    assert tuple(one.value for one in Operator) == OPERATORS
