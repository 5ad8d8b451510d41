"""The names that a check uses, against those that its model has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from checker.gates.check import Check
from checker.gates.problems import Problem, nearest, quote
from checker.language.declaration import Declaration, declare, sorts_of
from checker.language.errors import ModelError
from checker.language.model import Model
from checker.language.rules import Kind

PROPERTIES = (Kind.INVARIANT, Kind.STEP_INVARIANT)
RESERVED = ("deadlock", "evaluation")
"""What `expect.violated` may name beside the properties of the model."""


def wrong_names(check: Check, model: type[Model]) -> list[Problem]:
    """Every name in a check that its model lacks, and every value that the model needs and does not get.

    Nothing when the model itself cannot be read: then the engine says why.
    """
    try:
        declaration = declare(model)
        sorts = [sort.__name__ for sort in sorts_of(declaration)]
    except ModelError:
        return []
    return [*_wrong_numbers(check, declaration, sorts), *_wrong_properties(check, declaration)]


def _wrong_numbers(check: Check, declaration: Declaration, sorts: list[str]) -> Iterator[Problem]:
    tables: tuple[tuple[str, str, Mapping[str, int], Iterable[str]], ...] = (
        ("scope", "sort", check.scope, sorts),
        ("params", "parameter", check.params, declaration.params),
        ("faults", "fault", check.faults, declaration.faults),
    )
    model = declaration.model.__name__
    for table, what, given, known in tables:
        for name in given:
            if name not in known:
                fact = f"{model} has no {what} {quote(name)}"
                yield Problem(check.origin.place(table, name), fact, nearest(name, known), f"{table}.{name}")
    for table, what, given, known in tables[:2]:
        for name in known:
            if name not in given:
                example = f"{name}=3" if check.origin.file is None else f"{name} = 3"
                fact = f"{table} gives no {'size' if what == 'sort' else 'value'} for the {what} {name}"
                yield Problem(check.origin.place(table), fact, f"add {example}", table)


def _wrong_properties(check: Check, declaration: Declaration) -> Iterator[Problem]:
    def names(*kinds: Kind) -> list[str]:
        return [method.name for method in declaration.of_kind(*kinds)]

    properties = names(*PROPERTIES)
    model = declaration.model.__name__

    def unknown(what: str, name: str, known: list[str], *key: str) -> Iterator[Problem]:
        if name not in known:
            fact = f"{model} has no {what} {quote(name)}"
            yield Problem(check.origin.place(*key), fact, nearest(name, known), ".".join(key))

    for name in sorted(check.only or ()):
        yield from unknown("property", name, properties, "only")
    if check.expect is not None:
        known = [*properties, *names(Kind.ASSUME), *RESERVED]
        yield from unknown("property", check.expect.violated, known, "expect", "violated")
        allowed = check.only is None or check.expect.violated in (*check.only, *names(Kind.ASSUME), *RESERVED)
        if not allowed and check.expect.violated in properties:
            fact = f"{check.expect.violated} must be violated, and 'only' leaves it out"
            yield Problem(check.origin.place("only"), fact, "add it to 'only', or remove 'only'", "only")
    if check.requirement is not None:
        for name in sorted(check.requirement.constraints):
            yield from unknown("constraint", name, names(Kind.CONSTRAINT), "require")
    for name in sorted(check.accept.never_fired):
        yield from unknown("action", name, names(Kind.ACTION), "accept", "never_fired")
    for name in sorted(check.accept.covers):
        yield from unknown("cover", name, names(Kind.COVER), "accept", "covers")
    for name in sorted(check.accept.untested):
        # A constraint or a cover may hold an implication as well as a property does.
        known = [method.name for method in declaration.methods]
        yield from unknown("property", name, known, "accept", "untested")
