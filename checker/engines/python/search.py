"""The python engine's entry: every reachable state of a model in a scope.

It defines what every other engine must agree with.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from checker.engines.python.levels import Probe, Search
from checker.engines.python.outcome import outcome
from checker.engines.request import Request
from checker.verdicts import Result


def explore(request: Request, *, probes: Sequence[Probe] = (), shuffle: Random | None = None) -> Result:
    """Searches every reachable state of a model in a scope.

    Args:
        request: the model, its scope, what to check, where to stop.
        probes: left sides of implications, to be reported when never true.
        shuffle: visit what has no order in an order drawn from this; the result must not depend on it.

    Raises:
        ScopeError, FormError, ModelError: the request does not fit the model; before anything runs.
    """
    search = Search(request, probes, shuffle)
    search.run()
    return outcome(search)
