"""Single rules of a replica, each driven by hand: what it must answer, and what it must not."""

from __future__ import annotations

import pytest

from reference.membership.access_samples import AccessSamples
from reference.messages.ballot import Ballot
from reference.messages.client import (
    VALUE_BYTES_MAX,
    ConditionFailed,
    Delete,
    Found,
    Get,
    NotLeader,
    Put,
    Refused,
    StaleRoute,
    Superseded,
    Token,
    Unavailable,
    ValueIs,
    Written,
)
from reference.messages.records import Issued, Promised, Voted
from reference.messages.replication import (
    Accept,
    Accepted,
    Heartbeat,
    HeartbeatAck,
    Learn,
    NotMember,
    Prepare,
    Promise,
    Query,
    QueryAnswer,
    Rejected,
    Release,
    Removed,
)
from reference.messages.values import Configure, Noop, SlotValue, Split, Write
from reference.node import Append, Probe, Stop
from reference.paxos.lease import lease_start
from reference.paxos.settings import Settings
from tests.reference.nodes import ABC, SETTINGS, Bench, configuration

B1 = Ballot(1, "b")
B2 = Ballot(2, "c")
READ = Get(b"k", strong=True)


def write(number: int, value: bytes = b"v") -> Write:
    return Write(Token("other", number), Put(b"k", value))


def test_a_vote_and_a_promise_wait_for_their_record() -> None:
    bench = Bench()
    bench.receive("b", Prepare(B1, 1))
    appended = next(effect for effect in bench.effects if isinstance(effect, Append))
    assert appended.record == Promised(B1)
    assert bench.sent(Promise)[0].after == appended.lsn
    bench.receive("b", Accept(B1, 1, Noop(), 0))
    appended = next(effect for effect in bench.effects if isinstance(effect, Append))
    assert appended.record == Voted(B1, 1, Noop())
    assert bench.sent(Accepted)[0].after == appended.lsn


def test_a_repeated_vote_waits_for_the_record_of_the_first() -> None:
    bench = Bench()
    bench.receive("b", Accept(B1, 1, Noop(), 0))
    first = bench.sent(Accepted)[0].after
    bench.receive("b", Accept(B1, 2, Noop(), 0))
    bench.receive("b", Accept(B1, 1, Noop(), 0))
    assert bench.sent(Accepted)[0].after == first
    assert not any(isinstance(effect, Append) for effect in bench.effects)


def test_a_ballot_is_written_down_before_it_is_used() -> None:
    bench = Bench()
    bench.now += SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    appended = next(effect for effect in bench.effects if isinstance(effect, Append))
    assert isinstance(appended.record, Issued)
    assert all(send.after >= appended.lsn for send in bench.sent(Prepare))


def test_a_lower_ballot_is_rejected() -> None:
    bench = Bench()
    bench.receive("c", Accept(B2, 1, Noop(), 0))
    assert bench.receive("b", Accept(B1, 2, Noop(), 0)) == [Rejected(B2)]
    assert bench.receive("b", Prepare(B1, 1)) == [Rejected(B2)]
    assert bench.receive("b", Heartbeat(B1, 5, 0, 0)) == [Rejected(B2)]


def test_no_vote_against_a_lease_until_it_is_over_or_released() -> None:
    bench = Bench()
    bench.receive("b", Heartbeat(B1, 5, 0, 0))
    bench.now += SETTINGS.lease_grant - 1
    assert bench.receive("c", Prepare(B2, 1)) == []
    bench.now += 1
    assert isinstance(bench.receive("c", Prepare(B2, 1))[0], Promise)
    bench = Bench()
    bench.receive("b", Heartbeat(B1, 5, 0, 0))
    bench.receive("b", Release(Ballot(7, "b")))
    assert bench.receive("c", Prepare(B2, 1)) == []
    bench.receive("b", Release(B1))
    assert isinstance(bench.receive("c", Prepare(B2, 1))[0], Promise)


def test_no_vote_within_one_grant_of_a_start() -> None:
    bench = Bench()
    bench.now -= 1
    assert bench.receive("b", Prepare(B1, 1)) == []


def test_a_stranger_does_not_vote_and_says_how_far_it_is() -> None:
    bench = Bench("d", has_table=False)
    assert bench.receive("b", Prepare(B1, 1)) == [NotMember(0)]
    assert bench.receive("b", Accept(B1, 1, Noop(), 0)) == [NotMember(0)]
    joins = Configure(configuration("a", "b", "c", "d", logs="d"))
    bench.receive("b", Learn((SlotValue(1, B1, joins),)))
    assert isinstance(bench.receive("b", Prepare(B1, 2))[0], Promise)


