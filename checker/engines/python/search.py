"""The python engine's entry: every reachable state of a model in a scope.

It defines what every other engine must agree with.
"""

from __future__ import annotations

from random import Random

from checker.engines.python.canonical import Canonical
from checker.engines.python.levels import Search
from checker.engines.python.orbits import orbits
from checker.engines.python.order_free import OrderFree
from checker.engines.python.outcome import outcome
from checker.engines.request import Request
from checker.running.captured import Captured
from checker.running.orbits import Orbits
from checker.running.runner import Runner
from checker.running.symmetry import Reduction, reduction
from checker.verdicts import Result


def explore(request: Request, *, shuffle: Random | None = None) -> Result:
    """Searches every reachable state of a model in a scope.

    Args:
        request: the model, its scope, what to check, where to stop.
        shuffle: visit what has no order in an order drawn from this; the result must not depend on it.

    Raises:
        Refused: the model says something that the language does not have.
        ScopeError, FormError, ModelError: the request does not fit the model.
        All of them before anything runs.
    """
    return explored(request, shuffle)[0]


def explore_with_orbits(request: Request) -> tuple[Result, Orbits]:
    """Searches, and makes every state that each of the kept ones stands for.

    Raises:
        As `explore`.
    """
    result, search = explored(request, None)
    return result, orbits(search)


def explored(request: Request, shuffle: Random | None = None) -> tuple[Result, Search]:
    """As `explore`, with the search that the result is made from."""
    captured = Captured(request.model)
    runner = Runner(request, shuffle)
    reduced = reduction(request, captured.ir, runner.scope)
    search = _searched(request, captured, runner, reduced)
    if reduced.doubtful and search.finding is not None and search.finding.kind == "evaluation":
        # It may fail in some order only: what CPython does in each of the states is to be found out.
        reduced = reduced.certain(captured.ir)
        search = _searched(request, captured, runner, reduced)
    return outcome(search, captured, reduced), search


def canonical_forms(runner: Runner, reduced: Reduction) -> Canonical | None:
    """What tells the canonical forms of a model's states; None where each state is its own."""
    members = {sort.__name__: runner.scope.members(sort) for sort in runner.scope.sizes}
    return Canonical([members[name] for name in reduced.sorts]) if reduced.sorts else None


def _searched(request: Request, captured: Captured, runner: Runner, reduced: Reduction) -> Search:
    order_free = OrderFree(reduced.model, captured.classes, runner) if reduced.doubtful else None
    search = Search(request, runner, captured, canonical_forms(runner, reduced), order_free)
    search.run()
    return search
