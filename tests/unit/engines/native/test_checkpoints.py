"""A search that was killed goes on to the same answer; a checkpoint that is not whole is refused."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.engines.native import layout
from checker.engines.native.build import RUNTIME, STORE_DEFINES
from checker.engines.native.checkpoint import CheckpointError, open_checkpoints
from checker.engines.native.explore import explore
from checker.engines.native.library import Library
from checker.engines.native.search import Keep, Outcome, search
from checker.engines.request import Checkpoint, Limits, Request, StoreName
from checker.verdicts import Result, to_json
from model.paxos import Paxos
from tests.models.counters import Counter

Load = Callable[..., Library]

FIXTURES = Path(__file__).parent / "fixtures"
ROOT = Path(__file__).resolve().parents[4]
TINY = ("-DLS_BATCH=8", "-DLS_CHUNK=8", "-DLS_SLOTS_FIRST=16", "-DLS_UNIT_MIN=4", "-DLS_RECENT=64")
SMALL = {"Acceptor": 3, "Value": 2, "Ballot": 2}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: to wait for a disk some thousand times takes long."""
    shared = Path("/dev/shm")
    made = tempfile.mkdtemp(dir=shared if shared.is_dir() else None)
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


def emptied(folder: Path) -> Path:
    """The folder without anything in it."""
    for file in folder.iterdir():
        file.unlink()
    return folder


# -------------------------------------------------------------- killed


