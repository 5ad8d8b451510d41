"""The service of global admission control and the routers' tokens, held against the model of both.

A period is a second. The service's clock may be set; routers have clocks of their own, which nobody sets. The
network delivers what it was given, as often as it is asked to, and to nobody else.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Self

from msgspec import Struct

from reference.admission.global_admission import GlobalAdmission
from reference.admission.router_tokens import RouterTokens
from reference.conformance.answers import Answer, Done, NoStimulus, Plain, Refused
from reference.messages.admission import AskTokens, GrantTokens
from reference.node import SECOND, Send

Message = tuple[Plain, ...]


class RouterLife(Struct):
    """A router since it began: its numbers follow those that its former lives have used."""

    epoch: int
    before: int
    tokens: RouterTokens


class GlobalTokens:
    """Actions and variables of `TokensAsBuilt`."""

    hidden: Mapping[str, str] = {}
    may_refuse: Mapping[str, str] = {}
    answers: Mapping[str, str] = {}

    def __init__(self) -> None:
        self.reset({})

    def reset(self, scope: Mapping[str, int]) -> None:
        """A service with a full bucket, and routers without tokens."""
        self._scope = scope
        self._periods = 0
        self._now = 0
        self._network: dict[Message, AskTokens | GrantTokens] = {}
        self._epochs = 0
        self._began: dict[str, set[int]] = {}
        self._befores: dict[int, int] = {}
        self._routers: dict[str, RouterLife] = {}
        for number in range(1, scope.get("Router", 0) + 1):
            self._begin_router(f"Router{number}", 0)
        self._restart()

    def fork(self) -> Self:
        """A copy, by way of bytes."""
        copied: Self = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        match action, dict(args):
            case "tick", _ if self._periods < self._scope["horizon"]:
                self._periods += 1
                self._now += 1
                return Done()
            case "set_clock", {"back": bool(back)}:
                return self._set_clock(-1 if back else 1)
            case "restart_service", _:
                self._restart()
                return Done()
            case "vend", {"m": tuple() as message}:
                return self._deliver_ask(message)
            case "ask", {"r": str(router)}:
                return self._ask(router)
            case "receive", {"r": str(router), "m": tuple() as message}:
                return self._deliver_grant(router, message)
            case "spend", {"r": str(router)}:
                spent = self._routers[router].tokens.spend(1, self._router_time())
                return Done() if spent else Refused("it has no tokens")
            case "restart_router", {"r": str(router)}:
                life = self._routers[router]
                used = life.before + life.tokens.number
                self._began[router].add(used)
                self._begin_router(router, used)
                return Done()
            case _:
                return NoStimulus(f"{action} is unknown here, or the model's time is over")

    def observe(self) -> Mapping[str, Plain]:
        """All variables but the histories that only properties read."""
        bucket = self._service.bucket
        assert bucket is not None
        lives = self._routers
        return {
            "periods": self._periods,
            "now": self._now,
            "filled_at": bucket.filled_at // SECOND,
            "remaining": bucket.tokens(bucket.filled_at),
            "vended": {
                name: ("Vended", self._name(name, grant.epoch, grant.number), grant.tokens)
                for name, grant in self._service.grants.items()
            },
            "asked": {name: life.before + life.tokens.number for name, life in lives.items()},
            "question": {name: self._question(life) for name, life in lives.items()},
            "portions": {name: self._portions(life) for name, life in lives.items()},
            "network": tuple(self._network),
            "began": {name: tuple(began) for name, began in self._began.items()},
        }

    # ---------------------------------------------------------------- what happens

    def _begin_router(self, router: str, before: int) -> None:
        """Lives are told apart by a number that is drawn: here each is another, and they have no order."""
        self._epochs += 1
        epoch = 100 - self._epochs
        tokens = RouterTokens(epoch, self._scope["portion"], self._scope["low"])
        self._routers[router] = RouterLife(epoch, before, tokens)
        self._began.setdefault(router, set())
        self._befores[epoch] = before

    def _restart(self) -> None:
        scope = self._scope
        life = scope.get("life", 0) * SECOND
        self._service = GlobalAdmission(scope.get("rate", 0), scope.get("size", 0), life)
        self._service.start(self._now * SECOND)

    def _set_clock(self, by: int) -> Answer:
        if not 0 <= self._now + by <= self._periods:
            return NoStimulus("the clock shows no more than has passed")
        self._now += by
        return Done()

    def _ask(self, router: str) -> Answer:
        life = self._routers[router]
        if life.tokens.open is None and life.before + life.tokens.number >= self._scope["Number"]:
            return NoStimulus("the model has no further number")
        ask = life.tokens.ask(self._router_time())
        if ask is None:
            return Refused("it has tokens, or has just asked")
        self._network["AskTokens", router, self._name(router, ask.epoch, ask.number)] = ask
        return Done()

    def _deliver_ask(self, message: Message) -> Answer:
        sent = self._network.get(message)
        if not isinstance(sent, AskTokens):
            return NoStimulus("nobody has sent that")
        router = str(message[1])
        answered = False
        for effect in self._service.receive(router, sent, self._now * SECOND):
            if isinstance(effect, Send) and isinstance(effect.message, GrantTokens):
                grant = effect.message
                name = self._name(effect.to, grant.epoch, grant.number)
                self._network["GrantTokens", effect.to, name, grant.tokens] = grant
                answered = True
        return Done() if answered else Refused("it answers an old request with nothing")

    def _deliver_grant(self, router: str, message: Message) -> Answer:
        sent = self._network.get(message)
        if not isinstance(sent, GrantTokens) or message[1] != router:
            return NoStimulus("nobody has sent that to this router")
        is_new = self._routers[router].tokens.on_grant(sent, self._router_time())
        return Done() if is_new else Refused("it does not wait for that")

    # ---------------------------------------------------------------- what is seen

    def _router_time(self) -> int:
        return self._periods * SECOND

    def _name(self, router: str, epoch: int, number: int) -> str:
        """The model's number: over all lives of a router."""
        return f"Number{self._befores[epoch] + number}"

    def _question(self, life: RouterLife) -> Plain:
        tokens = life.tokens
        if tokens.open is None:
            return None
        left = self._scope["life"] - (self._router_time() - tokens.asked_at) // SECOND
        return ("Question", f"Number{life.before + tokens.open}", max(0, left))

    def _portions(self, life: RouterLife) -> Plain:
        now = self._router_time()
        return {
            f"Number{life.before + one.number}": ("Portion", one.tokens, (one.until - now) // SECOND)
            for one in life.tokens.portions
            if one.tokens > 0 and now < one.until
        }
