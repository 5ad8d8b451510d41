"""Helper functions in a module without a model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def best_vote(votes: Iterable[Any]) -> Any:
    """The vote of the greatest term."""
    return max(votes, key=lambda vote: vote.term)
