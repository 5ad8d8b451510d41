"""The names that a check uses, against those that its model has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from checker.gates.check import Accept, Check, Origin, Prove
from checker.gates.problems import Problem, nearest, quote
from checker.language.declaration import Declaration, declare, sorts_of
from checker.language.errors import ModelError
from checker.language.members import Ordered
from checker.language.model import Model
from checker.language.rules import OF_STEPS, Kind

PROPERTIES = (Kind.INVARIANT, *OF_STEPS)
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
    return [
        *_wrong_numbers(check, declaration, sorts),
        *_wrong_symmetry(check, declaration, sorts),
        *_wrong_properties(check, declaration),
    ]


def wrong_lemmas(prove: Prove, model: type[Model]) -> list[Problem]:
    """Every lemma, property and action that a proof names and its model lacks."""
    try:
        declaration = declare(model)
    except ModelError:
        return []

    def names(*kinds: Kind) -> list[str]:
        return [method.name for method in declaration.of_kind(*kinds)]

    origin, found = prove.check.origin, list[Problem]()
    expect, actions = prove.expect, names(Kind.ACTION)
    lemmas = names(Kind.LEMMA, Kind.INVARIANT)
    refused = [*lemmas, *names(Kind.STEP_INVARIANT, Kind.ASSUME), *actions, *RESERVED]
    asked: list[tuple[str, str, list[str], tuple[str, ...]]] = [
        ("lemma or invariant", name, lemmas, ("lemmas",)) for name in sorted(prove.lemmas or ())
    ]
    if expect is not None:
        asked.append(("property or action", expect.refused, refused, ("expect", "refused")))
    if expect is not None and expect.after is not None:
        asked.append(("action", expect.after, actions, ("expect", "after")))
    for what, name, known, key in asked:
        if name not in known:
            fact = f"{model.__name__} has no {what} {quote(name)}"
            found.append(Problem(origin.place(*key), fact, nearest(name, known), ".".join(key)))
    return found


def wrong_accepted(accept: Accept, origin: Origin, model: type[Model]) -> list[Problem]:
    """Every name in what a spec accepts that its model lacks."""
    try:
        return list(_wrong_accepted(accept, origin, declare(model)))
    except ModelError:
        return []


def covers_of(declaration: Declaration) -> list[str]:
    """The covers of a model; each action of a model that it refines is one."""
    return [
        *[one.name for one in declaration.of_kind(Kind.COVER)],
        *[
            f"{one.name}.{action.name}"
            for one in declaration.of_kind(Kind.REFINEMENT)
            for action in declare(one.abstract).of_kind(Kind.ACTION)
        ],
    ]


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


def _wrong_symmetry(check: Check, declaration: Declaration, sorts: list[str]) -> Iterator[Problem]:
    ordered = {sort.__name__ for sort in sorts_of(declaration) if issubclass(sort, Ordered)}
    model = declaration.model.__name__
    known = [name for name in sorts if name not in ordered]
    for number, name in enumerate(check.symmetry or ()):
        if name in ordered:
            fact = f"the members of {name} are ordered, so they are not interchangeable"
            yield Problem(check.origin.place("symmetry", number), fact, "remove it", "symmetry")
        elif name not in known:
            fact = f"{model} has no sort {quote(name)}"
            yield Problem(check.origin.place("symmetry", number), fact, nearest(name, known), "symmetry")


def _wrong_accepted(accept: Accept, origin: Origin, declaration: Declaration) -> Iterator[Problem]:
    def names(*kinds: Kind) -> list[str]:
        return [method.name for method in declaration.of_kind(*kinds)]

    groups: tuple[tuple[str, str, frozenset[str], list[str]], ...] = (
        ("never_fired", "action", accept.never_fired, [*names(Kind.ACTION), *declaration.faults]),
        ("covers", "cover", accept.covers, covers_of(declaration)),
        # A constraint or a cover may hold an implication as well as a property does.
        ("untested", "property", accept.untested, [method.name for method in declaration.methods]),
        ("unpruned", "constraint", accept.unpruned, names(Kind.CONSTRAINT)),
        ("unchecked", "property", accept.unchecked, names(*PROPERTIES)),
    )
    for key, what, given, known in groups:
        for name in sorted(given):
            if name not in known:
                fact = f"{declaration.model.__name__} has no {what} {quote(name)}"
                fix = nearest(name, known)
                yield Problem(origin.place("accept", key), fact, fix, f"accept.{key}")


def _wrong_properties(check: Check, declaration: Declaration) -> Iterator[Problem]:
    def names(*kinds: Kind) -> list[str]:
        return [method.name for method in declaration.of_kind(*kinds)]

    properties = names(*PROPERTIES)
    model = declaration.model.__name__

    def unknown(what: str, name: str, known: list[str], *key: str | int) -> Iterator[Problem]:
        if name not in known:
            fact = f"{model} has no {what} {quote(name)}"
            shown = ".".join([part for part in key if isinstance(part, str)])
            yield Problem(check.origin.place(*key), fact, nearest(name, known), shown)

    for name in sorted(check.only or ()):
        yield from unknown("property", name, properties, "only")
    if check.expect is not None:
        known = [*properties, *names(Kind.ASSUME), *RESERVED]
        yield from unknown("property", check.expect.violated, known, "expect", "violated")
        for number, name in enumerate(check.expect.actions):
            yield from unknown("action", name, names(Kind.ACTION), "expect", "actions", number)
        allowed = check.only is None or check.expect.violated in (*check.only, *names(Kind.ASSUME), *RESERVED)
        if not allowed and check.expect.violated in properties:
            fact = f"{check.expect.violated} must be violated, and 'only' leaves it out"
            yield Problem(check.origin.place("only"), fact, "add it to 'only', or remove 'only'", "only")
    if check.requirement is not None:
        for name in sorted(check.requirement.constraints):
            yield from unknown("constraint", name, names(Kind.CONSTRAINT), "require")
            if check.constraints is not None and name not in check.constraints:
                fact = f"the constraint {name} is required, and 'constraints' leaves it out"
                fix = "add it there, or remove it from 'require'"
                yield Problem(check.origin.place("constraints"), fact, fix, "constraints")
    for name in sorted(check.constraints or ()):
        yield from unknown("constraint", name, names(Kind.CONSTRAINT), "constraints")
    yield from _wrong_accepted(check.accept, check.origin, declaration)