def test_a_vote_as_a_new_member_waits_until_the_membership_is_durable() -> None:
    bench = Bench("d", has_table=False)
    bench.hold = True
    joins = Configure(configuration("a", "b", "c", "d", logs="d"))
    bench.receive("b", Learn((SlotValue(1, B1, joins),)))
    last = max(effect.lsn for effect in bench.effects if isinstance(effect, Append))
    bench.receive("b", Prepare(B1, 2))
    assert bench.sent(Promise)[0].after > last


def test_a_log_replica_never_campaigns() -> None:
    bench = Bench("a", configuration("a", "b", "c", logs="a"), has_table=False)
    bench.now += 10 * SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    assert bench.replica.leadership is None
    assert bench.ask(READ) == NotLeader(None)


def test_the_read_barrier_and_the_lease_both_hold_back_the_new_leader() -> None:
    bench = Bench()
    bench.now += SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    leadership = bench.replica.leadership
    assert leadership is not None
    old = write(1)
    bench.receive("b", Promise(leadership.ballot, 1, (SlotValue(2, B1, old),), None))
    accepts = {
        send.message.slot: send.message.value
        for send in bench.sent(Accept)
        if isinstance(send.message, Accept)
    }
    assert accepts == {1: Noop(), 2: old}
    bench.grant(leadership.ballot, "b")
    assert isinstance(bench.ask(READ, 1), Unavailable)
    bench.receive("b", Accepted(leadership.ballot, 2))
    assert isinstance(bench.ask(READ, 2), Unavailable)
    bench.receive("b", Accepted(leadership.ballot, 1))
    assert bench.ask(READ, 3) == Found(b"v", 2, 2)
    bench.now += SETTINGS.lease_hold
    assert isinstance(bench.ask(READ, 4), Unavailable)


def test_the_highest_ballot_decides_what_is_proposed_again() -> None:
    bench = Bench("a", configuration("a", "b", "c", "d", "e"))
    bench.now += SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    leadership = bench.replica.leadership
    assert leadership is not None
    bench.receive("b", Promise(leadership.ballot, 1, (SlotValue(1, Ballot(3, "x"), write(3)),), None))
    bench.receive("c", Promise(leadership.ballot, 1, (SlotValue(1, Ballot(2, "x"), write(2)),), None))
    assert [p.value for p in leadership.proposals.values()] == [write(3)]


def test_a_promise_counts_when_its_last_page_has_come() -> None:
    bench = Bench()
    bench.now += SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    leadership = bench.replica.leadership
    assert leadership is not None
    ballot = leadership.ballot
    assert bench.receive("b", Promise(ballot, 1, (SlotValue(1, B1, write(1)),), 2)) == [Prepare(ballot, 2)]
    bench.receive("b", Promise(ballot, 3, (), None))
    assert not leadership.elected
    bench.receive("b", Promise(ballot, 2, (SlotValue(2, B1, write(2)),), None))
    assert [p.value for p in leadership.proposals.values()] == [write(1), write(2)]


def test_what_is_chosen_while_a_candidate_asks_is_not_proposed_again() -> None:
    bench = Bench()
    bench.receive("b", Accept(B1, 1, write(1), 0))
    bench.now += SETTINGS.lease_grant + SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    leadership = bench.replica.leadership
    assert leadership is not None
    assert leadership.phase_one is not None
    assert leadership.phase_one.first == 1
    bench.replica.learner.follow("b", B1, 1)  # the old leader's last words
    bench.receive("b", Promise(leadership.ballot, 1, (SlotValue(1, B1, write(1)),), None))
    assert leadership.elected
    assert list(leadership.proposals) == [2]


def test_a_configuration_that_is_chosen_while_a_candidate_asks_begins_phase_one_again() -> None:
    bench = Bench()
    joins = Configure(configuration("a", "b", "c", "d", logs="d"))
    bench.receive("b", Accept(B1, 1, joins, 0))
    bench.now += SETTINGS.lease_grant + SETTINGS.election_max
    bench.timer("election")
    bench.timer("query")
    leadership = bench.replica.leadership
    assert leadership is not None
    ballot = leadership.ballot
    bench.replica.learner.follow("b", B1, 1)
    asked = bench.receive("b", Promise(ballot, 1, (SlotValue(1, B1, joins),), None))
    assert not leadership.elected
    assert asked.count(Prepare(ballot, 2)) == 3
    bench.receive("b", Promise(ballot, 2, (), None))
    assert not leadership.elected, "two of four are no quorum"
    bench.receive("d", Promise(ballot, 2, (), None))
    assert leadership.elected


