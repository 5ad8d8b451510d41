"""The proof about the chain of memberships speaks of numbers: those of the language's majorities."""

from __future__ import annotations

from itertools import chain, combinations

from checker import majority
from model.membership_proof import is_majority

MEMBERS = range(6)


def _subsets() -> list[frozenset[int]]:
    sizes = range(len(MEMBERS) + 1)
    return [frozenset(one) for one in chain.from_iterable(combinations(MEMBERS, size) for size in sizes)]


def test_the_language_asks_for_the_same_numbers() -> None:
    for members in _subsets():
        for acks in _subsets():
            assert majority(acks, members) == is_majority(len(acks & members), len(members))


def test_sets_have_no_less_in_common_than_their_sizes_say() -> None:
    for a in _subsets():
        for b in _subsets():
            assert len(a & b) >= len(a) + len(b) - len(a | b)
