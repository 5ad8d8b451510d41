"""How much of a scope has to be written out before anything runs; one that is out of all reach is refused.

What is counted: the members of each sort, the entries of maps, and the arguments of each step.
"""

from __future__ import annotations

from math import prod

from checker.language.bindings import LARGEST_DOMAIN, drawn_parameters, is_scalar
from checker.language.declaration import Declaration, Method, parameters, variable_form
from checker.language.domains import count_of
from checker.language.errors import SpaceTooLarge
from checker.language.forms import Form, MapForm, RecordForm, SetForm, TupleForm, record_fields
from checker.language.rules import Kind
from checker.language.scope import Scope
from checker.language.source import shown_path

MEMBERS_MAX = 1_000_000
ENTRIES_MAX = 10_000_000
BINDINGS_MAX = 10_000_000


def check_extent(declaration: Declaration, scope: Scope) -> None:
    """Passes a scope that can be written out.

    Raises:
        SpaceTooLarge: it cannot.
    """
    for sort, size in scope.sizes.items():
        if size > MEMBERS_MAX:
            raise SpaceTooLarge(f"{sort.__name__} has {size:,} members; choose a smaller scope")
    for variable in declaration.variables:
        entries = _entries(variable_form(declaration, variable), scope)
        if entries > ENTRIES_MAX:
            raise SpaceTooLarge(
                f"the variable {variable.name} has {entries:,} entries; choose a smaller scope"
            )
    for method in declaration.of_kind(Kind.ACTION, Kind.INITIAL):
        count = count_bindings(method, scope)
        if count > BINDINGS_MAX:
            code = method.function.__code__
            raise SpaceTooLarge(
                f"{shown_path(code.co_filename)}:{code.co_firstlineno}: {method.name} has {count:,} "
                "combinations of arguments; choose a smaller scope"
            )


def count_bindings(method: Method, scope: Scope) -> int:
    """How many combinations of arguments a step is tried with, those drawn from a collection apart."""
    forms = parameters(method)
    drawn = {one.name for one in drawn_parameters(method.function)} if forms else set[str]()
    # A large type is refused where it is enumerated, with what to write instead.
    return prod(
        [
            count_of(form, scope) if is_scalar(form) else _collections(form, scope)
            for name, form in forms
            if is_scalar(form) or name not in drawn
        ]
    )


def _collections(form: Form, scope: Scope) -> int:
    """How many sets, maps or sequences a step is tried with, which are few, or refused."""
    if isinstance(form, SetForm):
        items = count_of(form.item, scope)
        return LARGEST_DOMAIN if items >= LARGEST_DOMAIN.bit_length() else 2**items
    return LARGEST_DOMAIN


def _entries(form: Form, scope: Scope) -> int:
    """How many values stand beside each other in every value of a form."""
    match form:
        case MapForm(key, value):
            return count_of(key, scope) * _entries(value, scope)
        case RecordForm(record):
            return sum([_entries(inner, scope) for _, inner in record_fields(record)])
        case TupleForm(items):
            return sum([_entries(item, scope) for item in items])
        case _:
            return 1
