"""`lockstep prove`: what it prints, its JSON, its exit codes, its mistakes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from checker.exit_codes import ExitCode
from tests.unit.cli.process import Done, environment, lockstep

TWO = "Acceptor=2,Value=2,Ballot=2"


def _without_times(text: str) -> str:
    """One line: where a line ends depends on how long it took."""
    text = re.sub(r"[0-9]+\.[0-9]+ s\b", "N s", text)
    text = re.sub(r"Z3 [0-9.]+[0-9]", "Z3 N", text)
    return " ".join(text.partition("Slowest queries")[0].split()) + "\n"


def _shown(done: Done) -> str:
    return f"{_without_times(done.out)}{done.err}exit {done.code}\n"


def test_an_induction_that_holds(golden: Callable[[str, str], None]) -> None:
    done = lockstep("prove", "model.paxos_proof:PaxosProof", "--scope", TWO)
    golden("cli/prove_inductive.txt", _shown(done))


def test_an_induction_that_fails(tmp_path: Path) -> None:
    file = tmp_path / "cti.json"
    done = lockstep("prove", "model.paxos:Paxos", "--scope", TWO, "--trace-out", str(file))
    assert done.code == ExitCode.NOT_INDUCTIVE
    assert "agreement is not kept by accept" in done.out
    assert "reachable or not" in done.out
    shown = lockstep("show", str(file))
    assert shown.code == 0
    assert "accept(" in shown.out


def test_a_bounded_search_that_finds_something() -> None:
    done = lockstep("prove", "specs/paxos.toml:an-acceptor-votes-for", "--bounded", "6")
    assert done.code == ExitCode.INVARIANT
    assert "No violation is shorter than 4 steps." in done.out


def test_a_bounded_search_that_finds_nothing(golden: Callable[[str, str], None]) -> None:
    done = lockstep("prove", "specs/paxos.toml:two ballots", "--bounded", "3")
    golden("cli/prove_bounded.txt", _shown(done))


def test_no_answer_is_no_answer() -> None:
    done = lockstep("prove", "specs/paxos.toml:two ballots", "--bounded", "30", "--seconds", "0.5")
    assert done.code == ExitCode.UNDECIDED
    assert done.out.startswith("Not decided:")


def test_json() -> None:
    done = lockstep("prove", "model.paxos_proof:PaxosProof", "--scope", TWO, "--json")
    found = json.loads(done.out)
    assert (found["format"], found["mode"], found["verdict"]) == ("lockstep-proof", "induction", "inductive")
    assert len(found["lemmas"]) == 9
    assert all(one["holds"] for one in found["queries"])


def test_an_assumption_that_is_false() -> None:
    words = ("--params", "horizon=12,p=1,q=4,lease_ticks=4,grant_ticks=4")
    done = lockstep("prove", "model.lease_rates:LeaseRates", *words)
    assert done.code == ExitCode.ASSUMPTION
    assert "grants_outlast_leases" in done.out


def test_mistakes(golden: Callable[[str, str], None]) -> None:
    found = [
        lockstep("prove", "specs/paxos.toml"),
        lockstep("prove", "model.paxos:Paxos", "--scope", TWO, "--bounded", "3", "--unbounded"),
        lockstep("prove", "model.paxos:Paxos", "--scope", "Acceptor=2"),
        lockstep("prove", "tests.models.induction:Wide", "--bounded", "2"),
    ]
    golden("cli/prove_mistakes.txt", "\n".join([f"{done.err}exit {done.code}\n" for done in found]))


def test_without_the_solver(golden: Callable[[str, str], None]) -> None:
    """The core is installed without it."""
    program = (
        "import sys; sys.modules['z3'] = None; sys.argv[1:] = "
        f"['prove', 'model.paxos:Paxos', '--scope', '{TWO}']; from checker.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=False
    )
    golden("cli/prove_without_solver.txt", f"{done.stderr}exit {done.returncode}\n")
