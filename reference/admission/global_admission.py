"""Global admission control: one bucket for a table, vended to the routers in portions with a short life.

Its state is in memory only. After a restart it may vend what it had vended before: at most one full bucket a
restart, and each partition still has its own limit.
"""

from __future__ import annotations

from msgspec import Struct

from reference.admission.token_bucket import TokenBucket
from reference.messages.admission import AskTokens, GrantTokens
from reference.messages.union import Message
from reference.node import SECOND, Effect, Probe, Send

LIFETIME = 2 * SECOND


class Grant(Struct, frozen=True):
    """The last that a router was granted, and for which of its requests."""

    epoch: int
    number: int
    tokens: int


class GlobalAdmission:
    """`vended` counts the tokens given out, each request once however often it comes.

    `grants` has what it remembers of each router. A request of another life of the router than the last is
    new: lives have no order, so one that was long on its way is granted again, and those tokens are lost.
    """

    def __init__(self, rate: int, size: int, lifetime: int = LIFETIME) -> None:
        self._rate = rate
        self._size = size
        self._lifetime = lifetime
        self.bucket: TokenBucket | None = None
        self.grants: dict[str, Grant] = {}
        self.vended = 0

    def start(self, now: int) -> list[Effect]:
        """A full bucket."""
        self.bucket = TokenBucket(self._rate, self._size, now)
        return []

    def receive(self, source: str, message: Message, now: int) -> list[Effect]:
        """A router asks: a repetition gets the same answer, an older request none."""
        match message:
            case AskTokens():
                return self._ask(source, message, now)
            case _:
                return []

    def timer(self, name: str, now: int) -> list[Effect]:
        """It sets none."""
        return []

    def _ask(self, source: str, ask: AskTokens, now: int) -> list[Effect]:
        last = self.grants.get(source)
        probes: list[Effect] = []
        if last is None or last.epoch != ask.epoch or last.number < ask.number:
            last = self.grants[source] = Grant(ask.epoch, ask.number, self._vend(ask.tokens, now))
        elif ask.number < last.number:
            return [Probe("old_token_request_ignored")]
        else:
            probes.append(Probe("token_request_repeated"))
        return [*probes, Send(source, GrantTokens(ask.epoch, ask.number, last.tokens, self._lifetime))]

    def _vend(self, tokens: int, now: int) -> int:
        assert self.bucket is not None
        granted = min(tokens, self.bucket.tokens(now))
        self.bucket.take(granted, now)
        self.vended += granted
        return granted
