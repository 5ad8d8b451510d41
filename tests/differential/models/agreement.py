"""Whether all engines say the same of one model: CPython, the reference evaluator, generated code.

Compared are, on states of a walk, the successors by every (action, arguments), what cannot be evaluated and
where, and every property; and of a whole search the verdict with its trace and message, and all counts, with
one worker and with several.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import itertools
import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from checker.capture import capture
from checker.capture.problems import Refused
from checker.engines.native.compiler import FLAGS_VARIABLE
from checker.engines.native.explore import explore
from checker.engines.native.plain_universe import PlainUniverse
from checker.engines.native.sizes import Sizes
from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import Limits, Request
from checker.language.declaration import declare, sorts_of
from checker.verdicts import Result, Truncated
from tests.differential.compare import compare
from tests.differential.native.walk import compare as compare_native
from tests.strategies.models.module import Generated

CHECKED = ("-O0", "-DLS_DEBUG")
WORKERS = (1, 2, 4)
STATES_SEARCHED = 400
STATES_WALKED = 25

_numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared.

    Attributes:
        refused: why the model is none.
        result: what CPython says.
        states, steps: of the walk in generated code.
        differences: in words.
    """

    refused: str | None
    result: Result | None
    states: int
    steps: int
    differences: tuple[str, ...]


def load(text: str, folder: Path) -> ModuleType:
    """Imports a module from its text; its name is new."""
    name = f"generated_{next(_numbers)}"
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def own_cache() -> Generator[None]:
    """Objects go to a folder that goes with them."""
    before = os.environ.get("XDG_CACHE_HOME")
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = place
        try:
            yield
        finally:
            if before is None:
                del os.environ["XDG_CACHE_HOME"]
            else:
                os.environ["XDG_CACHE_HOME"] = before


def compiled_quickly() -> AbstractContextManager[object]:
    """Objects are compiled with fewer optimisations: they are run once."""
    return patch.dict(os.environ, {FLAGS_VARIABLE: "-O0"})


def without_measures(result: Result) -> Result:
    """What depends neither on the machine nor on what searched."""
    statistics = dataclasses.replace(result.statistics, seconds=0.0, bytes_per_state=None)
    return dataclasses.replace(result, statistics=statistics, engine="")


def agreement(model: Generated, folder: Path) -> Agreement:
    """Compares all engines on one model."""
    try:
        request = requested(model, folder, deadlock=model.deadlock)
    except Refused as error:
        return Agreement(str(error), None, 0, 0, ())
    expected = without_measures(explore_in_python(request))
    differences: list[str] = []
    with compiled_quickly():
        for workers in WORKERS:
            found = without_measures(explore(dataclasses.replace(request, workers=workers)))
            if found != expected:
                differences.append(f"{workers} workers:\n{found}\n  CPython:\n{expected}")
    differences += compare(request, STATES_WALKED).differences
    captured, sizes = capture(request.model), Sizes(request.scope, model.params)
    walked = compare_native(
        captured,
        PlainUniverse(captured, sizes),
        sizes,
        model.faults,
        folder,
        states=STATES_WALKED,
        flags=CHECKED,
    )
    return Agreement(None, expected, walked.states, walked.steps, (*differences, *walked.differences))


def requested(model: Generated, folder: Path, *, deadlock: bool) -> Request:
    """The check of a generated model, up to a depth at which there are not many states.

    Raises:
        Refused: it is none.
    """
    made = load(model.text, folder).Generated
    used = {sort.__name__ for sort in sorts_of(declare(made))}
    scope = {name: size for name, size in model.scope.items() if name in used}
    return bounded(Request(made, scope, model.params, model.faults, deadlock=deadlock))


def bounded(request: Request) -> Request:
    """The request with a limit of depth, so that no engine searches for long."""
    depth = 1
    while True:
        limited = dataclasses.replace(request, limits=Limits(depth=depth))
        counts = explore_in_python(dataclasses.replace(request, limits=Limits(depth=depth, seconds=5)))
        deeper = isinstance(counts.verdict, Truncated) and counts.verdict.why == "depth"
        assert counts.statistics.distinct is not None
        if not deeper or counts.statistics.distinct > STATES_SEARCHED or depth == 12:
            return limited
        depth += 1
