"""Assumptions: whether the scope and parameters are what a model is about."""

from __future__ import annotations

from checker.language.rules import Kind
from checker.running.failures import failure
from checker.running.finding import Finding
from checker.running.runner import Runner


def broken_assumption(runner: Runner) -> Finding | None:
    """The first assumption that does not hold, or cannot be evaluated; asked before any state is made."""
    for method in runner.declaration.of_kind(Kind.ASSUME):
        try:
            if not runner.holds(method):
                return Finding("assumption", -1, method)
        except Exception as error:
            return Finding("evaluation", -1, method, None, failure(error))
    return None