@pytest.mark.parametrize(
    ("source", "defines"),
    [
        ("paxos.c", ("-DBALLOTS=2",)),
        ("paxos.c", ("-DBALLOTS=2", "-DMUTANT_ANY_VALUE")),
        ("ledger.c", ("-DVARIANT=0",)),
    ],
)
def test_killed_between_any_two_steps_with_files_it_goes_on(
    tmp_path: Path, folder: Path, store: str, source: str, defines: tuple[str, ...]
) -> None:
    """A file is written a page at a time, so that it is half there, too."""
    program = tmp_path / "killed"
    options = [*TINY, *(f"-D{one}" for one in STORE_DEFINES[store]), *defines, "-DLS_WRITE_MAX=4096"]
    command = ["cc", "-std=c11", "-O1", "-pthread", f"-I{RUNTIME}", f'-DMODEL="{source}"']
    subprocess.run([*command, *options, str(FIXTURES / "killed.c"), "-o", str(program)], check=True)

    def run(workers: str, step: int) -> subprocess.CompletedProcess[str]:
        words = [str(program), str(folder), workers, str(step)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done

    whole = run("1", 0)
    assert json.loads(whole.stdout)["stop"] == 0
    chance = random.Random(source)
    step, kills = 1, 0
    while emptied(folder).is_dir() and run(chance.choice("124"), step).returncode != 0:
        kills += 1
        # Killed once more on the way, with other workers.
        run(chance.choice("124"), chance.randint(1, 40))
        done = run(chance.choice("124"), 0)
        assert done.stdout == whole.stdout, f"killed at step {step}"
        step += chance.randint(1, 15)
    assert kills > 5


def test_killed_at_any_moment_it_goes_on(folder: Path, store: str) -> None:
    words = [sys.executable, str(FIXTURES / "killing.py"), str(folder), store, "7"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    *lines, kills = done.stdout.splitlines()
    said = json.loads("\n".join(lines))
    whole = json.loads(to_json(explore(dataclasses.replace(_paxos(folder, store, 3), checkpoint=None))))
    for measure in ("seconds", "bytes_per_state"):
        del said[measure], whole[measure]
    assert said == whole
    assert int(kills) > 0


# -------------------------------------------------------------- gone on from, after an end of another kind


def _paxos(folder: Path, store: StoreName | str, ballots: int = 2, *, resume: bool = False) -> Request:
    chosen: StoreName = "compact" if store == "compact" else "default"
    checkpoint = Checkpoint(folder, resume, 0)
    return Request(Paxos, {**SMALL, "Ballot": ballots}, store=chosen, workers=2, checkpoint=checkpoint)


def _counted(result: Result) -> Result:
    statistics = dataclasses.replace(result.statistics, seconds=0.0, bytes_per_state=None)
    return dataclasses.replace(result, statistics=statistics)


# The search that is cut by time has 45 times as many states, so that no machine is through before the limit.
@pytest.mark.parametrize(
    ("limits", "ballots"),
    [(Limits(depth=9), 3), (Limits(states=50_000), 3), (Limits(seconds=0.02), 4)],
    ids=["depth", "states", "time"],
)
def test_a_search_that_reached_a_limit_goes_on_without_it(
    folder: Path, store: str, limits: Limits, ballots: int
) -> None:
    request = _paxos(folder, store, ballots)
    cut = explore(dataclasses.replace(request, limits=limits))
    assert cut.verdict.name == "truncated"
    done = explore(_paxos(folder, store, ballots, resume=True))
    assert _counted(done) == _counted(explore(dataclasses.replace(request, checkpoint=None)))


def test_a_search_that_came_to_its_end_says_so_again(folder: Path, store: str) -> None:
    whole = explore(_paxos(folder, store))
    assert _counted(explore(_paxos(folder, store, resume=True))) == _counted(whole)


def test_the_layout_that_was_found_is_gone_on_with(
    folder: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sparse set outgrows its place: the search begins again, and so does its checkpoint."""
    monkeypatch.setattr(layout, "SET_DENSE", 64)
    monkeypatch.setattr(layout, "FIRST_CAPACITY", 4)
    request = dataclasses.replace(_paxos(folder, store, 3), limits=Limits(depth=12))
    assert explore(request).verdict.name == "truncated"
    note = open_checkpoints(request, Checkpoint(folder, resume=True))
    assert note.capacities["network"] > 4
    done = explore(_paxos(folder, store, 3, resume=True))
    assert (done.statistics.distinct, done.statistics.generated) == (185_369, 1_350_916)


def test_memory_that_is_too_little_to_go_on_is_said(folder: Path, store: str, load: Load) -> None:
    library = load("paxos.c", "BALLOTS=3", "LS_RECENT=64")
    keep = _keep(folder)
    whole = search(library, keep=keep)
    again = search(library, Limits(bytes=1), keep=dataclasses.replace(keep, resume=True))
    assert (again.stop, again.fault, again.distinct) in (
        ("memory", "fine", 0),
        ("memory", "fine", whole.distinct),
    )


def test_a_full_disk_leaves_the_checkpoint_before(folder: Path, store: str) -> None:
    """A file may have half a megabyte; the states take more."""
    code = (
        "import resource; from pathlib import Path\n"
        "from checker.engines.native.explore import explore\n"
        "from tests.unit.engines.native.test_checkpoints import _paxos\n"
        f"request = _paxos(Path({str(folder)!r}), {store!r}, 3)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))\n"
        "result = explore(request)\n"
        "print(result.verdict.why, *result.notes, sep='\\n')\n"
    )
    explore(dataclasses.replace(_paxos(folder, store, 3), checkpoint=None))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == (
        f"disk\n{folder}: File too large; the checkpoint before is whole: free space, then --resume\n"
    )
    result = explore(_paxos(folder, store, 3, resume=True))
    assert (result.statistics.distinct, result.statistics.generated) == (185_369, 1_350_916)


# -------------------------------------------------------------- refused


def _keep(folder: Path, *, resume: bool = False) -> Keep:
    return Keep(folder, resume, 0, bytes(range(32)), b"a note")


def test_one_process_at_a_time(folder: Path, load: Load) -> None:
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    outcome = search(load("ledger.c"), keep=_keep(folder))
    os.close(handle)
    assert (outcome.stop, outcome.fault, outcome.distinct) == ("disk", "in use", 0)


def _whole(outcome: Outcome) -> Outcome:
    return dataclasses.replace(outcome, seconds=0, bytes=0, bytes_peak=0)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_noticed(folder: Path, load: Load, data: st.DataObject) -> None:
    """Whatever is changed in a file, or cut off, or is missing: it is refused, or was of no account."""
    library = load("paxos.c", "BALLOTS=2", "LS_RECENT=64")
    whole = search(library, keep=_keep(emptied(folder)))
    file = folder / data.draw(st.sampled_from(sorted(os.listdir(folder))))
    content = bytearray(file.read_bytes())
    damage = data.draw(st.sampled_from(["bit", "cut", "more", "gone"]))
    if damage == "gone" or not content:
        file.unlink()
    elif damage == "cut":
        file.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    elif damage == "more":
        file.write_bytes(content + data.draw(st.binary(min_size=1, max_size=20)))
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        file.write_bytes(content)
    outcome = search(library, keep=_keep(folder, resume=True))
    if outcome.fault == "fine":
        assert _whole(outcome) == _whole(whole)
        assert damage in ("more", "bit") or not content or file.name != "checkpoint"
    else:
        assert outcome.fault in ("damaged", "nothing")
        assert outcome.finding is None


@settings(deadline=None)
@given(content=st.binary(max_size=200), cut=st.integers(0, 400), at=st.integers(0, 400))
def test_a_note_that_was_damaged_is_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int, at: int
) -> None:
    folder = tmp_path_factory.mktemp("checkpoint")
    request = Request(Counter)
    checkpoints = open_checkpoints(request, Checkpoint(folder))
    note = checkpoints.keep("source", {}, again=False).note
    for made in (content, note[:cut], note[:at] + content + note[at:]):
        (folder / "checkpoint").write_bytes(made)
        with pytest.raises(CheckpointError, match="is damaged or incomplete"):
            open_checkpoints(request, Checkpoint(folder, resume=True))


def test_another_digest_is_refused(folder: Path, load: Load) -> None:
    library = load("ledger.c")
    search(library, keep=_keep(folder))
    other = dataclasses.replace(_keep(folder, resume=True), digest=bytes(32))
    outcome = search(library, keep=other)
    assert (outcome.stop, outcome.fault) == ("disk", "foreign")
