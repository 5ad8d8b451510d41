"""A router's own tokens: asked for in portions, spent on requests, gone when their time is over."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.admission import AskTokens, GrantTokens

PORTION = 40
LOW = 15
RETRY_AFTER = 200_000


class Portion(Struct):
    """What is left of the grant for a request, and until when."""

    number: int
    tokens: int
    until: int


class RouterTokens:
    """`received`, `spent` and `expired` count tokens: received = spent + expired + what is left.

    One request is open at a time, under a number that is used once; a grant that comes twice counts once. The
    life of a portion is counted from when it was asked for, as a lease is.

    `open` is the number of the request that has no answer, `asked_at` when it was made first, `number` the
    last one used. A portion is asked for when less than `low` tokens are left.
    """

    def __init__(self, epoch: int, portion: int = PORTION, low: int = LOW) -> None:
        self._epoch = epoch
        self._portion = portion
        self._low = low
        self.number = 0
        self.open: int | None = None
        self.asked_at = 0
        self.portions: list[Portion] = []
        self.received = 0
        self.spent = 0
        self.expired = 0

    def left(self, now: int) -> int:
        """The tokens that can be spent now."""
        self._expire(now)
        return sum([portion.tokens for portion in self.portions])

    def spend(self, cost: int, now: int) -> bool:
        """Takes the tokens for a request, the oldest first."""
        if self.left(now) < cost:
            return False
        self.spent += cost
        for portion in self.portions:
            used = min(cost, portion.tokens)
            portion.tokens -= used
            cost -= used
        self.portions = [portion for portion in self.portions if portion.tokens]
        return True

    def ask(self, now: int) -> AskTokens | None:
        """What to ask for now, if anything: again under the same number while there is no answer."""
        if self.open is not None:
            if now - self.asked_at < RETRY_AFTER:
                return None
            return AskTokens(self._epoch, self.open, self._portion)
        if self.left(now) >= self._low:
            return None
        self.number += 1
        self.open = self.number
        self.asked_at = now
        return AskTokens(self._epoch, self.open, self._portion)

    def on_grant(self, grant: GrantTokens, now: int) -> bool:
        """A grant has come; whether it was a new one."""
        if grant.epoch != self._epoch or grant.number != self.open:
            return False
        self.open = None
        self.received += grant.tokens
        if grant.tokens:
            self.portions.append(Portion(grant.number, grant.tokens, self.asked_at + grant.lifetime))
        return True

    def _expire(self, now: int) -> None:
        for portion in self.portions:
            if now >= portion.until:
                self.expired += portion.tokens
                portion.tokens = 0
        self.portions = [portion for portion in self.portions if portion.tokens]
