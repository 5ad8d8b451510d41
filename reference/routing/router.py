"""The request router: admits a request, finds its group, asks it until there is an answer, and passes that
on.

Every request also asks the map service, whether the cache knew the route or not (constant work). The
token is the client's own, so whatever is tried twice is executed once.
"""

from __future__ import annotations

from random import Random
from typing import assert_never

from msgspec import Struct

from reference.admission.partition_admission import units
from reference.admission.router_tokens import RouterTokens
from reference.messages.admission import GrantTokens
from reference.messages.client import (
    Answer,
    ConditionFailed,
    Found,
    Get,
    NotLeader,
    Operation,
    Refused,
    Request,
    Response,
    Route,
    StaleRoute,
    Superseded,
    Throttled,
    TimedOut,
    Token,
    Unavailable,
    Written,
)
from reference.messages.limits import too_large
from reference.messages.routing import Located, Lookup
from reference.messages.union import Message
from reference.node import MILLISECOND, Effect, Probe, Reply, Send, SetTimer
from reference.routing.route_map import RouteMap

TICK = 20 * MILLISECOND
TRY_TIME = 150 * MILLISECOND
BACKOFF = 40 * MILLISECOND
PATIENCE = 900 * MILLISECOND


class _Pending(Struct):
    """A request on its way. `due` is when to try again, `lookup` the number of its last lookup."""

    client: str
    token: Token
    operation: Operation
    began: int
    due: int
    tried: str | None = None
    leader: str | None = None
    lookup: int = 0


class Router:
    """Everything in memory: a restart loses the cache and the requests on their way."""

    def __init__(self, maps: tuple[str, ...], admission: tuple[str, ...], entropy: int) -> None:
        self._maps = maps
        self._admission = admission
        self._random = Random(entropy)
        self.cache = RouteMap()
        self.tokens = RouterTokens(entropy)
        self._pending: dict[Token, _Pending] = {}
        self._lookups: dict[int, Token] = {}
        self._number = 0
        self._effects: list[Effect] = []

    def tried(self, token: Token) -> str | None:
        """The replica that was asked last, while the request is on its way."""
        pending = self._pending.get(token)
        return None if pending is None else pending.tried

    def start(self, now: int) -> list[Effect]:
        """Asks for tokens."""
        return self.timer("tick", now)

    def receive(self, source: str, message: Message, now: int) -> list[Effect]:
        """Requests, answers, routes and tokens."""
        match message:
            case Request(token=token, operation=operation):
                self._on_request(source, token, operation, now)
            case Response(token=token, answer=answer):
                self._on_answer(source, token, answer, now)
            case Located(number=number, route=route):
                self._on_located(number, route, now)
            case GrantTokens():
                if not self.tokens.on_grant(message, now):
                    self._probe("grant_received_twice")
            case _:
                pass
        return self._drain()

    def timer(self, name: str, now: int) -> list[Effect]:
        """Tries again what is due."""
        ask = self.tokens.ask(now)
        if ask is not None:
            self._effects.extend([Send(node, ask) for node in self._admission])
        for pending in list(self._pending.values()):
            if now - pending.began >= PATIENCE:
                self._finish(pending, TimedOut())
            elif now >= pending.due:
                pending.leader = None
                self._try(pending, now)
        self._effects.append(SetTimer("tick", TICK))
        return self._drain()

    def _on_request(self, client: str, token: Token, operation: Operation, now: int) -> None:
        wrong = too_large(token, operation)
        if wrong is not None:
            self._probe("oversized_request_refused")
            self._answer(client, token, wrong)
            return
        if token in self._pending:
            self._pending[token].client = client
            return
        if self._admission and not self.tokens.spend(units(operation), now):
            self._probe("router_out_of_tokens")
            self._answer(client, token, Throttled("table"))
            return
        pending = self._pending[token] = _Pending(client, token, operation, now, now)
        self._look_up(pending)
        self._try(pending, now)

    def _on_answer(self, source: str, token: Token, answer: Answer, now: int) -> None:
        pending = self._pending.get(token)
        if pending is None or pending.tried != source:
            return
        match answer:
            case Found() | Written() | ConditionFailed() | Refused() | Superseded() | Throttled():
                self._finish(pending, answer)
            case NotLeader(leader=leader):
                pending.leader = leader
                if leader is None or leader == source:
                    pending.due = now + BACKOFF
                else:
                    self._try(pending, now)
            case StaleRoute(routes=routes):
                self._probe("stale_route_corrected")
                self.cache.merge(routes)
                pending.due = now + BACKOFF
            case Unavailable() | TimedOut():
                pending.due = now + BACKOFF
            case _:
                assert_never(answer)

    def _on_located(self, number: int, route: Route | None, now: int) -> None:
        if route is not None:
            self.cache.merge([route])
        token = self._lookups.pop(number, None)
        pending = None if token is None else self._pending.get(token)
        if pending is not None and pending.tried is None:
            if route is None:
                pending.due = now + BACKOFF
            else:
                self._try(pending, now)

    def _try(self, pending: _Pending, now: int) -> None:
        """Asks the leader, for an eventual read any storage replica; without a route, the map service."""
        pending.due = now + TRY_TIME
        route = self.cache.find(pending.operation.key)
        if route is None:
            self._probe("route_unknown")
            if pending.tried is not None or now > pending.began:
                self._look_up(pending)
            return
        target = pending.leader
        if target is None:
            eventual = isinstance(pending.operation, Get) and not pending.operation.strong
            failed = pending.tried is not None
            target = route.leader
            if eventual or failed or target is None:
                target = self._random.choice(route.replicas)
        pending.tried = target
        self._effects.append(Send(target, Request(pending.token, pending.operation)))

    def _look_up(self, pending: _Pending) -> None:
        self._lookups.pop(pending.lookup, None)
        self._number += 1
        pending.lookup = self._number
        self._lookups[self._number] = pending.token
        if self._maps:
            node = self._random.choice(self._maps)
            self._effects.append(Send(node, Lookup(self._number, pending.operation.key)))

    def _finish(self, pending: _Pending, answer: Answer) -> None:
        del self._pending[pending.token]
        self._lookups.pop(pending.lookup, None)
        self._answer(pending.client, pending.token, answer)

    def _answer(self, client: str, token: Token, answer: Answer) -> None:
        self._effects.append(Reply(client, Response(token, answer)))

    def _probe(self, name: str) -> None:
        self._effects.append(Probe(name))

    def _drain(self) -> list[Effect]:
        effects, self._effects = self._effects, []
        return effects
