"""The engines that checks can run on: the one place that chooses."""

from __future__ import annotations

from checker.engines.request import Request
from checker.gates.problems import Problem, SystemFailure
from checker.gates.run import Explore
from checker.verdicts import Result

ENGINES = ("python", "native")
"""The engines by name; the first is the one that is used when none is named."""


def engine_named(name: str) -> Explore:
    """A search by the name of its engine; imported only when something is checked."""
    assert name in ENGINES, "the command line checks the name"
    if name == "native":
        return _native
    from checker.engines.python.search import explore

    return explore


def _native(request: Request) -> Result:
    """The compiled search; where it cannot be compiled, one error says why.

    Raises:
        SystemFailure: there is no C compiler, it failed, or the model needs what is not compiled yet.
    """
    from checker.engines.native.compiler import CompilationFailed, NoCompiler
    from checker.engines.native.explore import explore
    from checker.engines.native.library import LibraryError
    from checker.engines.native.not_yet import NotYetNative

    try:
        return explore(request)
    except (NotYetNative, NoCompiler, CompilationFailed, LibraryError) as error:
        fix = "run the check with --engine python"
        raise SystemFailure([Problem("--engine native", str(error), fix)]) from error
