"""What it costs to understand a model: mutants, the page of a trace, where the states come from.

    python -m tests.bench.reading [mutants] [page] [size]

Mutants: `lockstep mutate` of the replication group, with nothing compiled before; the processors' seconds
beside the clock's. Page: the bundle of 40 steps of that model, taken at random, with all that a page shows.
Size: `lockstep size` of Paxos with three ballots and of the replication group: seconds that counting without
each variable takes, beside those of the search itself.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from checker.gates.bundle_command import bundle
from checker.gates.check import Check
from checker.gates.retracing import retraced
from checker.gates.run import load_target, request_of
from checker.gates.target import Options, checks_of
from checker.running.exploring import Exploring
from checker.traces.trace import Trace

SPEC = Path("specs/replication.toml")
SCOPE = f"{SPEC}:one slot, two ballots, a crash and a lost disk"
SIZES = ("specs/paxos.toml:three ballots", SCOPE)
STEPS = 40
SEED = 1


def command(*words: str) -> tuple[dict[str, Any], float, float]:
    """What a command prints as JSON, and its seconds by the clock and of processors; nothing is cached."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-m", "checker", *words, "--json"],
            env={**os.environ, "XDG_CACHE_HOME": cache},
            capture_output=True,
            text=True,
            check=False,
        )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout, done.stderr
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), wall, spent


def mutants() -> None:
    """Prints a line."""
    document, wall, spent = command("mutate", str(SPEC))
    (model,) = document["models"]
    assert model["engine"] == "native"
    count = len(model["mutants"])
    states = model["checks"][0]["distinct"]
    print(
        f"mutants of the replication group, {states:,} states: {count} in {wall:.0f} s by the clock, "
        f"{spent:.0f} s of processors; {60 * count / wall:.0f} a minute"
    )


def walked(check: Check) -> Trace:
    """Steps of a model, taken at random. The walk begins again where nothing can be taken."""
    exploring = Exploring(request_of(check, load_target(check)))
    choice = random.Random(SEED)
    while len(exploring.path) <= STEPS:
        moves = [move for move in exploring.moves() if move.failed is None]
        if moves:
            exploring.take(choice.choice(moves))
        else:
            exploring.path.clear()
    return exploring.trace()


def page() -> None:
    """Prints a line."""
    trace = walked(checks_of(SCOPE, Options())[0])
    known = retraced(trace, None)
    assert known.truths is not None
    began = time.process_time()
    text = bundle(trace, known, "trace")
    print(
        f"page of {len(trace.steps)} steps of the replication group: {len(text.encode()) / 1000:.0f} kB, "
        f"{time.process_time() - began:.1f} s of a processor"
    )


def size() -> None:
    """Prints a line for each model."""
    for target in SIZES:
        document, _, _ = command("size", target)
        search, count = document["seconds"]["search"], document["seconds"]["count"]
        print(
            f"size of {target}: {document['distinct']:,} states, {len(document['variables'])} variables: "
            f"counting {count:.2f} s beside {search:.2f} s of search, {count / search:.2f} times"
        )


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["mutants", "page", "size"]
    for name, measure in (("mutants", mutants), ("page", page), ("size", size)):
        if name in wanted:
            measure()
