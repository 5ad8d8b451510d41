"""Which model is running: sorts, ordered members and quorums need its scope.

One context variable holds the model instance whose method runs; the scope is an attribute of it. Threads and
asynchronous tasks each have their own, so two scopes can live in one process.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from checker.language.errors import ScopeError

if TYPE_CHECKING:
    from checker.language.scope import Scope

RUNNING: ContextVar[Any] = ContextVar("running_model", default=None)
"""The model instance whose method runs, or None."""


def active_scope() -> Scope:
    """The scope of the running model.

    Raises:
        ScopeError: no model is running.
    """
    model = RUNNING.get()
    if model is None:
        raise ScopeError("no model is running, so sorts have no size; outside a model write m.members(S)")
    scope: Scope = model.lockstep_scope
    return scope


def running_scope() -> Scope | None:
    """The scope of the running model, if one is running."""
    model = RUNNING.get()
    return None if model is None else model.lockstep_scope
