"""`lockstep simulate-system`, and the trace that the simulator writes: what the checker makes of it."""

from __future__ import annotations

from pathlib import Path

from checker.traces.json_form import from_json
from reference.simulator.__main__ import main
from tests.reference.seeded_bugs import BUGS
from tests.unit.cli.process import lockstep

BUG = "tokens are forgotten"


def test_the_trace_is_one_that_the_checker_reads(tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    with BUGS[BUG].plant():
        assert main(["--seed", "0", "--trace", str(path), "--steps", "50"]) == 12
    trace = from_json(path.read_bytes())
    assert len(trace.steps) == 50
    assert trace.variables == (
        "role",
        "promised",
        "commit",
        "applied",
        "log_durable",
        "members",
        "operation",
    )
    assert trace.property is not None
    assert trace.property.startswith("linearizability: ")


def test_lockstep_shows_a_seed() -> None:
    done = lockstep("simulate-system", "--seed", "1", "--steps", "5")
    assert done.code == 0, done.err
    assert done.out.startswith("A trace of 5 steps.\nreference.simulator:seed 1 with ")
    assert "\nseeds 1, failed 0\n" in done.out


def test_lockstep_wants_a_seed() -> None:
    done = lockstep("simulate-system")
    assert done.code == 2
    assert "--seed" in done.err
