"""A search of the whole process keeps to what it was given: bytes of memory, and of disk."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[4]
PAXOS = ("check", "model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=4", "--no-symmetry", "--json")


@dataclass(frozen=True, slots=True)
class Done:
    """How a process ended: its exit code, what it printed, the most memory that it held."""

    code: int
    said: dict[str, Any]
    resident: int


def run(*words: str, before: str = "") -> Done:
    """Runs the command in a process of its own, after some Python.

    What the system says of a process that has ended counts the memory of the one that began it, too; so it is
    asked before."""
    code = f"""
import sys; {before}
from checker.cli import run
code = run({list(words)!r})
with open("/proc/self/status") as status:
    print(next(line for line in status if line.startswith("VmHWM:")).split()[1], file=sys.stderr)
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    return Done(done.returncode, json.loads(done.stdout), int(done.stderr.split()[-1]) * 1024)


@pytest.fixture(scope="module")
def compiled() -> None:
    """The objects are there before memory is measured: a compiler would count, too."""
    for store in ("default", "compact"):
        assert run(*PAXOS, "--store", store, "--max-states", "10").code == 20


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(("store", "least"), [("default", 400_000), ("compact", 1_000_000)])
def test_a_process_keeps_to_its_memory(store: str, least: int, workers: str) -> None:
    """Growth that does not fit in the middle of a level ends the search, and what it counted is said."""
    done = run(*PAXOS, "--store", store, "--workers", workers, "--memory", "60M")
    assert (done.code, done.said["verdict"], done.said["limits"]) == (20, "truncated", {"why": "memory"})
    assert least < done.said["distinct"] < 8_220_065
    assert sum(done.said["levels"]) <= done.said["distinct"]
    assert done.resident <= 60 * 2**20


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_files_that_cannot_be_kept_end_the_search(workers: str) -> None:
    """A file may have 4 MB: the log of half a million states."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))"
    done = run(*PAXOS, "--store", "compact", "--workers", workers, before=limit)
    assert (done.code, done.said["verdict"], done.said["limits"]) == (20, "truncated", {"why": "disk"})
    assert 100_000 < done.said["distinct"] < 8_220_065
    (note,) = done.said["notes"]
    assert note.endswith("File too large; free space, or name another folder: TMPDIR")


@pytest.mark.usefixtures("compiled")
def test_without_a_folder_for_files_the_log_is_memory(tmp_path: Path) -> None:
    """It counts as memory then. A file without a name leaves nothing behind, wherever it is."""
    nowhere = f"import tempfile; tempfile.tempdir = {str(tmp_path / 'nowhere')!r}"
    done = run(*PAXOS, "--store", "compact", "--workers", "1", "--memory", "60M", before=nowhere)
    assert (done.code, done.said["limits"]) == (20, {"why": "memory"})
    here = f"import tempfile; tempfile.tempdir = {str(ROOT)!r}"
    elsewhere = run(*PAXOS, "--store", "compact", "--workers", "1", "--memory", "60M", before=here)
    assert 1.3 * done.said["distinct"] < elsewhere.said["distinct"]
