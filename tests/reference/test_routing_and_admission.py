"""Routes, the router's constant work, and tokens that are neither made nor lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reference.admission.global_admission import GlobalAdmission
from reference.admission.partition_admission import BURST_SECONDS, PartitionAdmission, units
from reference.admission.router_tokens import PORTION, RETRY_AFTER, RouterTokens
from reference.admission.token_bucket import TokenBucket
from reference.messages.admission import AskTokens, GrantTokens
from reference.messages.client import (
    Found,
    Get,
    NotLeader,
    Put,
    Refused,
    Request,
    Response,
    Route,
    StaleRoute,
    Throttled,
    TimedOut,
    Token,
    Written,
)
from reference.messages.routing import Located, Lookup, Publish
from reference.messages.union import Message
from reference.node import SECOND, Effect, Reply, Send
from reference.routing.map_node import MapNode
from reference.routing.route_map import RouteMap
from reference.routing.router import PATIENCE, TRY_TIME, Router

OLD = Route("g", b"", None, 5, ("a", "b"), "a")
LEFT = Route("g", b"", b"m", 9, ("a", "b"), "a")
RIGHT = Route("h", b"m", None, 8, ("c", "d"), "c")

edges = st.sampled_from([b"", b"a", b"b", b"c", b"d"])
routes = st.builds(
    Route, st.sampled_from("gh"), edges, edges | st.none(), st.integers(0, 5), st.just(("a",)), st.none()
).filter(lambda route: route.after is None or route.first < route.after)


@settings(max_examples=100, deadline=None)
@given(st.lists(routes, max_size=8))
def test_a_map_covers_each_key_once_with_the_highest_version(known: list[Route]) -> None:
    found = RouteMap()
    found.merge(known)
    for key in (b"", b"a", b"aa", b"b", b"c", b"d", b"z"):
        holders = [route for route in found.all() if route.holds(key)]
        assert len(holders) <= 1
        versions = [route.version for route in known if route.holds(key)]
        assert [route.version for route in holders] == ([max(versions)] if versions else [])
        assert found.find(key) == (holders[0] if holders else None)


def test_an_older_route_never_comes_back() -> None:
    known = RouteMap()
    known.merge([RIGHT, LEFT])
    known.merge([OLD])
    assert known.all() == (LEFT, RIGHT)


def test_a_split_that_is_half_known_leaves_the_rest_to_the_old_route() -> None:
    known = RouteMap()
    known.merge([OLD, LEFT])
    rest = known.find(b"z")
    assert rest is not None
    assert (rest.group, rest.first, rest.version) == ("g", b"m", 5)


def sends(effects: list[Effect], kind: type[Message]) -> list[Send]:
    return [effect for effect in effects if isinstance(effect, Send) and isinstance(effect.message, kind)]


def answers(effects: list[Effect]) -> list[object]:
    return [effect.response.answer for effect in effects if isinstance(effect, Reply)]


def router_with(*known: Route) -> Router:
    router = Router(("map",), (), 1)
    router.cache.merge(known)
    router.start(0)
    return router


def ask(router: Router, number: int, now: int, key: bytes = b"k") -> list[Effect]:
    return router.receive("client", Request(Token("c", number), Get(key, strong=True)), now)


def test_every_request_asks_the_map_service_whether_the_cache_knew_or_not() -> None:
    cold, warm = router_with(), router_with(OLD)
    for number in range(1, 20):
        assert len(sends(ask(cold, number, number), Lookup)) == 1
        assert len(sends(ask(warm, number, number), Lookup)) == 1
    assert len(sends(ask(warm, 20, 20), Request)) == 1
    assert sends(ask(cold, 20, 20), Request) == []


def test_a_request_waits_for_its_route() -> None:
    router = router_with()
    (lookup,) = sends(ask(router, 1, 0), Lookup)
    assert isinstance(lookup.message, Lookup)
    assert sends(router.receive("map", Located(lookup.message.number, None), 5), Request) == []
    (again,) = sends(router.timer("tick", TRY_TIME), Lookup)
    assert isinstance(again.message, Lookup)
    (request,) = sends(router.receive("map", Located(again.message.number, OLD), TRY_TIME + 5), Request)
    assert request.to == "a"
    done = router.receive(request.to, Response(Token("c", 1), Found(b"v", 3, 4)), TRY_TIME + 20)
    assert answers(done) == [Found(b"v", 3, 4)]


def test_corrections_are_followed() -> None:
    router = router_with(OLD)
    (first,) = sends(ask(router, 1, 0, b"z"), Request)
    assert first.to == "a"
    router.receive("a", Response(Token("c", 1), StaleRoute((RIGHT,))), 10)
    (second,) = sends(router.timer("tick", TRY_TIME), Request)
    assert second.to in ("c", "d")
    (third,) = sends(
        router.receive(second.to, Response(Token("c", 1), NotLeader("x")), TRY_TIME + 1), Request
    )
    assert third.to == "x"
    assert answers(router.receive("x", Response(Token("c", 1), Written(9)), TRY_TIME + 2)) == [Written(9)]
    assert answers(router.receive("x", Response(Token("c", 1), Written(9)), TRY_TIME + 3)) == []


def test_an_answer_of_someone_who_was_not_asked_last_is_ignored() -> None:
    router = router_with(OLD)
    ask(router, 1, 0)
    assert answers(router.receive("b", Response(Token("c", 1), Written(9)), 1)) == []


def test_silence_ends_as_ambiguous() -> None:
    router = router_with(OLD)
    ask(router, 1, 0)
    assert answers(router.timer("tick", PATIENCE)) == [TimedOut()]


def test_too_large_goes_no_further() -> None:
    router = router_with(OLD)
    effects = router.receive("client", Request(Token("c", 1), Put(bytes(600), b"")), 0)
    assert isinstance(answers(effects)[0], Refused)
    assert sends(effects, Request) == []
    assert sends(effects, Lookup) == []


def test_a_map_node_answers_with_the_newest_that_was_published() -> None:
    node = MapNode()
    for route in (LEFT, RIGHT, OLD):
        assert node.receive("leader", Publish(route), 0) == []
    assert node.receive("router", Lookup(7, b"z"), 0) == [Send("router", Located(7, RIGHT))]
    assert node.lookups == 1


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 50), st.integers(1, 200), st.lists(st.tuples(st.integers(0, SECOND), st.integers(1, 9)))
)
def test_a_bucket_never_gives_more_than_its_rate_and_its_size(
    rate: int, size: int, requests: list[tuple[int, int]]
) -> None:
    bucket = TokenBucket(rate, size, 0)
    now, taken = 0, 0
    for delay, tokens in requests:
        now += delay
        taken += tokens if bucket.take(tokens, now) else 0
        assert 0 <= bucket.tokens(now) <= size
        assert taken * SECOND <= size * SECOND + rate * now
    assert bucket.tokens(now - 5) == bucket.tokens(now)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3 * SECOND), st.integers(1, 30)), max_size=60))
def test_a_partition_bursts_only_with_what_it_did_not_use(requests: list[tuple[int, int]]) -> None:
    rate = 10
    admission = PartitionAdmission(rate, TokenBucket(1000, 1000, 0), 0)
    now = 0
    for delay, cost in requests:
        now += delay
        admission.admit(cost, now)
        assert admission.admitted * SECOND <= rate * SECOND + rate * now


def test_a_burst_ends_with_the_partitions_or_the_nodes_tokens() -> None:
    node = TokenBucket(0, 25, 0)
    admission = PartitionAdmission(10, node, 0)
    later = 4 * BURST_SECONDS * SECOND
    assert admission.admit(10, later) == "admitted"
    assert admission.admit(10, later) == "admitted"
    assert admission.admit(10, later) == "node"
    alone = PartitionAdmission(10, TokenBucket(0, 10_000, 0), 0)
    taken = 0
    while alone.admit(10, later) == "admitted":
        taken += 10
    assert taken == 10 + 10 * BURST_SECONDS
    assert alone.admit(10, later) == "partition"


def test_costs_are_rounded_up() -> None:
    assert units(Put(b"k", bytes(1023))) == 1
    assert units(Put(b"k", bytes(1024))) == 2
    assert units(Put(b"", b"")) == 1
    assert units(Get(b"k", strong=True)) == 1


def test_a_request_for_tokens_is_vended_once() -> None:
    node = GlobalAdmission(rate=0, size=100)
    node.start(0)
    first = node.receive("r", AskTokens(1, 1, 40), 0)
    assert first == [Send("r", GrantTokens(1, 1, 40, 2 * SECOND))]
    assert sends(node.receive("r", AskTokens(1, 1, 40), 1), GrantTokens) == first
    node.receive("r", AskTokens(1, 2, 40), 2)
    assert sends(node.receive("r", AskTokens(1, 1, 40), 3), GrantTokens) == []
    (grant,) = sends(node.receive("s", AskTokens(9, 1, 40), 4), GrantTokens)
    assert grant.message == GrantTokens(9, 1, 20, 2 * SECOND)
    assert node.vended == 100


def test_a_grant_counts_once_and_lives_from_when_it_was_asked_for() -> None:
    tokens = RouterTokens(epoch=5)
    ask = tokens.ask(1000)
    assert ask == AskTokens(5, 1, PORTION)
    assert tokens.ask(1001) is None
    assert tokens.ask(1000 + RETRY_AFTER) == ask
    grant = GrantTokens(5, 1, PORTION, SECOND)
    assert not tokens.on_grant(GrantTokens(4, 1, PORTION, SECOND), 1500)
    assert tokens.on_grant(grant, 2000)
    assert not tokens.on_grant(grant, 2001)
    assert tokens.spend(30, 2002)
    assert not tokens.spend(30, 2003)
    assert tokens.left(1000 + SECOND - 1) == PORTION - 30
    assert tokens.left(1000 + SECOND) == 0
    assert tokens.received == tokens.spent + tokens.expired == PORTION


def test_a_router_without_tokens_refuses() -> None:
    router = Router(("map",), ("admission",), 1)
    (ask_tokens,) = sends(router.start(0), AskTokens)
    assert answers(ask(router, 1, 1)) == [Throttled("table")]
    assert isinstance(ask_tokens.message, AskTokens)
    router.receive("admission", GrantTokens(ask_tokens.message.epoch, 1, 1, SECOND), 2)
    assert answers(ask(router, 2, 3)) == []
    assert answers(ask(router, 3, 4)) == [Throttled("table")]
