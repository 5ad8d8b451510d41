"""What a lemma may say: the shortest conditions on a state, as Python, about variables of one `for all`.

A `Prefix` binds variables: two of each sort; or an element of a set and one of each sort. An `Atom` is a
condition on them and on the state. Its text has places for arguments that do not look at the state, so that
`Accepted(a, b, v) in self.network` is asked once for each message, whatever the variables are called.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.types import (
    BoolType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
)

ELEMENTS_MAX = 40
"""The most ways to write an element of one type."""
INTEGERS_MAX = 6
"""The most integers of a state that are compared with each other."""
SHORT = "abcdefghijklmnopqrtuvwxyz"
"""Names of variables; `s` is left out, it looks like a plural."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Python with places for arguments: `self.votes[%s]` with `a`."""

    form: str
    arguments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The Python."""
        return self.form % self.arguments

    def __add__(self, other: Piece | str) -> Piece:
        if isinstance(other, str):
            return Piece(self.form + other, self.arguments)
        return Piece(self.form + other.form, self.arguments + other.arguments)

    @property
    def is_pure(self) -> bool:
        """It does not look at the state."""
        return "self." not in self.form


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition, and how one writes that it is false."""

    holds: Piece
    fails: Piece

    def text(self, *, positive: bool) -> str:
        """The condition, or its contrary."""
        return (self.holds if positive else self.fails).text

    @property
    def is_order(self) -> bool:
        """It compares by an order."""
        return "<" in self.holds.form

    def given(self, condition: Piece) -> Atom:
        """The same where something must be there first."""
        there, missing = condition + " is not None", condition + " is None"
        return Atom(there + " and " + self.holds, missing + " or " + self.fails)


