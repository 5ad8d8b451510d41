"""Which keys are asked for, and where a split would divide the load."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

SAMPLES = 64
SAMPLES_MIN = 12


class AccessSamples:
    """The keys of the last requests. `count` is the number of requests since it was last taken."""

    def __init__(self) -> None:
        self._keys: deque[bytes] = deque(maxlen=SAMPLES)
        self.count = 0

    def add(self, key: bytes) -> None:
        """A request for a key."""
        self._keys.append(key)
        self.count += 1

    def take_count(self) -> int:
        """The requests since the last call."""
        count, self.count = self.count, 0
        return count

    def middle(self) -> bytes | None:
        """The key that halves the accesses; None if a split would not help.

        It does not help if one item takes most of the accesses, nor if keys are asked for in sequence:
        then all load moves to one side.
        """
        keys = list(self._keys)
        if len(keys) < SAMPLES_MIN or _in_sequence(keys):
            return None
        key = sorted(keys)[len(keys) // 2]
        below = sum([other < key for other in keys])
        return key if 4 * below >= len(keys) else None


def _in_sequence(keys: list[bytes]) -> bool:
    rising = sum([before < after for before, after in pairwise(keys)])
    falling = sum([before > after for before, after in pairwise(keys)])
    return 10 * max(rising, falling) >= 9 * (len(keys) - 1)
