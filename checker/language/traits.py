"""Traits of forms: what their values depend on, and how they compare."""

from __future__ import annotations

from typing import assert_never

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
from checker.language.members import Ordered


def is_ordered(form: Form) -> bool:
    """Whether the values of a form have an order that models may observe."""
    match form:
        case SortForm(cls):
            return issubclass(cls, Ordered)
        case BoolForm() | IntForm() | EnumForm():
            return True
        case TupleForm(items):
            return all(is_ordered(item) for item in items)
        case _:
            return False


def needs_scope(form: Form) -> bool:
    """Whether checking a value needs the scope: a bound by a parameter, a capacity by a sort, a total map."""
    match form:
        case IntForm(low, high):
            return isinstance(low, str) or isinstance(high, str)
        case SeqForm(item, capacity) | BagForm(item, capacity):
            return not isinstance(capacity, int) or needs_scope(item)
        case MapForm():
            return True
        case OptionForm(item) | SetForm(item):
            return needs_scope(item)
        case PartialForm(key, value):
            return needs_scope(key) or needs_scope(value)
        case TupleForm(items):
            return any(needs_scope(item) for item in items)
        case RecordForm(cls):
            return any(needs_scope(inner) for _, inner in record_fields(cls))
        case UnionForm(classes):
            return any(needs_scope(RecordForm(cls)) for cls in classes)
        case QuorumForm():
            return True
        case BoolForm() | EnumForm() | SortForm():
            return False
        case _:
            assert_never(form)


def is_numeric(form: Form) -> bool:
    """Whether a value may be an integer or a boolean, which Python takes for equal (`True == 1`)."""
    match form:
        case BoolForm() | IntForm():
            return True
        case OptionForm(item):
            return is_numeric(item)
        case _:
            return False


def is_numeric_inside(form: Form) -> bool:
    """Whether a collection holds integers or booleans (records check their own fields)."""
    match form:
        case OptionForm(item):
            return is_numeric_inside(item)
        case TupleForm(items):
            return any(is_numeric(item) or is_numeric_inside(item) for item in items)
        case MapForm(key, value) | PartialForm(key, value):
            return any(is_numeric(item) or is_numeric_inside(item) for item in (key, value))
        case SetForm(item) | SeqForm(item, _) | BagForm(item, _):
            return is_numeric(item) or is_numeric_inside(item)
        case _:
            return False
