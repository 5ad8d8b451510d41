"""A replica that was to join ends when it is certain that it never will, and not before.

Seed 531 of the simulator found it: a leader proposed a member and was gone; the new replica heard nobody, and
gave up; the next leader found the proposal and chose it, and of four members two were left.
"""

from __future__ import annotations

from reference.membership.healing import Joining
from reference.messages.ballot import Ballot
from reference.messages.configuration import Kind, Member
from reference.messages.replication import Accepted, Learn, NotMember, Removed
from reference.messages.values import Configure, SlotValue
from reference.node import Stop
from tests.reference.nodes import ABC, SETTINGS, Bench, configuration

B1 = Ballot(1, "b")
JOINS = configuration("a", "b", "c", "d", logs="d")


def joiner() -> Bench:
    """A replica that was made to join, and has heard nobody for long."""
    bench = Bench("d", has_table=False)
    bench.now += 2 * SETTINGS.join_wait + 1
    return bench


def is_ended(bench: Bench) -> bool:
    return any(isinstance(effect, Stop) for effect in bench.effects)


def test_who_hears_nobody_asks_whether_it_joins() -> None:
    bench = joiner()
    assert bench.timer("election") == [NotMember(0)] * 3
    assert {send.to for send in bench.sent(NotMember)} == {"a", "b", "c"}
    assert not is_ended(bench)


def test_who_hears_a_leader_does_not_ask() -> None:
    bench = Bench("d", has_table=False)
    assert bench.timer("election") == []


def test_it_ends_by_the_word_of_a_leader_that_serves_alone() -> None:
    bench = joiner()
    bench.receive("b", Removed(0, ABC))
    assert not is_ended(bench), "a member may not know yet what was chosen"
    bench.receive("b", Removed(1, JOINS, settled=True))
    assert not is_ended(bench), "it is a member"
    bench.receive("b", Removed(0, ABC, settled=True))
    assert is_ended(bench)


def test_a_member_that_was_to_join_once_knows_better() -> None:
    bench = joiner()
    bench.receive("b", Learn((SlotValue(1, B1, Configure(JOINS)),)))
    bench.receive("b", Removed(0, ABC, settled=True))
    assert not is_ended(bench)


def settled(bench: Bench, source: str = "d") -> list[Removed]:
    """What a replica that is no member is told of that."""
    return [one for one in bench.receive(source, NotMember(0)) if isinstance(one, Removed)]


def test_a_leader_that_serves_says_so() -> None:
    bench = Bench()
    bench.lead()
    assert settled(bench) == [Removed(0, ABC, settled=True)]


def test_it_says_nothing_to_members_and_to_whom_it_awaits() -> None:
    bench = Bench()
    bench.lead()
    assert settled(bench, "b") == []
    duties = bench.replica.duties
    assert duties is not None
    duties.healing.joining = Joining(Member("d", Kind.LOG, "m-d"), "agent", 0, 0, bench.now, bench.now)
    assert settled(bench) == []
    assert settled(bench, "e") == [Removed(0, ABC, settled=True)]


def test_who_does_not_serve_or_changes_the_members_knows_nothing() -> None:
    assert settled(Bench()) == []
    bench = Bench()
    ballot = bench.lead()
    bench.now += SETTINGS.lease_hold
    assert settled(bench) == []
    bench.grant(ballot, "b")
    leadership = bench.replica.leadership
    assert leadership is not None
    leadership.propose(Configure(JOINS))
    assert settled(bench) == [], "it has proposed a change itself"
    bench.receive("b", Accepted(ballot, 2))
    assert settled(bench) == []
