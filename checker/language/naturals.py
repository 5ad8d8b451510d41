"""Natural values: what a variable starts with when no `@initial` says otherwise."""

from __future__ import annotations

from typing import Any, assert_never

from checker.language.domains import number_of, values_of
from checker.language.forms import (
    BagForm,
    BoolForm,
    EnumForm,
    Form,
    IntForm,
    MapForm,
    OptionForm,
    PartialForm,
    QuorumForm,
    RecordForm,
    SeqForm,
    SetForm,
    SortForm,
    TupleForm,
    UnionForm,
    record_fields,
)
from checker.language.maps import Map, Partial
from checker.language.members import Ordered
from checker.language.scope import Scope
from checker.language.sequences import Seq
from checker.language.traits import is_ordered


class NoNatural(Exception):
    """A form without a value to start from; the argument names it."""


def natural(form: Form, scope: Scope) -> Any:
    """What a variable of this form starts with when no `@initial` says otherwise.

    Raises:
        NoNatural: a bare Sort, a quorum or a union of records has none.
    """
    match form:
        case BoolForm():
            return False
        case IntForm(low, _):
            return number_of(low, scope)
        case EnumForm(enum_class):
            return next(iter(enum_class))
        case SortForm(cls):
            if issubclass(cls, Ordered):
                return cls.first
            raise NoNatural(cls.__name__)
        case RecordForm(record):
            return record(*(natural(inner, scope) for _, inner in record_fields(record)))
        case UnionForm(classes):
            raise NoNatural(" | ".join(one.__name__ for one in classes))
        case OptionForm():
            return None
        case TupleForm(items):
            return tuple(natural(item, scope) for item in items)
        case MapForm(key, value):
            start = natural(value, scope)
            kind: type[Map[Any, Any]] = Map if is_ordered(key) else scope.map_class
            return kind(dict.fromkeys(values_of(key, scope), start))
        case PartialForm(key, _):
            partial: type[Partial[Any, Any]] = Partial if is_ordered(key) else scope.partial_class
            return partial()
        case SetForm():
            return scope.set_class()
        case SeqForm():
            empty: Any = Seq
            return empty()
        case BagForm():
            return scope.bag_class()
        case QuorumForm(cls):
            raise NoNatural(f"Quorum[{cls.__name__}]")
        case _:
            assert_never(form)
