"""The language: what a model imports."""

from checker.language.annotations import Ghost, Param, Range
from checker.language.bags import Bag
from checker.language.errors import Disabled, EvaluationError, ModelError
from checker.language.functions import majority, maxima, minima, present, require
from checker.language.maps import Map, Partial
from checker.language.members import Ordered, Sort
from checker.language.model import Model
from checker.language.records import Record, replace
from checker.language.rules import (
    action,
    assume,
    constraint,
    cover,
    fault,
    initial,
    invariant,
    lemma,
    refines,
    step_invariant,
    terminal,
)
from checker.language.sequences import Seq
from checker.language.sets import Quorum, Set

__all__ = [
    "Bag",
    "Disabled",
    "EvaluationError",
    "Ghost",
    "Map",
    "Model",
    "ModelError",
    "Ordered",
    "Param",
    "Partial",
    "Quorum",
    "Range",
    "Record",
    "Seq",
    "Set",
    "Sort",
    "action",
    "assume",
    "constraint",
    "cover",
    "fault",
    "initial",
    "invariant",
    "lemma",
    "majority",
    "maxima",
    "minima",
    "present",
    "refines",
    "replace",
    "require",
    "step_invariant",
    "terminal",
]
