"""The engine that checks run on: the one place that chooses it."""

from __future__ import annotations

from checker.gates.run import Explore


def default_engine() -> Explore:
    """The search that this installation uses; imported only when something is checked."""
    from checker.engines.python.search import explore

    return explore
