"""Random streams: the generator that is documented, and draws without bias."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.running.random_stream import RandomStream

WORD = 2**64

# The first outputs of SplitMix64 from the state 1234567, as other implementations give them.
KNOWN = (
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
)


def splitmix64(state: int, count: int) -> list[int]:
    """The reference: one output after the other."""
    found: list[int] = []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) % WORD
        z = state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
        found.append(z ^ (z >> 31))
    return found


class Given(RandomStream):
    """A stream of numbers that a test gives."""

    def __init__(self, *numbers: int) -> None:
        super().__init__(0, 1)
        self.left = list(numbers)

    def next(self) -> int:
        """The next of them."""
        return self.left.pop(0)


def test_the_reference_is_the_known_generator() -> None:
    assert tuple(splitmix64(1234567, 5)) == KNOWN


@given(st.integers(0, WORD - 1), st.integers(1, 50))
def test_a_walks_stream_begins_at_its_output_of_the_seeds_stream(seed: int, walk: int) -> None:
    start = splitmix64(seed, walk)[-1]
    stream = RandomStream(seed, walk)
    assert [stream.next() for _ in range(5)] == splitmix64(start, 5)


@given(st.integers(0, WORD - 1), st.integers(1, WORD - 1))
def test_a_draw_is_below_its_bound(number: int, n: int) -> None:
    source = random.Random(number)
    stream = Given(number, *[source.getrandbits(64) for _ in range(64)])
    assert 0 <= stream.below(n) < n


def test_what_would_come_once_too_often_is_drawn_again() -> None:
    """2**64 is 1 more than a multiple of 3: of the numbers that give 0, one is left out."""
    stream = Given(0, 1)
    assert stream.below(3) == 0
    assert stream.left == []
    stream = Given(1, 7)
    assert stream.below(3) == 0
    assert stream.left == [7]
    # A power of two divides 2**64, so nothing is left out.
    assert Given(0).below(4) == 0
    # Half of all numbers are left out.
    n = 2**63 + 1
    stream = Given(0, 2, 3, 5)
    assert stream.below(n) == 1
    assert stream.left == [5]


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_all_numbers_come_about_equally_often(n: int) -> None:
    counts = Counter(RandomStream(5, walk).below(n) for walk in range(1, 20_001))
    assert set(counts) == set(range(n))
    for count in counts.values():
        assert abs(count - 20_000 / n) < 5 * (20_000 / n) ** 0.5 or n == 1
