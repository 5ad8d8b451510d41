"""Which keys are asked for, and where a split would divide the load."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise


class AccessSamples:
    """The keys of the last `kept` requests; fewer than `least` say nothing. `count` is the number of requests
    since it was last taken.
    """

    def __init__(self, kept: int, least: int) -> None:
        self._keys: deque[bytes] = deque(maxlen=kept)
        self._least = least
        self.count = 0

    @property
    def keys(self) -> tuple[bytes, ...]:
        """What was asked for, the last at the end."""
        return tuple(self._keys)

    def add(self, key: bytes) -> None:
        """A request for a key."""
        self._keys.append(key)
        self.count += 1

    def take_count(self) -> int:
        """The requests since the last call."""
        count, self.count = self.count, 0
        return count

    def middle(self, holds: Callable[[bytes], bool]) -> bytes | None:
        """The key that halves the accesses to keys that the group holds; None if a split would not help.

        It does not help if one item takes most of the accesses, nor if keys are asked for in sequence:
        then all load moves to one side. Other keys were moved away by a split: some are still asked for here,
        and none of them is load that another split could divide.
        """
        keys = [key for key in self._keys if holds(key)]
        if len(keys) < self._least or _in_sequence(keys):
            return None
        key = sorted(keys)[len(keys) // 2]
        below = sum([other < key for other in keys])
        return key if 4 * below >= len(keys) else None


def _in_sequence(keys: list[bytes]) -> bool:
    rising = sum([before < after for before, after in pairwise(keys)])
    falling = sum([before > after for before, after in pairwise(keys)])
    return 10 * max(rising, falling) >= 9 * (len(keys) - 1)
