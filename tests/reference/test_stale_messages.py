"""Messages of earlier ballots, and what is not chosen: rules that simulated worlds seldom put to the test."""

from __future__ import annotations

from reference.messages.ballot import Ballot
from reference.messages.client import Put, Token
from reference.messages.replication import Accept, Accepted, CatchUp, Heartbeat, Learn, Promise
from reference.messages.values import Noop, SlotValue, Write
from tests.reference.nodes import SETTINGS, Bench

OLDER = Ballot(1, "a")


def stands(bench: Bench) -> Ballot:
    """Makes it a candidate; its ballot."""
    bench.now += SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    leadership = bench.replica.leadership
    assert leadership is not None
    return leadership.ballot


def proposes(bench: Bench) -> int:
    """The leader proposes a client's write; the slot."""
    leadership = bench.replica.leadership
    assert leadership is not None
    slot = leadership.next_slot
    bench.ask(Put(b"k", b"v"))
    return slot


def test_a_vote_of_an_earlier_ballot_does_not_count() -> None:
    bench = Bench()
    ballot = bench.lead()
    slot = proposes(bench)
    bench.receive("b", Accepted(Ballot(ballot.round - 1, "a"), slot))
    assert bench.replica.ledger.commit == slot - 1
    bench.receive("b", Accepted(ballot, slot))
    assert bench.replica.ledger.commit == slot


def test_a_vote_of_a_stranger_does_not_count() -> None:
    bench = Bench()
    ballot = bench.lead()
    slot = proposes(bench)
    bench.receive("x", Accepted(ballot, slot))
    assert bench.replica.ledger.commit == slot - 1


def test_a_promise_of_an_earlier_ballot_does_not_count() -> None:
    bench = Bench()
    ballot = stands(bench)
    leadership = bench.replica.leadership
    assert leadership is not None
    bench.receive("b", Promise(Ballot(ballot.round - 1, "a"), 1, (), None))
    assert not leadership.elected
    bench.receive("b", Promise(ballot, 1, (), None))
    assert leadership.elected


def test_a_leader_teaches_only_what_is_chosen() -> None:
    bench = Bench()
    bench.lead()
    slot = proposes(bench)
    assert bench.receive("c", CatchUp(slot)) == []
    (taught,) = bench.receive("c", CatchUp(1))
    assert isinstance(taught, Learn)
    assert [item.slot for item in taught.chosen] == list(range(1, slot))


def test_an_older_vote_gives_way_to_what_is_known_to_be_chosen() -> None:
    bench = Bench()
    old = Write(Token("other", 1), Put(b"k", b"old"))
    bench.receive("b", Learn((SlotValue(1, OLDER, Noop()),)))
    assert bench.replica.ledger.entries[1].value == Noop()
    bench.receive("b", Learn((SlotValue(2, OLDER, old), SlotValue(4, OLDER, old))))
    assert (bench.replica.ledger.commit, bench.replica.learner.applied) == (2, 2)
    bench.receive("b", Learn((SlotValue(3, OLDER, Noop()),)))
    assert bench.replica.ledger.commit == 4


def test_a_commit_that_was_voted_in_another_ballot_is_asked_for() -> None:
    bench = Bench()
    bench.receive("b", Accept(Ballot(1, "b"), 1, Noop(), 0))
    assert CatchUp(1) in bench.receive("c", Heartbeat(Ballot(2, "c"), 5, 1, 0))
    assert bench.replica.ledger.commit == 0
