"""The smallest clauses that hold in all states that are reached, and are false of a counterexample.

A clause says that of at most three conditions one holds, for all values of the variables of a prefix. What
makes it false of the counterexample is a binding for which all its conditions fail there. So for each binding
the conditions are taken as they fail, and all pairs and triples tried; a number with a bit for each state
tells in which of them all fail.
"""

from __future__ import annotations

import itertools
import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checker.engines.smt.facts import Binding, Facts, Unspeakable
from checker.engines.smt.vocabulary import Atom, Bound, Piece, Prefix
from checker.ir.types import SortType

_NAME = re.compile(r"(?<![.\w])[a-z]\w*")
"""A variable, where it stands; names of classes begin with a capital."""
LITERALS_MAX = 3
"""The most conditions of a clause."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A condition, or its contrary."""

    atom: Atom
    positive: bool

    @property
    def text(self) -> str:
        """As Python."""
        return self.atom.text(positive=self.positive)

    @property
    def contrary(self) -> str:
        """That it fails, as Python."""
        return self.atom.text(positive=not self.positive)


@dataclass(frozen=True, slots=True)
class Clause:
    """For all values of the variables one of the literals holds.

    Attributes:
        variables: those that are named, an element first.
        literals: what may hold.
    """

    variables: tuple[Bound, ...]
    literals: tuple[Literal, ...]

    @property
    def cost(self) -> tuple[int, int, int]:
        """Small for what is easily said."""
        return len(self.literals), len(self.variables), sum(len(one.text) for one in self.literals)


def clauses(prefix: Prefix, facts: Facts, size: int, until: float = math.inf) -> list[Clause]:
    """The clauses of a size under a prefix that hold wherever the facts are from, no part of which does, and
    that are false of the counterexample; the most easily said first.

    Args:
        prefix: the variables and conditions.
        facts: where they hold.
        size: how many conditions a clause has.
        until: when to stop, by the performance counter.
    """
    return sorted(_Search(prefix, facts, until).of_size(size), key=lambda one: one.cost)


class _Search:
    """The clauses under one prefix."""

    def __init__(self, prefix: Prefix, facts: Facts, until: float) -> None:
        self._until = until
        self._prefix = prefix
        self._facts = facts
        self._domains = {one.name: facts.domain(one) for one in prefix.variables}
        self._used = [_names_in(atom, prefix) for atom in prefix.atoms]
        self._element = next((one for one in prefix.variables if one.element_of is not None), None)
        self._holds: dict[frozenset[tuple[int, bool]], bool] = {}
        self._reached = facts.everywhere - 1

    def of_size(self, size: int) -> Iterator[Clause]:
        """The clauses of a size, each once."""
        found: dict[tuple[str, ...], None] = {}
        for binding in self._bindings():
            for literals in self._failing(binding, size):
                if time.perf_counter() > self._until:
                    return
                clause = self._clause(literals)
                if clause is None or not self._is_smallest(literals):
                    continue
                key = self._form(clause)
                if key not in found:
                    found[key] = None
                    yield clause

    # -------------------------------------------------------------- bindings

    def _bindings(self) -> Iterator[Binding]:
        """The bindings of a prefix, up to the names of variables of one sort."""
        names = [one.name for one in self._prefix.variables]
        for values in itertools.product(*[range(len(self._domains[name])) for name in names]):
            places = dict(zip(names, values, strict=True))
            if all(self._in_order(places, a, b) for a, b in self._twins()):
                yield {name: self._domains[name][place] for name, place in places.items()}

    def _twins(self) -> Iterator[tuple[str, str]]:
        for a, b in itertools.combinations(self._prefix.variables, 2):
            if a.kind == b.kind and isinstance(a.kind, SortType):
                yield a.name, b.name

    def _in_order(self, places: dict[str, int], a: str, b: str) -> bool:
        return places[a] < places[b] or len(self._domains[a]) == 1

    # -------------------------------------------------------------- clauses

    def _failing(self, binding: Binding, size: int) -> Iterator[tuple[tuple[int, bool], ...]]:
        """Literals that all fail in the counterexample, and never all in a state, at one binding."""
        inside = self._guard(binding)
        if not inside & 1:
            return
        literals: list[tuple[int, bool]] = []
        columns: list[int] = []
        for index in range(len(self._prefix.atoms)):
            column = self._column(index, binding)
            if column is not None:
                positive = not column & 1
                literals.append((index, positive))
                columns.append((column ^ self._facts.everywhere if positive else column) & self._reached)
        inside &= self._reached
        for row in _never_together(columns, inside, size):
            yield tuple([literals[place] for place in row])

    def _guard(self, binding: Binding) -> int:
        """Where the element of a prefix is in its set."""
        element = self._element
        if element is None:
            return self._facts.everywhere
        piece = Piece(f"%s in {element.element_of}", (element.name,))
        return self._facts.column(piece, (element.name,), binding)

    def _column(self, index: int, binding: Binding) -> int | None:
        try:
            return self._facts.column(self._prefix.atoms[index].holds, self._used[index], binding)
        except Unspeakable:
            return None

    def _is_smallest(self, literals: Sequence[tuple[int, bool]]) -> bool:
        """It holds for all bindings, and does not with a literal less."""
        if not self._always(frozenset(literals)):
            return False
        parts = [
            frozenset(row) for n in range(1, len(literals)) for row in itertools.combinations(literals, n)
        ]
        return not any(self._always(part) for part in parts)

    def _always(self, literals: frozenset[tuple[int, bool]]) -> bool:
        known = self._holds.get(literals)
        if known is None:
            known = self._holds[literals] = self._asked(literals)
        return known

    def _asked(self, literals: frozenset[tuple[int, bool]]) -> bool:
        used = {name for index, _ in literals for name in self._used[index]}
        names = [one.name for one in self._prefix.variables if one.name in used or one is self._element]
        for values in itertools.product(*[self._domains[name] for name in names]):
            binding = dict(zip(names, values, strict=True))
            left = self._guard(binding) & self._reached
            for index, positive in literals:
                column = self._column(index, binding)
                if column is None:
                    return False
                left &= column ^ self._facts.everywhere if positive else column
            if left:
                return False
        return True

    def _clause(self, literals: Sequence[tuple[int, bool]]) -> Clause | None:
        """The clause; None where the variables fall apart, or the element is not spoken of."""
        used = [self._used[index] for index, _ in literals]
        if self._element is not None and not any(self._element.name in names for names in used):
            return None
        if not _hang_together(used):
            return None
        named = {name for names in used for name in names}
        variables = tuple([one for one in self._prefix.variables if one.name in named])
        atoms = self._prefix.atoms
        said = Clause(variables, tuple([Literal(atoms[index], positive) for index, positive in literals]))
        return _first_names(said, self._prefix)

    def _form(self, clause: Clause) -> tuple[str, ...]:
        """The same for clauses that differ in the names of variables alone."""
        groups: dict[object, list[str]] = {}
        for one in self._prefix.variables:
            groups.setdefault(one.kind, []).append(one.name)
        forms: list[tuple[str, ...]] = []
        for row in itertools.product(*[itertools.permutations(names) for names in groups.values()]):
            flat = dict(zip(itertools.chain(*groups.values()), itertools.chain(*row), strict=True))
            texts = [
                one.atom.holds.form + "|".join(_renamed(one.atom.holds, flat).arguments)
                for one in clause.literals
            ]
            forms.append(tuple(sorted(texts)))
        return min(forms)


