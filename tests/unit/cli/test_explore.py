"""`lockstep explore`, driven through its input."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.cli import run
from checker.gates.explore_command import ExploreCommand, explore
from checker.gates.target import Options
from checker.traces.json_form import from_json
from tests.unit.cli.process import LAUNCH

TARGET = "tests.models.detours:Detours"
FAILING = Options(faults={"failure": 1})


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[3]), *sys.path])
    return tmp_path


def walk(
    capsys: pytest.CaptureFixture[str], *words: str, target: str = TARGET, options: Options = FAILING
) -> list[str]:
    """What is said after each of the words; the first is what is said before."""
    capsys.readouterr()
    said: list[str] = []

    def spoken() -> Iterator[str]:
        for word in words:
            said.append(capsys.readouterr().out)
            yield f"{word}\n"

    assert explore(ExploreCommand(target, options), spoken()) == 0
    return [*said, capsys.readouterr().out]


def test_steps_are_taken_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    start, armed, failed, back, path, ended = walk(capsys, "2", "3", "back", "path", "quit")
    assert "   1  blink()\n   2  arm()\n   3  finish()\n" in start
    assert "armed: False -> True" in armed
    assert "fail()  (fault failure)" in armed
    assert "broken: False -> True" in failed
    assert "  1  arm()" in back
    assert "  0  init()" in path
    assert ended == ""


def test_on_to_a_violation_and_into_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    _, violated, saved, nothing, again = walk(capsys, "violation", f"save {file}", "save walk.odd", "state")
    assert "never_fires is false" in violated
    assert f"the trace is in {file}" in saved
    assert "does not say in which form to write the trace" in nothing
    assert "fired = True" in again
    trace = from_json(file.read_bytes())
    assert [step.action for step in trace.steps] == ["arm", "fail", "fire"]
    assert trace.property == "never_fires"
    assert trace.steps[1].kind == "fault:failure"


def test_where_nothing_can_go_wrong_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    *_, finished, asked, unknown, _, chosen, beginning = walk(
        capsys, "3", "violation", "jump", "back", "back", "back"
    )
    assert "over: False -> True" in finished
    assert asked == "No invariant can become false from here.\n"
    assert "There is no such command; write a number from 1 to 1, or help." in unknown
    assert "   1  init()\n" in chosen
    assert beginning == "This is the beginning.\n"


def test_a_step_is_looked_at_found_and_gone_back_to(capsys: pytest.CaptureFixture[str]) -> None:
    _, looked, found, none, armed, _, back, beyond = walk(
        capsys, "look 2", "find arm", "find nothing", "2", "1", "back 0", "back 7"
    )
    assert "arm()" in looked
    assert "armed: False -> True" in looked
    assert found == "   2  arm()\n"
    assert none == "No step that can be taken has nothing in it.\n"
    assert armed.startswith("  1  arm()")
    assert back.startswith("  0  init()")
    assert "   3  finish()" in back
    assert beyond == "The path has no such step; path shows it.\n"


def test_on_to_the_violation_of_one_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    _, unknown, violated = walk(capsys, "violation never_fire", "violation never_fires")
    assert unknown == "No invariant is called never_fire; did you mean 'never_fires'?\n"
    assert "never_fires is false" in violated
    *_, finished = walk(capsys, "3", "violation never_fires")
    assert finished == "never_fires cannot become false from here.\n"


def test_nothing_is_taken_beyond_a_constraint(capsys: pytest.CaptureFixture[str]) -> None:
    within = "tests.models.counters:Within"
    *_, two, three, again = walk(capsys, "1", "1", "1", "violation", target=within, options=Options())
    assert "Pruned" not in two
    assert three.endswith("\nPruned by the constraint at_most_two: the check does not go on from here.\n")
    assert "What can be taken" not in three
    assert again == "No invariant can become false from here.\n"
    # What is false there is reported by a check, and shown here.
    broken = "tests.models.counters:WithinBroken"
    *_, violated = walk(capsys, "violation", target=broken, options=Options())
    assert "small is false" in violated
    assert "Pruned by the constraint at_most_two" in violated


def test_a_spec_of_several_checks_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explore", "specs/paxos.toml"]) == 151
    assert "and one is explored; name one: specs/paxos.toml:" in capsys.readouterr().err


class Typing:
    """A person at a terminal: what is typed goes to it, what it shows is waited for."""

    def __init__(self, *words: str) -> None:
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm", NO_COLOR="1", COLUMNS="100", INPUTRC="/dev/null")
            os.execv(sys.executable, [sys.executable, "-c", LAUNCH, *words])
        self.shown = ""

    def waited(self, text: str, seconds: float = 60) -> str:
        """What is shown up to a text, without what was shown before."""
        ends = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self.terminal], [], [], 0.2)
            if ready:
                self.shown += os.read(self.terminal, 65536).decode()
            assert time.monotonic() < ends, f"{text!r} is not in {self.shown!r}"
        before, _, self.shown = self.shown.partition(text)
        return before

    def type(self, text: str) -> None:
        """Keys."""
        os.write(self.terminal, text.encode())

    def ended(self) -> int:
        """The exit code."""
        _, status = os.waitpid(self.process, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)


def test_at_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    typing = Typing("explore", TARGET, "--faults", "failure=1")
    assert "What can be taken" in typing.waited("0> ")
    typing.type("2\n")
    assert "armed: False -> True" in typing.waited("1> ")
    typing.type("blink")
    typing.waited("blink")
    time.sleep(0.5)  # a key between two waits of Python's line editor is noticed with the next one only
    typing.type("\x03")  # a line that is given up takes nothing, and the walk goes on
    typing.waited("1> ")
    typing.type("vio\t\n")
    assert "never_fires is false" in typing.waited("3> ")
    typing.type("back 0\n")
    typing.waited("0> ")
    typing.type("\x1b[A\x1b[A\n")  # the line before the last
    assert "never_fires is false" in typing.waited("3> ")
    typing.type(f"save {file}\n")
    typing.waited("3> ")
    typing.type("\x04")
    assert typing.ended() == 0
    assert len(from_json(file.read_bytes()).steps) == 3


def test_a_long_search_is_interrupted_and_the_walk_goes_on() -> None:
    typing = Typing("explore", "model.paxos:Paxos", "--scope", "Acceptor=5,Value=3,Ballot=4")
    typing.waited("0> ")
    typing.type("1\nviolation\n")
    typing.waited("1> violation")
    time.sleep(1)
    typing.type("\x03")
    typing.waited("Interrupted; this is where it was.")
    typing.waited("1> ")
    typing.type("quit\n")
    assert typing.ended() == 0
