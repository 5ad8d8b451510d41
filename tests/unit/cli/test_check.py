"""`lockstep check`, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.traces.itf import from_itf
from checker.traces.json_form import from_json
from tests.unit.cli.process import LAUNCH, ROOT, environment, lockstep, without_measures

PAXOS = ("model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=2")
TOY = "tests.unit.gates.toy"
COUNTS = ("--scope", "Node=2", "--params", "top=3")

KEYS = {"verdict", "distinct", "generated", "depth", "seconds", "bytes_per_state", "actions", "trace"}

NOISY = """from checker import Model, action, invariant, require

print("imported")


class Noisy(Model):
    on: bool

    @action
    def switch(self) -> None:
        self.on = True

    @invariant
    def off(self) -> bool:
        return not self.on
"""


def test_paxos_is_checked_and_counted() -> None:
    done = lockstep("check", *PAXOS, "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert found.keys() >= KEYS
    assert (found["verdict"], found["distinct"], found["generated"], found["depth"]) == (
        "exhausted",
        443,
        2_682,
        17,
    )
    assert found["symmetry"] == ["Acceptor", "Value"]
    whole = json.loads(lockstep("check", *PAXOS, "--json", "--no-symmetry").out)
    assert (whole["distinct"], whole["generated"], whole["depth"]) == (3_921, 23_467, 17)
    assert found["trace"] is None
    assert list(found["actions"]) == ["prepare", "promise", "propose", "accept"]
    assert "All reachable states" in done.err


def test_the_report_of_paxos(golden: Callable[[str, str], None]) -> None:
    done = lockstep("check", *PAXOS)
    assert (done.code, done.err) == (0, "")
    golden("cli/check_paxos.txt", without_measures(done.out))


def test_a_violation_is_shown_as_a_trace(golden: Callable[[str, str], None]) -> None:
    done = lockstep("check", f"{TOY}:Overshoots", *COUNTS)
    assert done.code == 12
    golden("cli/check_violation.txt", without_measures(done.out))


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        ((f"{TOY}:Counter", *COUNTS), 0, "exhausted"),
        ((f"{TOY}:Counter", *COUNTS, "--faults", "reset=1"), 0, "exhausted"),
        ((f"{TOY}:Counter", "--scope", "Node=1", "--params", "top=9"), 0, "exhausted_within"),
        ((f"{TOY}:Counter", *COUNTS, "--max-depth", "2"), 20, "truncated"),
        ((f"{TOY}:Counter", *COUNTS, "--max-states", "1"), 20, "truncated"),
        ((*PAXOS, "--max-seconds", "0.01", "--engine", "python"), 20, "truncated"),
        ((*PAXOS, "--memory", "1M"), 20, "truncated"),
        ((f"{TOY}:Overshoots", *COUNTS), 12, "violated"),
        # Past the top nothing is enabled.
        ((f"{TOY}:Overshoots", *COUNTS, "--only", "grows"), 11, "violated"),
        ((f"{TOY}:Overshoots", *COUNTS, "--only", "grows", "--deadlock", "accept"), 0, "exhausted"),
    ],
)
def test_the_exit_code_says_what_was_found(words: tuple[str, ...], code: int, verdict: str) -> None:
    done = lockstep("check", *words, "--json")
    assert done.code == code
    found = json.loads(done.out)
    assert found["verdict"] == verdict
    assert found["exit_code"] == code
    assert (found["trace"] is not None) == (verdict == "violated")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("model.paxs:Paxos",), 151, "did you mean 'paxos'?"),
        (("model.paxos:Paxs",), 151, "did you mean 'Paxos'?"),
        (("model.paxos:Paxos", "--scope", "Acceptor=3"), 151, "add Ballot=3"),
        (("specs/none_of_these.toml",), 151, "cannot be read"),
        (("model.paxos",), 151, "write model.paxos:CLASS"),
        ((*PAXOS, "--trace-out", "trace.html"), 151, "end the name in one of"),
    ],
)
def test_a_mistake_is_told_on_standard_error(words: tuple[str, ...], code: int, said: str) -> None:
    done = lockstep("check", *words)
    assert done.code == code
    assert said in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_a_mistake_beside_json_is_json_too() -> None:
    done = lockstep("check", "model.paxos:Paxos", "--scope", "Acceptor=3", "--json")
    assert done.code == 151
    found = json.loads(done.out)
    assert found["verdict"] is None
    assert found.keys() >= KEYS
    assert {one["key"] for one in found["problems"]} == {"scope"}
    assert "add Ballot=3" in done.err


def test_a_model_that_cannot_be_imported(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = 1\nclass X(:\n")
    done = lockstep("check", "broken:X", cwd=tmp_path)
    assert (done.code, done.err) == (150, "broken.py:2: not Python: invalid syntax; correct the syntax\n")
    debug = lockstep("check", "broken:X", "--debug", cwd=tmp_path)
    assert debug.code == 150
    (tmp_path / "waits.py").write_text("raise KeyboardInterrupt\n")
    done = lockstep("check", "waits:X", cwd=tmp_path)
    assert (done.code, done.err) == (130, "interrupted\n")


def test_what_a_model_prints_does_not_mix_with_json(tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(NOISY)
    done = lockstep("check", "noisy:Noisy", "--json", cwd=tmp_path)
    assert done.code == 12
    assert json.loads(done.out)["property"] == "off"
    assert "imported" in done.err


def test_a_check_of_a_spec_and_all_of_them(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    assert lockstep("new", "commit", cwd=tmp_path).code == 0
    one = lockstep("check", "specs/commit.toml:committing-too", "--json", cwd=tmp_path)
    assert one.code == 0
    found = json.loads(one.out)
    assert (found["verdict"], found["property"], found["passed"]) == ("violated", "all_or_nothing", True)
    both = lockstep("check", "specs/commit.toml", cwd=tmp_path)
    assert (both.code, both.err) == (0, "")
    golden("cli/check_spec.txt", without_measures(both.out))
    listed = json.loads(lockstep("check", "specs/commit.toml", "--json", cwd=tmp_path).out)
    assert listed["verdict"] == "exhausted"
    assert [check["verdict"] for check in listed["checks"]] == ["exhausted", "violated"]
    several = lockstep("check", "specs/commit.toml", "--trace-out", "x.json", cwd=tmp_path)
    assert several.code == 151
    assert "2 checks" in several.err


def test_the_trace_is_written_in_the_form_that_the_name_says(tmp_path: Path) -> None:
    lockstep("new", "commit", cwd=tmp_path)
    texts: dict[str, str] = {}
    for name in ("t.json", "t.itf.json", "t.mmd", "t.py", "t.txt"):
        target = "specs/commit.toml:committing too early is caught"
        done = lockstep("check", target, "--trace-out", name, cwd=tmp_path)
        assert done.code == 0
        assert done.err == f"the trace is in {name}\n"
        texts[name] = (tmp_path / name).read_text()
    trace = from_json(texts["t.json"])
    assert [step.action for step in trace.steps] == ["prepare", "give_up", "decide_to_commit", "learn"]
    assert from_itf(texts["t.itf.json"]) == trace
    assert texts["t.mmd"].startswith("sequenceDiagram\n")
    assert lockstep("show", "t.json", "--format", "text", cwd=tmp_path).out == texts["t.txt"]
    assert lockstep("show", "t.itf.json", "--format", "json", cwd=tmp_path).out == texts["t.json"]
    program = [sys.executable, "t.py"]
    done_program = subprocess.run(program, cwd=tmp_path, env=environment(), capture_output=True, check=False)
    assert done_program.returncode == 0, done_program.stderr


def test_without_a_violation_no_trace_is_written(tmp_path: Path) -> None:
    lockstep("new", "commit", cwd=tmp_path)
    done = lockstep("check", "specs/commit.toml:three", "--trace-out", "t.json", cwd=tmp_path)
    assert done.code == 0
    assert done.err == "t.json is not written: nothing was violated, so there is no trace\n"
    assert not (tmp_path / "t.json").exists()


def test_a_trace_that_cannot_be_written(tmp_path: Path) -> None:
    done = lockstep("check", f"{TOY}:Overshoots", *COUNTS, "--trace-out", str(tmp_path / "none" / "t.json"))
    assert done.code == 153
    assert "t.json cannot be written: No such file or directory" in done.err


def test_standard_output_that_is_full_closed_or_not_read() -> None:
    command = [sys.executable, "-c", LAUNCH, "check", f"{TOY}:Counter", *COUNTS]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 153
    assert done.stderr == "standard output cannot be written: No space left on device\n"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert done.returncode == 153
    assert done.stderr == "standard output cannot be written: Broken pipe\n"
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command],
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert closed.returncode == 153
    assert closed.stderr == "standard output cannot be written: it is closed\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_a_search_with_what_is_known(sent: signal.Signals) -> None:
    words = ["check", "model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=4", "--progress", "--json"]
    words.append("--no-symmetry")
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCH, *words],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    assert first.startswith("depth ")
    assert "left on queue" in first
    assert process.returncode == 20
    found = json.loads(out)
    assert (found["verdict"], found["limits"]) == ("truncated", {"why": "interrupted"})
    assert found["distinct"] > 0
    assert "it was interrupted" in err


def test_progress_is_silent_where_there_is_no_terminal() -> None:
    assert lockstep("check", *PAXOS).err == ""


def test_a_name_that_the_encoding_lacks_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "wide.py").write_text(NOISY.replace("switch", "schäume"), encoding="utf-8")
    done = lockstep("check", "wide:Noisy", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (12, "")
    assert "sch\\xe4ume()" in done.out
