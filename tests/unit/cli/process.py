"""The command in a process of its own, as people run it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# Under a runner that ignores interrupts, such as a shell's background job, Python would ignore them too.
LAUNCH = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from checker.cli import main; main()"
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a process ended with."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """An environment in which this tree is imported, without what a developer may have set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS") and not name.startswith("GITHUB_")
    }
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def lockstep(*words: str, cwd: Path = ROOT, **more: str) -> Done:
    """Runs `lockstep WORDS` and waits for it."""
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH, *words],
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def without_measures(text: str) -> str:
    """A report without what differs from run to run: seconds, bytes, and the width of their column."""
    text = re.sub(r"(?m)^( *(?:seconds|bytes per state)) +[0-9.,]+", r"\1 N", text)
    text = re.sub(r"\b[0-9.]+ s\b", "N s", text)
    return re.sub(r"(?m)^( *(?:distinct states|generated|depth)) +([0-9,]+)", r"\1 \2", text)
