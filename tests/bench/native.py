"""One search by the native engine, with its counts and the seconds of the search alone.

python -m tests.bench.native model.paxos:Paxos --scope Acceptor=3 --scope Value=2 --scope Ballot=4
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Sequence
from typing import Any

from checker.capture.model import capture_with_classes
from checker.engines.native.build import STORE_DEFINES, build
from checker.engines.native.explore import larger_capacity
from checker.engines.native.program import generate
from checker.engines.native.search import search
from checker.engines.native.sizes import Sizes
from checker.engines.request import Limits, Request
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.running.symmetry import Reduction, reduction


def words() -> argparse.Namespace:
    """The words of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", help="MODULE:CLASS")
    for option in ("scope", "params", "faults"):
        parser.add_argument(f"--{option}", action="append", default=[], metavar="NAME=NUMBER")
    parser.add_argument("--only", action="append", help="an invariant to check; default all")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--store", default="default", choices=["default", "compact"])
    parser.add_argument("--symmetry", action="store_true", help="interchange members, as a check does")
    parser.add_argument("--states", type=int, help="stop at so many states")
    parser.add_argument("--memory", type=int, help="a budget in bytes")
    parser.add_argument("--source", action="store_true", help="print the C file instead")
    return parser.parse_args()


def numbers(given: Sequence[str]) -> dict[str, int]:
    """NAME=NUMBER as a dictionary."""
    return {name: int(value) for name, value in (one.split("=", 1) for one in given)}


def main() -> None:
    """Prints one JSON object."""
    asked = words()
    module, name = asked.model.split(":")
    kind: Any = getattr(importlib.import_module(module), name)
    began = time.perf_counter()
    model, _ = capture_with_classes(kind)
    scope = make_scope(
        declare(kind), numbers(asked.scope), numbers(asked.params), numbers(asked.faults), None
    )
    sizes = Sizes({sort.__name__: size for sort, size in scope.sizes.items()}, dict(scope.params))
    only = None if asked.only is None else frozenset[str](asked.only)
    capacities: dict[str, int] = {}
    request = Request(kind, sizes.sorts, scope.params, scope.faults, only, symmetry=None)
    reduced = reduction(request, model, scope) if asked.symmetry else Reduction((), (), model)
    while True:
        program = generate(reduced.model, sizes, scope.faults, only, capacities, reduced.sorts, model)
        if asked.source:
            print(program.source)
            return
        built = build(program.source, defines=STORE_DEFINES[asked.store])
        ready = time.perf_counter() - began
        found = search(built.library, Limits(bytes=asked.memory, states=asked.states), workers=asked.workers)
        if found.overflow is None:
            break
        name, capacity = program.layout.outgrown(found.overflow.number)
        capacities[name] = larger_capacity(capacity, found.overflow.needed)
    counts = {
        "distinct": found.distinct,
        "generated": found.generated,
        "depth": found.depth,
        "seconds": found.seconds,
        "ready": ready,
        "bytes": found.bytes_peak,
        "outside": found.outside,
        "words": built.library.shape.words,
    }
    assert found.finding is None, found.finding
    assert found.stop is None or (found.stop == "states" and asked.states is not None), found.stop
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
