"""Starting: quick, with little imported; help, version, exit codes; the command line's own errors."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from checker.exit_codes import ExitCode
from tests.unit.cli.process import ROOT, environment, lockstep

HEAVY = (
    "z3",
    "rich",
    "hypothesis",
    "msgspec",
    "networkx",
    "checker.engines.python.search",
    "checker.verdicts",
)


def test_nothing_heavy_is_imported_at_the_start() -> None:
    program = f"import sys, checker.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_help_is_quick() -> None:
    best = 10.0
    for _ in range(5):
        started = time.perf_counter()
        assert lockstep("--help").code == 0
        best = min(best, time.perf_counter() - started)
    # 0.1 s on an idle machine; the bound leaves room for a busy one.
    assert best < 0.6


COMMANDS = ["check", "gate", "diff", "compile", "show", "new", "exit-codes"]


def test_help_names_every_command_and_cuts_no_sentence() -> None:
    done = lockstep("--help")
    assert done.code == 0
    assert all(f"\n  {command} " in done.out for command in COMMANDS)
    assert "..." not in done.out.partition("Commands:")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    done = lockstep(command, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: lockstep {command}")
    assert "--debug" in done.out


def test_no_command_is_a_wrong_command_line_with_help() -> None:
    done = lockstep()
    assert done.code == 2
    assert "Usage: lockstep" in done.out + done.err


def test_version() -> None:
    done = lockstep("--version")
    assert done.code == 0
    assert done.out.startswith("lockstep ")


def test_exit_codes(golden: Callable[[str, str], None]) -> None:
    done = lockstep("exit-codes")
    assert done.code == 0
    assert [int(row.split()[0]) for row in done.out.splitlines() if row[:4].strip().isdigit()] == list(
        ExitCode
    )
    golden("cli/exit_codes.txt", done.out)


def test_it_is_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checker", "exit-codes"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout == lockstep("exit-codes").out


OTHERS = [
    ("chek",),
    ("check",),
    ("check", "m:M", "--max-seconds", "0"),
    ("check", "m:M", "--max-states", "0"),
    ("check", "m:M", "--deadlock", "ignore"),
    ("check", "m:M", "--jsn"),
    ("gate", "--tier", "weekly"),
    ("show",),
    ("show", "x", "--format", "html"),
    ("new",),
]


@pytest.mark.parametrize("words", OTHERS, ids=" ".join)
def test_a_wrong_command_line_has_its_own_code(words: tuple[str, ...]) -> None:
    done = lockstep(*words)
    assert done.code == ExitCode.USAGE
    assert done.out == ""
    assert done.err.startswith("Usage: lockstep")


WRONG = [
    ("check", "m:M", "--scope", "Acceptor"),
    ("check", "m:M", "--scope", "Acceptor=x"),
    ("check", "m:M", "--scope", "Acceptor=0"),
    ("check", "m:M", "--scope", "Acceptor=1,Acceptor=2"),
    ("check", "m:M", "--scope", ""),
    ("check", "m:M", "--faults", "crash=-1"),
    ("check", "m:M", "--params", "lease=99999999999999999999"),
    ("check", "m:M", "--memory", "8X"),
]


def test_every_message_about_numbers(golden: Callable[[str, str], None]) -> None:
    text = ""
    for words in WRONG:
        done = lockstep(*words)
        assert done.code == ExitCode.USAGE, words
        assert done.out == ""
        errors = [row for row in done.err.splitlines() if not row.startswith(("Usage:", "Try "))]
        text += f"lockstep {' '.join([word or repr(word) for word in words])}\n" + "".join(
            [f"    {row}\n" for row in errors if row]
        )
    golden("cli/usage_errors.txt", text)
