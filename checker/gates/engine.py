"""The engine that checks run on: the one place that chooses it, and that turns its refusals into ours."""

from __future__ import annotations

from checker.gates.run import Explain, Explore


def default_engine() -> Explore:
    """The search that this installation uses; imported only when something is checked."""
    from checker.engines.python.search import explore

    return explore


def default_explanation() -> Explain | None:
    """What says why a property is false; None where nothing does."""
    return None
