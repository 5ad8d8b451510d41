"""The python engine's entry: every reachable state of a model in a scope.

It defines what every other engine must agree with.
"""

from __future__ import annotations

from random import Random

from checker.engines.python.captured import Captured
from checker.engines.python.levels import Search
from checker.engines.python.outcome import outcome
from checker.engines.python.runner import Runner
from checker.engines.request import Request
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
    captured = Captured(request.model)
    runner = Runner(request, shuffle)
    search = Search(request, runner, captured.probes(runner, request.only))
    search.run()
    return outcome(search, captured)