def _never_together(columns: Sequence[int], inside: int, size: int) -> Iterator[tuple[int, ...]]:
    """The sets of `size` columns that have no bit of `inside` in common."""
    count = len(columns)
    if size == 1:
        yield from ((one,) for one in range(count) if not columns[one] & inside)
        return
    for i in range(count):
        first = columns[i] & inside
        if not first:
            continue
        for j in range(i + 1, count):
            both = first & columns[j]
            if size == 2:
                if not both:
                    yield i, j
            elif both:
                yield from ((i, j, k) for k in range(j + 1, count) if not both & columns[k])


def _hang_together(used: Sequence[tuple[str, ...]]) -> bool:
    """Whether each condition shares a variable, directly or by others, with all the others."""
    together, waiting = set(used[0]), list(used[1:])
    while waiting:
        near = [names for names in waiting if not names or not together.isdisjoint(names)]
        if not near and together:
            return False
        waiting = [names for names in waiting if names not in near] if near else []
        together.update(*near)
    return True


def _names_in(atom: Atom, prefix: Prefix) -> tuple[str, ...]:
    names = {name for text in atom.holds.arguments for name in _NAME.findall(text)}
    return tuple([one.name for one in prefix.variables if one.name in names])


def _renamed(piece: Piece, names: Mapping[str, str]) -> Piece:
    """A piece with other names of variables."""
    return Piece(
        piece.form,
        tuple([_NAME.sub(lambda word: names.get(word[0], word[0]), text) for text in piece.arguments]),
    )


def _first_names(clause: Clause, prefix: Prefix) -> Clause:
    """The clause with the first variables of each sort."""
    names: dict[str, str] = {}
    variables: list[Bound] = []
    for kind in dict.fromkeys(one.kind for one in prefix.variables):
        free = [one for one in prefix.variables if one.kind == kind]
        used = [one for one in clause.variables if one.kind == kind]
        for old, new in zip(used, free, strict=False):
            names[old.name] = new.name
            variables.append(new)
    literals = [
        Literal(Atom(_renamed(one.atom.holds, names), _renamed(one.atom.fails, names)), one.positive)
        for one in clause.literals
    ]
    return Clause(tuple(variables), tuple(literals))
