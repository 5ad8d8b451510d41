"""The runtime on its own: strict warnings, the sanitizers, and inserting from two sides at once."""

import json
import subprocess
from pathlib import Path

import pytest

from checker.engines.native.build import RUNTIME, STORE_DEFINES

FIXTURES = Path(__file__).parent / "fixtures"
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wpedantic", "-Wno-unused-function", "-Werror")
TINY = (
    "-DLS_DEBUG",
    "-DLS_BATCH=8",
    "-DLS_CHUNK=8",
    "-DLS_SLOTS_FIRST=16",
    "-DLS_UNIT_MIN=4",
    "-DLS_FILTER_FROM=1",
    "-DLS_RECENT=64",
)

SLOWED = "-DLS_BETWEEN=(void)sched_yield()"
"""Between a look and a claim others get time to come first."""


class Compile:
    """Compiles a fixture with one of the stores."""

    def __init__(self, place: Path, store: str) -> None:
        self.place = place
        self.defines = [f"-D{one}" for one in STORE_DEFINES[store]]

    def __call__(self, source: str, name: str, *flags: str) -> Path:
        options = ["-std=c11", "-g", *WARNINGS, "-pthread", f"-I{RUNTIME}", *self.defines, *flags]
        return _compiled(["cc", *options, str(FIXTURES / source)], self.place / name)


@pytest.fixture
def compiled(tmp_path: Path, store: str) -> Compile:
    return Compile(tmp_path, store)


def _compiled(command: list[str], to: Path) -> Path:
    done = subprocess.run([*command, "-o", str(to)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return to


def _run(program: Path, *arguments: int) -> str:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_addresses_that_the_system_refuses_end_the_search(compiled: Compile) -> None:
    program = compiled("runner.c", "paxos", "-O2", "-DBALLOTS=4", '-DMODEL="paxos.c"')
    command = f"ulimit -v 60000; exec {program} 1 {1 << 33}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    counts = json.loads(done.stdout)
    assert counts["stop"] == 3
    assert counts["distinct"] > 100_000


@pytest.mark.parametrize("flags", [("-O2",), ("-O2", "-DLS_DEBUG"), ("-O0", "-DNDEBUG")])
@pytest.mark.parametrize("source", ["paxos.c", "ledger.c", "drawn.c"])
def test_there_is_nothing_to_warn_of(compiled: Compile, source: str, flags: tuple[str, ...]) -> None:
    assert compiled(source, "a.so", "-shared", "-fPIC", *flags).exists()


def test_address_and_undefined_behaviour_sanitizers_are_silent(compiled: Compile) -> None:
    flags = ("-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover", *TINY)
    paxos = compiled("runner.c", "paxos", *flags, "-DBALLOTS=2", '-DMODEL="paxos.c"')
    for workers in (1, 4):
        counts = json.loads(_run(paxos, workers))
        assert (counts["distinct"], counts["generated"], counts["depth"]) == (3921, 23467, 17)
    assert json.loads(_run(paxos, 2, 1 << 26, 1000))["stop"] == 4
    assert json.loads(_run(paxos, 2, 1 << 16))["stop"] == 3
    assert json.loads(_run(paxos, 2, 1 << 26, 1 << 60, 3))["stop"] == 5
    # Whatever the budget, the answer is whole or says that memory ended it.
    stops: list[int] = []
    for budget in range(20_000, 900_000, 40_000):
        counts = json.loads(_run(paxos, 2, budget))
        assert counts["stop"] == 3 or counts["distinct"] == 3921
        stops.append(counts["stop"])
    assert (stops[0], stops[-1], set(stops)) == (3, 0, {0, 3})
    # A trace with steps, the error of an action, a deadlock.
    for variant, kind, steps in ((4, 4, [0, 3, 1]), (5, 4, [0, 0]), (9, 3, [4, 4])):
        defines = (f"-DVARIANT={variant}", '-DMODEL="ledger.c"')
        ledger = compiled("runner.c", "ledger", *flags, *defines)
        for workers in (1, 4):
            found = json.loads(_run(ledger, workers))
            assert (found["kind"], found["steps"]) == (kind, steps)


def test_the_thread_sanitizer_is_silent(compiled: Compile) -> None:
    flags = ("-O1", "-fsanitize=thread", *TINY)
    paxos = compiled("runner.c", "paxos", *flags, "-DBALLOTS=2", '-DMODEL="paxos.c"')
    for workers in (2, 4):
        assert json.loads(_run(paxos, workers))["distinct"] == 3921
    mutant = compiled("runner.c", "mutant", *flags, "-DBALLOTS=2", "-DMUTANT_ANY_VALUE", '-DMODEL="paxos.c"')
    traces = {_run(mutant, workers) for workers in (1, 2, 4)}
    assert len(traces) == 1
    race = compiled("race.c", "race", *flags)
    assert _run(race, 2, 0) == "inserted 20000\n"


@pytest.mark.parametrize("slowed", [(), (SLOWED,)])
def test_keys_inserted_by_several_at_once_are_each_there_once(
    compiled: Compile, slowed: tuple[str, ...]
) -> None:
    """From both ends towards each other, and all in the same order."""
    tiny = ("-DLS_SLOTS_FIRST=16", "-DLS_BATCH=4", "-DLS_CHUNK=4")
    race = compiled("race.c", "race", "-O2", *tiny, *slowed)
    for _ in range(5 if not slowed else 2):
        assert _run(race, 2, 0) == "inserted 20000\n"
        assert _run(race, 4, 1) == "inserted 20000\n"