def test_the_lease_counts_from_the_sending_of_what_a_quorum_acknowledged() -> None:
    assert lease_start(ABC, {"a": 50}) is None
    assert lease_start(ABC, {"a": 50, "b": 20}) == 20
    assert lease_start(ABC, {"a": 50, "b": 20, "c": 40, "stranger": 99}) == 40
    bench = Bench()
    ballot = bench.lead()
    sent_at = bench.now
    bench.now += SETTINGS.lease_hold + 5
    assert not bench.replica.can_serve(bench.now)
    bench.grant(ballot, "ab", sent_at + 3)
    assert not bench.replica.can_serve(bench.now)
    bench.grant(ballot, "ab", sent_at + 10)
    assert bench.replica.can_serve(bench.now)


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(ValueError, match="make the grant longer"):
        Settings(lease_hold=300_000, lease_grant=306_000)
    with pytest.raises(ValueError, match="make join_wait at least twice the grant"):
        Settings(join_wait=600_000)


def test_a_leader_that_hands_over_stops_first() -> None:
    bench = Bench()
    ballot = bench.lead()
    assert bench.replica.can_serve(bench.now)
    effects = bench.replica.relinquish(bench.now)
    assert not bench.replica.can_serve(bench.now)
    assert Release(ballot) in [getattr(effect, "message", None) for effect in effects]
    bench.grant(ballot, "b")
    assert not bench.replica.can_serve(bench.now)


def test_a_leader_that_nobody_acknowledges_fences_itself() -> None:
    bench = Bench()
    bench.lead()
    bench.now += SETTINGS.lease_hold + SETTINGS.fence
    bench.timer("heartbeat")
    assert bench.replica.leadership is None
    assert Probe("leader_fenced") in bench.effects


def test_a_healthy_answer_drops_the_election_once() -> None:
    bench = Bench()
    bench.now += SETTINGS.election_max
    (first, _) = bench.timer("election")
    assert isinstance(first, Query)
    bench.receive("b", QueryAnswer(first.number, hears_leader=True))
    bench.timer("query")
    assert bench.replica.leadership is None
    bench.timer("election")
    bench.receive("b", QueryAnswer(first.number, hears_leader=True))  # of the query before
    bench.timer("query")
    assert bench.replica.leadership is not None


def test_a_restart_takes_no_answer_to_an_earlier_question_for_one_to_its_own() -> None:
    numbers: list[int] = []
    for life in (1, 2):
        bench = Bench(entropy=life)
        bench.now += SETTINGS.election_max
        asked = bench.timer("election")[0]
        assert isinstance(asked, Query)
        numbers.append(asked.number)
    bench.receive("b", QueryAnswer(numbers[0], hears_leader=True))
    bench.timer("query")
    assert bench.replica.leadership is not None


def test_writes_conditions_and_tokens() -> None:
    bench = Bench()
    ballot = bench.lead()

    def execute(operation: Put | Delete, number: int) -> object:
        assert bench.ask(operation, number) is None
        bench.receive("b", Accepted(ballot, bench.replica.ledger.commit + 1))
        return bench.ask(operation, number)  # again, under the same token

    assert execute(Put(b"k", b"1"), 1) == Written(2)
    assert execute(Put(b"k", b"2", ValueIs(b"0")), 2) == ConditionFailed(3, b"1")
    assert execute(Delete(b"k", ValueIs(b"1")), 3) == Written(4)
    assert bench.ask(READ, 4) == Found(None, 0, 4)
    assert bench.ask(Put(b"k", b"9"), 2) == Superseded()


def test_the_same_request_on_its_way_is_proposed_once() -> None:
    bench = Bench()
    bench.lead()
    bench.ask(Put(b"k", b"1"), 1)
    assert len(bench.sent(Accept)) == 3
    bench.ask(Put(b"k", b"1"), 1)
    assert bench.sent(Accept) == []


def test_too_large_is_refused_for_ever() -> None:
    bench = Bench()
    bench.lead()
    value = bytes(VALUE_BYTES_MAX + 1)
    assert bench.ask(Put(b"k", value)) == Refused(f"a value of {len(value)} bytes, at most {VALUE_BYTES_MAX}")
    assert bench.ask(Put(bytes(501), b"")) == Refused("a key of 501 bytes, at most 500")


def test_nothing_follows_a_configuration_before_it_is_chosen() -> None:
    bench = Bench()
    ballot = bench.lead()
    leadership = bench.replica.leadership
    assert leadership is not None
    leadership.propose(Configure(configuration("a", "b", "c", "d", logs="d")))
    assert not leadership.may_propose()
    sent = bench.receive("b", Accepted(ballot, 2))
    assert sent.count(Prepare(ballot, 3)) == 3
    assert leadership.phase_one is not None
    bench.receive("b", Promise(ballot, 3, (), None))
    assert leadership.phase_one is not None, "two of four are no quorum"
    bench.receive("d", Promise(ballot, 3, (), None))
    assert leadership.may_propose()


