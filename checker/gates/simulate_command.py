"""`lockstep simulate-system`: one seed of the reference implementation's simulator, shown as a trace.

The checker knows nothing of the reference implementation: it runs it as the program it is, and reads the
trace that it writes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from checker.exit_codes import ExitCode
from checker.gates.show_command import ShowCommand, show
from checker.report.output import write_out

_SIMULATOR = "reference.simulator"
_REPORTED = frozenset({ExitCode.OK, ExitCode.INVARIANT, ExitCode.INCONCLUSIVE})


def simulate_system(seed: int, steps: int) -> int:
    """Runs the seed, prints its figures and the end of its history; the simulator's exit code."""
    with tempfile.TemporaryDirectory(prefix="lockstep-") as folder:
        path = Path(folder) / "trace.json"
        words = ["--seed", str(seed), "--steps", str(steps), "--trace", str(path)]
        done = subprocess.run(
            [sys.executable, "-m", _SIMULATOR, *words], stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode not in _REPORTED or not path.exists():
            return done.returncode or ExitCode.INTERNAL
        show(ShowCommand(path, "text"))
        write_out("\n" + done.stdout)
        return done.returncode
