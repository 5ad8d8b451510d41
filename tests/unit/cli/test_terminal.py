"""On a terminal: colour unless it is unwanted, progress while a search runs and none of it afterwards."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from tests.unit.cli.process import LAUNCH, ROOT, environment

COMMAND = [sys.executable, "-c", LAUNCH, "check"]
TOY = ["tests.unit.gates.toy:Overshoots", "--scope", "Node=2", "--params", "top=3"]
PAXOS = ["model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=5", "--max-seconds", "1.5"]


def on_terminal(*words: str, **more: str) -> str:
    """What a terminal receives on both streams."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *words],
        cwd=ROOT,
        env=environment(TERM="xterm", **more),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        received = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux tells that the other end is closed
                break
            if not piece:
                break
            received += piece
    os.close(ours)
    return received.decode()


def test_a_report_is_in_colour() -> None:
    assert "\x1b[1;31mThe invariant low is false" in on_terminal(*TOY)


def test_no_color_is_respected() -> None:
    text = on_terminal(*TOY, NO_COLOR="1")
    assert "The invariant low is false" in text
    assert "\x1b[" not in text


def test_progress_is_written_over_and_removed() -> None:
    text = on_terminal(*PAXOS, NO_COLOR="1")
    before, _, report = text.partition("The search ended early")
    assert before.startswith("\rdepth ")
    assert "\n" not in before
    assert before.endswith(" \r")
    assert "left on queue" not in report
