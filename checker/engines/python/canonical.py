"""Symmetry by definition: the canonical form of a state is the least of its images under all permutations.

Nothing here is clever, so that other engines can be measured against it.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from checker.language.bags import Bag
from checker.language.maps import MapBase, in_order
from checker.language.members import Sort
from checker.language.order import value_key
from checker.language.records import Record
from checker.running.runner import State

Renaming = Mapping[Sort, Sort]
"""Where a permutation takes the members that it moves; all others stay."""

Key = tuple[Any, ...]
"""A state as a value of a total order."""


def renamings(sorts: Sequence[Sequence[Sort]]) -> list[Renaming]:
    """Every way to permute the members of some sorts, the identity first."""
    ways = itertools.product(*(itertools.permutations(members) for members in sorts))
    return [
        {
            old: new
            for members, images in zip(sorts, way, strict=True)
            for old, new in zip(members, images, strict=True)
            if old is not new
        }
        for way in ways
    ]


def renamed(value: Any, renaming: Renaming) -> Any:
    """The value with its members renamed, wherever they are in it."""
    match value:
        case None | bool() | int() | enum.Enum():
            return value
        case Sort():
            return renaming.get(value, value)
        case Record():
            kind: Any = type(value)
            return kind(*(renamed(item, renaming) for item in value.record_values()))
        case MapBase():
            items = [(renamed(key, renaming), renamed(item, renaming)) for key, item in _items(value)]
            made = cast("Any", value)
            return type(made)(in_order(items))
        case Bag() | frozenset() | tuple():
            held = cast("Any", value)
            return type(held)([renamed(item, renaming) for item in held])
        case _:
            raise AssertionError(f"{value!r} is no value of the language")


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    found: Iterator[tuple[Any, Any]] = iter(value.items())
    return found


class Canonical:
    """The canonical forms of states.

    Args:
        sorts: the members of each sort that is reduced.
    """

    def __init__(self, sorts: Sequence[Sequence[Sort]]) -> None:
        self.renamings = renamings(sorts)
        # What was found before of a value, for each renaming: states share most of their values.
        self._keys: list[dict[Any, Key]] = [{} for _ in self.renamings]

    def key(self, state: State) -> Key:
        """The least image of a state, as a key: the same for two states that differ in names alone, and for
        no others."""
        return min(self._images(state))

    def orbit(self, state: State) -> int:
        """How many states differ from this one in names alone, itself included."""
        return len(set(self._images(state)))

    def _images(self, state: State) -> Iterator[Key]:
        for renaming, known in zip(self.renamings, self._keys, strict=True):
            found: list[Key] = []
            for value in state:
                key = known.get(value)
                if key is None:
                    key = known[value] = value_key(renamed(value, renaming))
                found.append(key)
            yield tuple(found)