@dataclass(frozen=True, slots=True)
class Bound:
    """A variable of a prefix.

    Attributes:
        name: of the variable.
        kind: its type.
        domain: what it goes through, as Python.
        element_of: the set that it is an element of; None for a member of a sort.
    """

    name: str
    kind: Type
    domain: str
    element_of: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Variables, and what can be said about them."""

    variables: tuple[Bound, ...]
    atoms: tuple[Atom, ...]


def prefixes(model: ir.Model) -> Iterator[Prefix]:
    """The prefixes of a model: over sorts alone first."""
    pairs = [one for sort in model.sorts for one in (sort, sort)]
    yield _prefix(model, _sorts(pairs, ()))
    for variable in model.variables:
        if not isinstance(variable.type, SetType):
            continue
        place, item = f"self.{variable.name}", variable.type.item
        records = item.records if isinstance(item, UnionType) else [item]
        for record in records:
            if not isinstance(record, RecordType):
                continue
            domain = f"{place}.of({record.name})" if isinstance(item, UnionType) else place
            element = Bound("m", record, domain, place)
            yield _prefix(model, (element, *_sorts(model.sorts, ("m",))))


def _sorts(sorts: Sequence[SortType], taken: tuple[str, ...]) -> tuple[Bound, ...]:
    """A variable for each, named by the first letter of its sort, or the next that is free. The second of a
    sort is named after all the first have their names."""
    used, names = set(taken), dict[int, str]()
    kinds = [sort.name for sort in sorts]
    first = [index for index, name in enumerate(kinds) if name not in kinds[:index]]
    rest = [index for index in range(len(sorts)) if index not in first]
    for index in (*first, *reversed(rest)):
        at = SHORT.find(sorts[index].name[0].lower())
        letters = SHORT[at:] + SHORT[:at] if at >= 0 else SHORT
        names[index] = next((one for one in letters if one not in used), f"x{len(used)}")
        used.add(names[index])
    return tuple(Bound(names[index], sort, sort.name) for index, sort in enumerate(sorts))


def _prefix(model: ir.Model, variables: tuple[Bound, ...]) -> Prefix:
    words = _Words(variables)
    atoms: dict[str, Atom] = {}
    for one in words.of_variables():
        atoms.setdefault(one.holds.text, one)
    for variable in model.variables:
        for one in words.of_place(Piece(f"self.{variable.name}"), variable.type):
            atoms.setdefault(one.holds.text, one)
    for one in words.of_integers(model):
        atoms.setdefault(one.holds.text, one)
    return Prefix(variables, tuple(atoms.values()))


class _Words:
    """The conditions about some variables."""

    def __init__(self, variables: tuple[Bound, ...]) -> None:
        self._variables = variables
        self._members: dict[str, list[str]] = {}
        for one in variables:
            if isinstance(one.kind, SortType):
                self._members.setdefault(one.kind.name, []).append(one.name)
            if isinstance(one.kind, RecordType):
                for name, kind in one.kind.fields:
                    if isinstance(kind, SortType):
                        self._members.setdefault(kind.name, []).append(f"{one.name}.{name}")

    def members(self, sort: SortType) -> list[str]:
        """What is a member of a sort."""
        return self._members.get(sort.name, [])

    def elements(self, kind: Type) -> list[str]:
        """The ways to write a value of a type with the variables; none for a type that is too rich."""
        match kind:
            case SortType():
                return self.members(kind)
            case EnumType(name, members):
                return [f"{name}.{one}" for one in members]
            case OptionType(item):
                return ["None", *self.elements(item)]
            case RecordType(name, fields):
                parts = [self.elements(inner) for _, inner in fields]
                made = itertools.islice(itertools.product(*parts), ELEMENTS_MAX + 1)
                found = [f"{name}({', '.join(row)})" for row in made]
                return found if len(found) <= ELEMENTS_MAX else []
            case UnionType(records):
                return [text for record in records for text in self.elements(record)]
            case _:
                return []

    def of_variables(self) -> Iterator[Atom]:
        """How the variables stand to each other, and what an element is like."""
        for sort, names in self._members.items():
            kind = self._sort(sort)
            for left, right in itertools.combinations(names, 2):
                yield from _compared(pure(left), pure(right), ordered=kind.ordered)
        for one in self._variables:
            if isinstance(one.kind, RecordType):
                for name, inner in one.kind.fields:
                    if not isinstance(inner, SortType):
                        yield from self.of_place(pure(f"{one.name}.{name}"), inner)

    def _sort(self, name: str) -> SortType:
        kinds: list[Type] = [one.kind for one in self._variables]
        kinds += [inner for one in kinds if isinstance(one, RecordType) for _, inner in one.fields]
        return next(one for one in kinds if isinstance(one, SortType) and one.name == name)

    def of_place(self, place: Piece, kind: Type) -> Iterator[Atom]:
        """The conditions on what a place of the state holds."""
        match kind:
            case BoolType():
                yield Atom(place, Piece("not ") + place)
            case EnumType(name, members):
                yield from (_equal(place, Piece(f"{name}.{member}")) for member in members)
            case SortType():
                for text in self.members(kind):
                    yield from _compared(place, pure(text), ordered=kind.ordered)
            case OptionType(item):
                yield Atom(place + " is None", place + " is not None")
                if isinstance(item, RecordType):
                    yield from (_equal(place, pure(text)) for text in self.elements(item))
                for one in self.of_place(place, item):
                    yield one.given(place)
                    if one.is_order:  # what is not there is neither less nor at least as much
                        yield Atom(one.fails, one.holds).given(place)
            case RecordType(_, fields):
                for name, inner in fields:
                    yield from self.of_place(place + f".{name}", inner)
            case SetType(item):
                for text in self.elements(item):
                    yield Atom(pure(text) + " in " + place, pure(text) + " not in " + place)
            case MapType(key, value):
                for text in self.elements(key):
                    yield from self.of_place(place + "[" + pure(text) + "]", value)
            case PartialType(key, value):
                for text in self.elements(key):
                    there = pure(text) + " in " + place
                    missing = pure(text) + " not in " + place
                    yield Atom(there, missing)
                    for one in self.of_place(place + "[" + pure(text) + "]", value):
                        yield Atom(there + " and " + one.holds, missing + " or " + one.fails)
            case _:
                return

    def of_integers(self, model: ir.Model) -> Iterator[Atom]:
        """How the integers of a state stand to each other, to zero and to the parameters."""
        numbers = [one for v in model.variables for one in self._integers(Piece(f"self.{v.name}"), v.type)]
        numbers = numbers[:INTEGERS_MAX]
        for one in numbers:
            yield Atom(one + " <= 0", one + " > 0")
            for name in model.params:
                yield from _compared(one, Piece(f"self.{name}"), ordered=True)
        for left, right in itertools.combinations(numbers, 2):
            yield from _compared(left, right, ordered=True)

    def _integers(self, place: Piece, kind: Type) -> Iterator[Piece]:
        match kind:
            case IntType():
                yield place
            case MapType(key, value):
                for text in self.elements(key)[:2]:
                    yield from self._integers(place + "[" + pure(text) + "]", value)
            case RecordType(_, fields):
                for name, inner in fields:
                    yield from self._integers(place + f".{name}", inner)
            case _:
                return


def pure(text: str) -> Piece:
    """What does not look at the state."""
    return Piece("%s", (text,))


def _equal(left: Piece, right: Piece) -> Atom:
    return Atom(left + " == " + right, left + " != " + right)


def _compared(left: Piece, right: Piece, *, ordered: bool) -> Iterator[Atom]:
    """Equality, and both orders where there is one."""
    yield _equal(left, right)
    if ordered:
        yield Atom(left + " < " + right, left + " >= " + right)
        yield Atom(left + " <= " + right, left + " > " + right)
