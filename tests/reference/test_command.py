"""`python -m reference.simulator`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reference.simulator.__main__ import main
from reference.simulator.plan import plan_for
from tests.reference.seeded_bugs import BUGS

BUG = "tokens are forgotten"


def test_seeds_are_run_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "5", "--seeds", "3"]) == 0
    output = capsys.readouterr().out
    assert output.startswith("seeds 3, failed 0\nevents ")
    assert "lost 0" in output


def test_several_processes_report_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    texts: list[list[str]] = []
    for jobs in ("1", "2"):
        assert main(["--seeds", "4", "--jobs", jobs]) == 0
        lines = capsys.readouterr().out.splitlines()
        texts.append([line for line in lines if " a second of " not in line])
    assert texts[0] == texts[1]


def test_a_failure_says_how_to_see_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    with BUGS[BUG].plant():
        assert main(["--seed", "0", "--seeds", "2"]) == 12
    output = capsys.readouterr().out
    assert "seed 0: linearizability: " in output
    assert "again: python -m reference.simulator --seed 0\n" in output


def test_a_probe_that_is_never_reached_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    alone = next(seed for seed in range(100) if not plan_for(seed).system)
    assert main(["--seed", str(alone), "--every-probe"]) == 20
    assert "never reached: split_proposed: a group is split\n" in capsys.readouterr().out


def test_a_trace_of_several_seeds_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "2", "--trace", "x"]) == 2
    assert capsys.readouterr().err == "--trace and --events are of one seed: leave --seeds out\n"


def test_a_trace_that_cannot_be_written_is_one_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--seed", "1", "--trace", str(tmp_path / "no" / "where.json")]) == 153
    assert capsys.readouterr().err.endswith("where.json: cannot be written: No such file or directory\n")


def test_the_events_of_a_node_have_no_gap(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert main(["--seed", "3", "--events", str(path)]) == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    expected: dict[tuple[str, int], int] = {}
    kinds: dict[str, bool] = {}
    for line in lines:
        event = json.loads(line)
        assert line == json.dumps(event, sort_keys=True)
        life = event["node"], event["inc"]
        expected[life] = expected.get(life, 0) + 1
        assert event["seq"] == expected[life]
        assert (event["state"] is None) == (event["ev"] == "crash")
        kinds[event["ev"]] = True
    known = {"recv", "send", "timer", "request", "reply", "sync_start", "sync_done", "crash", "restart"}
    assert known <= set(kinds)
    assert len(expected) > 3
