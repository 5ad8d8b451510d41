"""Lockstep: a model checker for replication protocols written as typed Python.

A model imports everything from here: `from checker import Model, Sort, Set, action, invariant, require`.
"""

from checker.language import *  # noqa: F403  # the language, and nothing else
from checker.language import __all__ as __all__