def test_a_removed_member_stops_for_ever() -> None:
    bench = Bench()
    bench.receive("b", Removed(5, configuration("b", "c", "d")))
    assert any(isinstance(effect, Stop) for effect in bench.effects)
    assert bench.receive("b", Prepare(B1, 1)) == []


def test_a_member_that_is_told_of_older_members_teaches_them() -> None:
    bench = Bench("d", has_table=False)
    joins = Configure(configuration("a", "b", "c", "d", logs="d"))
    bench.receive("b", Learn((SlotValue(1, B1, joins),)))
    assert bench.receive("c", Removed(0, ABC)) == [Learn((SlotValue(1, B1, joins),))]
    assert not bench.replica.stopped


def test_a_strong_read_waits_until_all_that_is_chosen_is_applied() -> None:
    bench = Bench()
    ballot = bench.lead()
    bench.ask(Put(b"k", b"1"), 1)
    bench.hold = True
    bench.replica.learner.durable = 0
    bench.receive("b", Accepted(ballot, 2))
    bench.receive("c", Accepted(ballot, 2))
    assert bench.replica.ledger.commit == 2
    assert bench.replica.learner.applied == 1
    assert bench.ask(READ, 2) == Unavailable("a chosen slot is not applied yet")


def test_a_split_moves_the_upper_keys_and_divides_the_capacity() -> None:
    bench = Bench()
    partition = bench.replica.learner.partition
    assert partition is not None
    for slot, key in enumerate((b"a", b"m", b"z"), 1):
        partition.apply(slot, Write(Token("c", slot), Put(key, key)))
    split = Split(b"m", "child", ABC)
    seeds = dict(partition.seed(4, split))
    assert [key for key in seeds if key.startswith(b"i")] == [b"im", b"iz"]
    assert b"sc" in seeds
    partition.apply(4, split)
    assert partition.items() == [b"a"]
    assert isinstance(partition.read(b"m"), StaleRoute)
    assert partition.owned.capacity == 500
    late = partition.apply(5, Write(Token("c", 9), Put(b"z", b"late")))
    assert isinstance(late, StaleRoute)
    assert partition.answered(Token("c", 9)) is None
    partition.apply(6, Split(b"m", "again", ABC))
    assert partition.owned.capacity == 500
    assert len(partition.children()) == 1


def test_a_full_disk_ends_votes_and_the_lead() -> None:
    bench = Bench()
    bench.lead()
    bench.replica.room(False, bench.now)
    assert bench.replica.leadership is None
    assert bench.receive("b", Accept(Ballot(9, "b"), 2, Noop(), 0)) == []
    bench.replica.room(True, bench.now)
    assert bench.receive("b", Accept(Ballot(9, "b"), 2, Noop(), 0)) == [Accepted(Ballot(9, "b"), 2)]


def test_an_acknowledgement_of_another_ballot_grants_nothing() -> None:
    bench = Bench()
    bench.lead()
    bench.now += SETTINGS.lease_hold
    bench.receive("b", HeartbeatAck(B2, bench.now, 0, 0))
    assert not bench.replica.can_serve(bench.now)


@pytest.mark.parametrize(
    ("keys", "middle"),
    [
        ([b"a", b"d", b"b", b"c"] * 5, b"c"),
        ([b"hot"] * 20, None),
        ([b"hot"] * 19 + [b"z"], None),
        ([b"%02d" % number for number in range(20)], None),
        ([b"%02d" % number for number in range(20, 0, -1)], None),
        ([b"a", b"b"] * 3, None),
    ],
)
def test_where_a_split_would_help(keys: list[bytes], middle: bytes | None) -> None:
    samples = AccessSamples(SETTINGS.samples, SETTINGS.samples_min)
    for key in keys:
        samples.add(key)
    assert samples.middle(lambda key: True) == middle
    assert samples.take_count() == len(keys)
    assert samples.take_count() == 0


def test_accesses_to_keys_that_were_moved_away_are_no_reason_for_a_split() -> None:
    samples = AccessSamples(SETTINGS.samples, SETTINGS.samples_min)
    for key in [b"hot", b"moved"] * 14 + [b"late"]:
        samples.add(key)
    assert samples.middle(lambda key: True) == b"late"
    assert samples.middle(lambda key: key < b"moved") is None
