"""Searches compiled as programs of their own, for what cannot be loaded into Python: debug builds with a
sanitizer.

The debug build asserts, of every state, that what is unpacked packs to the same words, and of every successor
that packing its changed parts gives what packing all of it does.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.capture import capture
from checker.engines.native.build import RUNTIME
from checker.engines.native.library import KINDS
from checker.engines.native.program import generate
from checker.engines.native.sizes import Sizes
from checker.engines.python.search import explore
from checker.engines.request import Request
from checker.language.declaration import declare
from checker.language.rules import Kind
from checker.verdicts import Violated

FIXTURES = Path(__file__).parent / "fixtures"

ADDRESS = ("-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover")
THREAD = ("-O1", "-fsanitize=thread")

SMALL = (
    "-DLS_DEBUG",
    "-DLS_BATCH=16",
    "-DLS_CHUNK=16",
    "-DLS_SLOTS_FIRST=16",
    "-DLS_UNIT_MIN=4",
    "-DLS_FILTER_FROM=1",
    "-DLS_RECENT=64",
)
"""So that tables grow, batches fill and workers meet in small searches."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its code, what it wrote, what a sanitizer wrote."""

    code: int
    output: str
    errors: str


def compiled(model: Path, to: Path, *flags: str) -> Path:
    """The program that searches the model of a C file."""
    given = [
        "-std=gnu11",
        "-g",
        "-pthread",
        f"-I{RUNTIME}",
        f"-I{model.parent}",
        f'-DMODEL="{model.name}"',
        *SMALL,
        *flags,
    ]
    command = ["cc", *given, str(FIXTURES / "runner.c"), "-o", str(to)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return to


def ran(program: Path, workers: int, depth: int | None = None) -> Ran:
    """Runs a search."""
    depth_given = [] if depth is None else [str(1 << 28), str(1 << 60), str(depth)]
    done = subprocess.run([program, str(workers), *depth_given], capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def written(request: Request, folder: Path, name: str = "model.c") -> Path:
    """The C file of a model in a scope."""
    sizes = Sizes(request.scope, request.params)
    file = folder / name
    file.write_text(generate(capture(request.model), sizes, request.faults).source)
    return file


def counts(done: Ran) -> dict[str, Any]:
    """What a search found, when no sanitizer had anything to say."""
    assert (done.code, done.errors) == (0, ""), done.errors[:3000]
    found: dict[str, Any] = json.loads(done.output)
    return {key: found[key] for key in ("distinct", "generated", "depth", "kind", "steps")}


def expected(request: Request) -> dict[str, Any]:
    """What CPython finds."""
    result = explore(request)
    kind, steps = "nothing", list[int]()
    if isinstance(result.verdict, Violated):
        verdict = result.verdict
        kind = "error" if verdict.kind == "evaluation" else verdict.kind
        numbers = {one.name: i for i, one in enumerate(declare(request.model).of_kind(Kind.ACTION))}
        taken = [step.action for step in verdict.trace.steps]
        taken += [verdict.trace.attempt.action] if verdict.trace.attempt is not None else []
        steps = [numbers[name] for name in taken]
    statistics = result.statistics
    return {
        "distinct": statistics.distinct,
        "generated": statistics.generated,
        "depth": statistics.depth,
        "kind": KINDS.index(kind),
        "steps": steps,
    }
