"""Representatives are as many as there are orbits, counted by the lemma of Cauchy and Frobenius.

A state is a function from places to values; permutations of members act on both. The number of orbits is the
mean number of functions that a permutation leaves as they are, and for that the values that its powers leave
as they are decide at each cycle of places. Neither engine has a part in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import factorial, prod
from typing import Any, cast

import pytest

from checker.engines.native.explore import explore
from checker.engines.native.orbits import explore_with_orbits
from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import STORES, Request
from tests.models.orbits import (
    Councils,
    Digraphs,
    Grants,
    Graphs,
    Heaps,
    Matrices,
    Painted,
    Pointers,
    Sacks,
    SparsePointers,
    Words,
)

IMAGES_MAX = 720

Permutation = Mapping[Any, Any]
Act = Callable[[Permutation, Any], Any]


def renamed(p: Permutation, value: Any) -> Any:
    """The image of a value: of a member, of a tuple or set of them; all else stays."""
    match value:
        case tuple():
            return tuple([renamed(p, one) for one in cast("tuple[object, ...]", value)])
        case frozenset():
            return frozenset([renamed(p, one) for one in cast("frozenset[object]", value)])
        case _:
            return p.get(value, value)


def permutations(*sorts: Sequence[Any]) -> Iterable[Permutation]:
    """All ways to permute the members of some sorts."""
    for images in itertools.product(*[itertools.permutations(sort) for sort in sorts]):
        yield {
            old: new
            for sort, image in zip(sorts, images, strict=True)
            for old, new in zip(sort, image, strict=True)
        }


def fixed_functions(p: Permutation, places: Iterable[Any], values: Sequence[Any]) -> int:
    """The functions from places to values that a permutation leaves as they are."""
    left, count = set(places), 1
    while left:
        first = left.pop()
        place, length = renamed(p, first), 1
        while place != first:
            left.remove(place)
            place, length = renamed(p, place), length + 1
        count *= sum(power(p, length, value) == value for value in values)
    return count


def power(p: Permutation, times: int, value: Any) -> Any:
    for _ in range(times):
        value = renamed(p, value)
    return value


def orbits(sorts: Sequence[Sequence[Any]], *parts: tuple[Iterable[Any], Sequence[Any]]) -> int:
    """The orbits of states that have a function for each part."""
    counts = [prod([fixed_functions(p, *part) for part in parts]) for p in permutations(*sorts)]
    found = Fraction(sum(counts), len(counts))
    assert found.denominator == 1
    return int(found)


def nodes(count: int) -> list[str]:
    return [f"n{number}" for number in range(count)]


def colours(count: int) -> list[str]:
    return [f"c{number}" for number in range(count)]


def pairs(count: int) -> list[tuple[str, str]]:
    return list(itertools.product(nodes(count), nodes(count)))


BITS = (False, True)


def graphs(count: int) -> int:
    edges = [frozenset(pair) for pair in itertools.combinations(nodes(count), 2)]
    return orbits([nodes(count)], (edges, BITS))


def digraphs(count: int) -> int:
    return orbits([nodes(count)], (pairs(count), BITS))


def pointers(count: int) -> int:
    return orbits([nodes(count)], (nodes(count), [None, *nodes(count)]))


def matrices(rows: int, columns: int) -> int:
    return orbits(
        [nodes(rows), colours(columns)], (list(itertools.product(nodes(rows), colours(columns))), BITS)
    )


def painted(count: int, paints: int) -> int:
    edges = [pair for pair in pairs(count) if pair[0] != pair[1]]
    return orbits([nodes(count), colours(paints)], (nodes(count), [None, *colours(paints)]), (edges, BITS))


def councils(count: int) -> int:
    majorities = [frozenset(some) for some in itertools.combinations(nodes(count), count // 2 + 1)]
    return orbits([nodes(count)], (nodes(count), [None, *majorities]))


def partitions(total: int, parts: int) -> int:
    """Of numbers up to `total` into at most so many parts."""
    return len(
        {tuple(sorted(one)) for one in itertools.product(range(total + 1), repeat=parts) if sum(one) <= total}
    )


def words(length: int, letters: int) -> int:
    """Up to the names of the letters."""
    found: set[tuple[int, ...]] = set()
    for size in range(length + 1):
        for word in itertools.product(range(letters), repeat=size):
            found.add(tuple([word.index(letter) for letter in word]))
    return len(found)


def test_the_lemma_gives_what_is_known() -> None:
    """The On-Line Encyclopedia of Integer Sequences: A000088, A000595, A126285, A028657 (its diagonal)."""
    assert [graphs(count) for count in range(1, 8)] == [1, 2, 4, 11, 34, 156, 1_044]
    assert [digraphs(count) for count in range(1, 6)] == [2, 10, 104, 3_044, 291_968]
    assert [pointers(count) for count in range(1, 7)] == [2, 6, 16, 45, 121, 338]
    assert [matrices(count, count) for count in range(1, 5)] == [2, 7, 36, 317]


Counted = tuple[type, dict[str, int], Callable[[], int]]


def of_nodes(model: type, count: Callable[[int], int], *sizes: int) -> list[Counted]:
    """A model of one sort in several sizes."""
    return [(model, {"Node": size}, partial(count, size)) for size in sizes]


def of_two(
    model: type, other: str, count: Callable[[int, int], int], *sizes: tuple[int, int]
) -> list[Counted]:
    """A model of nodes and another type."""
    return [(model, {"Node": size, other: more}, partial(count, size, more)) for size, more in sizes]


COUNTED: list[Counted] = [
    *of_nodes(Heaps, lambda size: partitions(3, size), 2, 3, 6, 8),
    *of_nodes(Digraphs, digraphs, 2, 3, 4),
    *of_nodes(Grants, digraphs, 2, 3, 4),
    *of_nodes(Graphs, graphs, 3, 4, 5, 6, 7),
    *of_nodes(Pointers, pointers, 2, 3, 4, 5, 6, 7),
    *of_nodes(SparsePointers, pointers, 3, 5, 6),
    *of_nodes(Councils, councils, 2, 3, 4),
    *of_two(Matrices, "Colour", matrices, (2, 3), (3, 3), (4, 3), (6, 2), (2, 6)),
    *of_two(Painted, "Colour", painted, (2, 2), (3, 2), (3, 3), (4, 2)),
    *of_two(Words, "Place", lambda letters, length: words(length, letters), (2, 3), (3, 4), (6, 4)),
    *of_two(Sacks, "Place", lambda size, total: partitions(total, size), (3, 3), (6, 4)),
]


@pytest.mark.parametrize(
    ("model", "scope", "count"),
    COUNTED,
    ids=[f"{model.__name__} {'+'.join(map(str, scope.values()))}" for model, scope, _ in COUNTED],
)
def test_representatives_are_as_many_as_there_are_orbits(
    model: type, scope: dict[str, int], count: Callable[[], int]
) -> None:
    expected = count()
    request = Request(model, scope, symmetry=None, deadlock=False, brief=True)
    images = prod([factorial(scope[sort]) for sort in ("Node", "Colour") if sort in scope])
    for store in STORES:
        asked = replace(request, store=store)
        if images > IMAGES_MAX:
            assert explore(asked).statistics.distinct == expected
            continue
        found, kept = explore_with_orbits(asked)
        assert found.statistics.distinct == expected
        assert (kept.changed, kept.strayed) == (0, 0)
    if expected <= 400 and images <= 24:
        assert explore_in_python(request).statistics.distinct == expected


@pytest.mark.parametrize(("model", "count"), [(Digraphs, 5), (Grants, 5)])
def test_many_representatives(model: type, count: int) -> None:
    found = explore(Request(model, {"Node": count}, symmetry=None, deadlock=False, workers=2))
    assert found.statistics.distinct == digraphs(count) == 291_968
