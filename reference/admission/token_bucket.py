"""A token bucket that counts whole tokens by the microsecond, without rounding anything away."""

from __future__ import annotations

from reference.node import SECOND

PARTS = SECOND  # a token is counted in millionths: a rate of one a second fills one part a microsecond


class TokenBucket:
    """Fills at `rate` tokens a second up to `size`. A clock that goes back fills nothing.

    `filled_at` is up to when it was filled.
    """

    def __init__(self, rate: int, size: int, now: int, *, full: bool = True) -> None:
        self.rate = rate
        self.size = size
        self._parts = size * PARTS if full else 0
        self.filled_at = now

    def fill(self, now: int) -> int:
        """Lets time pass; the parts that did not fit."""
        if now <= self.filled_at:
            return 0
        gained = (now - self.filled_at) * self.rate
        self.filled_at = now
        return self.put(gained)

    def put(self, parts: int) -> int:
        """Puts parts of tokens in; those that did not fit."""
        taken = min(parts, self.size * PARTS - self._parts)
        self._parts += taken
        return parts - taken

    def tokens(self, now: int) -> int:
        """The whole tokens in it; less than none when it is in debt."""
        self.fill(now)
        return self._parts // PARTS

    def charge(self, tokens: int, now: int) -> None:
        """Takes them all, into debt if need be: what is filled pays that first."""
        self.fill(now)
        self._parts -= tokens * PARTS

    def resize(self, rate: int, size: int, now: int) -> None:
        """From now on it is a smaller or larger one; what does not fit is gone."""
        self.fill(now)
        self.rate = rate
        self.size = size
        self._parts = min(self._parts, size * PARTS)

    def take(self, tokens: int, now: int) -> bool:
        """Takes them all or none."""
        self.fill(now)
        if self._parts < tokens * PARTS:
            return False
        self._parts -= tokens * PARTS
        return True
