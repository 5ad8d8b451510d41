"""What must hold of each router at every moment, counted from outside: the router keeps its own books."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.admission import AskTokens, GrantTokens
from reference.messages.client import Request, Token
from reference.messages.routing import Lookup
from reference.messages.union import Message
from reference.routing.router import Router
from reference.simulator.event import Detail
from reference.simulator.failure import SimulationFailure

_DRIFT_PARTS, _DRIFT_WHOLE = 2, 100  # a router may count a little longer than true time


class _Portion(Struct):
    tokens: int
    until: int


class RouterOracle:
    """Of one life of a router: tokens are spent only while they live, each grant counts once, and every
    request that is passed on has also asked the map service, whether the cache knew its route or not.
    """

    def __init__(self) -> None:
        self._asked_at: dict[int, int] = {}
        self._granted: dict[int, bool] = {}
        self._portions: list[_Portion] = []
        self._spent = 0
        self._lookups = 0
        self._passed_on: dict[Token, bool] = {}

    def said(self, message: Message, now: int) -> None:
        """The router has sent a message."""
        match message:
            case AskTokens(number=number):
                self._asked_at.setdefault(number, now)
            case Lookup():
                self._lookups += 1
            case Request(token=token):
                self._passed_on[token] = True
                if self._lookups < len(self._passed_on):
                    raise SimulationFailure("constant work", f"{token} was passed on and not looked up")
            case _:
                pass

    def after_call(self, name: str, router: Router, detail: Detail, now: int) -> None:
        """After each call of the router, at true time."""
        if isinstance(detail, tuple) and isinstance(detail[1], GrantTokens):
            self._grant(detail[1])
        cost = router.tokens.spent - self._spent
        self._spent += cost
        for portion in self._portions:
            if portion.until >= now:
                used = min(cost, portion.tokens)
                portion.tokens -= used
                cost -= used
        if cost:
            raise SimulationFailure("tokens", f"{name} spent {cost} tokens that it did not have, or no more")
        self._portions = [portion for portion in self._portions if portion.tokens and portion.until >= now]

    def _grant(self, grant: GrantTokens) -> None:
        asked = self._asked_at.get(grant.number)
        if asked is None or grant.number in self._granted:
            return  # of an earlier life, or doubled by the network
        self._granted[grant.number] = True
        lifetime = grant.lifetime + grant.lifetime * _DRIFT_PARTS // _DRIFT_WHOLE
        self._portions.append(_Portion(grant.tokens, asked + lifetime))
