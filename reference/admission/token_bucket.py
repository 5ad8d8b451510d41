"""A token bucket that counts whole tokens by the microsecond, without rounding anything away."""

from __future__ import annotations

from reference.node import SECOND

PARTS = SECOND  # a token is counted in millionths: a rate of one a second fills one part a microsecond


class TokenBucket:
    """Fills at `rate` tokens a second up to `size`. A clock that goes back fills nothing."""

    def __init__(self, rate: int, size: int, now: int, *, full: bool = True) -> None:
        self.rate = rate
        self.size = size
        self._parts = size * PARTS if full else 0
        self._filled_at = now

    def fill(self, now: int) -> int:
        """Lets time pass; the parts that did not fit."""
        if now <= self._filled_at:
            return 0
        gained = (now - self._filled_at) * self.rate
        self._filled_at = now
        return self.put(gained)

    def put(self, parts: int) -> int:
        """Puts parts of tokens in; those that did not fit."""
        taken = min(parts, self.size * PARTS - self._parts)
        self._parts += taken
        return parts - taken

    def tokens(self, now: int) -> int:
        """The whole tokens in it."""
        self.fill(now)
        return self._parts // PARTS

    def take(self, tokens: int, now: int) -> bool:
        """Takes them all or none."""
        self.fill(now)
        if self._parts < tokens * PARTS:
            return False
        self._parts -= tokens * PARTS
        return True
