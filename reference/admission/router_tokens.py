"""A router's own tokens: asked for in portions, spent on requests, gone when their time is over."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.admission import AskTokens, GrantTokens

PORTION = 40
LOW = 15
RETRY_AFTER = 200_000


class _Portion(Struct):
    tokens: int
    until: int


class RouterTokens:
    """`received`, `spent` and `expired` count tokens: received = spent + expired + what is left.

    One request is open at a time, under a number that is used once; a grant that comes twice counts once. The
    life of a portion is counted from when it was asked for, as a lease is.
    """

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch
        self._number = 0
        self._open: int | None = None
        self._asked_at = 0
        self._portions: list[_Portion] = []
        self.received = 0
        self.spent = 0
        self.expired = 0

    def left(self, now: int) -> int:
        """The tokens that can be spent now."""
        self._expire(now)
        return sum([portion.tokens for portion in self._portions])

    def spend(self, cost: int, now: int) -> bool:
        """Takes the tokens for a request, the oldest first."""
        if self.left(now) < cost:
            return False
        self.spent += cost
        for portion in self._portions:
            used = min(cost, portion.tokens)
            portion.tokens -= used
            cost -= used
        self._portions = [portion for portion in self._portions if portion.tokens]
        return True

    def ask(self, now: int) -> AskTokens | None:
        """What to ask for now, if anything: again under the same number while there is no answer."""
        if self._open is not None:
            if now - self._asked_at < RETRY_AFTER:
                return None
            return AskTokens(self._epoch, self._open, PORTION)
        if self.left(now) >= LOW:
            return None
        self._number += 1
        self._open = self._number
        self._asked_at = now
        return AskTokens(self._epoch, self._open, PORTION)

    def on_grant(self, grant: GrantTokens, now: int) -> bool:
        """A grant has come; whether it was a new one."""
        if grant.epoch != self._epoch or grant.number != self._open:
            return False
        self._open = None
        self.received += grant.tokens
        if grant.tokens:
            self._portions.append(_Portion(grant.tokens, self._asked_at + grant.lifetime))
        return True

    def _expire(self, now: int) -> None:
        for portion in self._portions:
            if now >= portion.until:
                self.expired += portion.tokens
                portion.tokens = 0
        self._portions = [portion for portion in self._portions if portion.tokens]
