"""Random streams: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).

Each walk has a stream of its own, so what it draws depends on the seed and its number alone: not on the
engine, nor on what other walks draw. `runtime/random.h` of the native engine has the same.
"""

from __future__ import annotations

GOLDEN = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


def _mix(z: int) -> int:
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _WORD
    return z ^ z >> 31


class RandomStream:
    """The draws of one walk.

    Args:
        seed: at least 0, below 2**64.
        walk: its number; the first is 1.
    """

    __slots__ = ("_at",)

    def __init__(self, seed: int, walk: int) -> None:
        self._at = _mix(seed + walk * GOLDEN & _WORD)

    def next(self) -> int:
        """64 random bits."""
        self._at = self._at + GOLDEN & _WORD
        return _mix(self._at)

    def below(self, n: int) -> int:
        """A number from 0 below `n`, each equally likely.

        The high half of a product, drawn again where the low half says that some results would come once too
        often (Lemire: Fast random integer generation in an interval, 2019).
        """
        product = self.next() * n
        if product & _WORD < n:
            least = (1 << 64) % n
            while product & _WORD < least:
                product = self.next() * n
        return product >> 64
