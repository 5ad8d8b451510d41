"""How a log replica gets its table: a copy as of one slot, which nothing damaged enters."""

from __future__ import annotations

from reference.membership.healing import can_be_spared
from reference.messages.ballot import Ballot
from reference.messages.replication import FetchTable, Rebuild, TablePage
from reference.node import Checkpoint, Stop
from reference.state_machine.sealed import seal
from tests.reference.nodes import SETTINGS, Bench, configuration


def test_a_table_is_copied_page_by_page_as_of_one_slot() -> None:
    source, target = Bench(), Bench("d", configuration("a", "c", "d", logs="d"), has_table=False)
    ballot = source.lead()
    partition = source.replica.learner.partition
    assert partition is not None
    many = SETTINGS.page_slots + 5
    for number in range(many):
        partition.table.apply(number + 2, [seal_item(b"%03d" % number)])
    target.replica.ledger.promised = ballot
    target.replica.ledger.commit = many + 1
    asked = target.receive("a", Rebuild(ballot))
    assert asked == [FetchTable(None, None)]
    (first,) = source.receive("d", asked[0])
    partition.table.apply(many + 2, [seal_item(b"later")])
    (more,) = target.receive("a", first)
    assert target.receive("a", first) == [], "the same page again"
    (second,) = source.receive("d", more)
    assert isinstance(second, TablePage)
    assert second.complete
    target.receive("a", second)
    assert any(isinstance(effect, Checkpoint) for effect in target.effects)
    target.replica.checkpointed(many + 1, target.now)
    assert target.replica.learner.stable == many + 1
    copied = target.replica.learner.partition
    assert copied is not None
    assert copied.items() == [b"%03d" % number for number in range(many)]


def test_a_member_with_the_items_is_spared_only_when_two_others_have_them() -> None:
    members = configuration("a", "b", "d", "e", logs="de")
    assert [can_be_spared(members, name) for name in members.ids()] == [False, False, True, True]
    assert can_be_spared(configuration("a", "b", "c", "d", logs="d"), "c")


def test_a_page_of_a_snapshot_that_is_closed_is_not_sent() -> None:
    source = Bench()
    source.lead()
    source.receive("d", FetchTable(None, None))
    assert source.receive("d", FetchTable(99, b"x")) == []
    source.now += 2 * SETTINGS.join_wait
    source.timer("checkpoint")
    assert source.receive("d", FetchTable(1, b"x")) == []


def test_a_copy_that_is_stuck_or_whose_source_is_gone_begins_anew() -> None:
    target = Bench("d", configuration("a", "c", "d", logs="d"), has_table=False)
    ballot = Ballot(3, "a")
    target.replica.ledger.promised = ballot
    assert target.receive("a", Rebuild(ballot)) == [FetchTable(None, None)]
    target.receive("a", TablePage(7, None, ((b"ix", b""),), complete=False))
    assert target.receive("a", Rebuild(ballot)) == [FetchTable(7, b"ix")]
    assert target.receive("c", Rebuild(ballot)) == [FetchTable(None, None)]
    target.receive("c", TablePage(8, None, ((b"iy", b""),), complete=False))
    target.now += SETTINGS.join_wait
    assert target.receive("c", Rebuild(ballot)) == [FetchTable(None, None)]


def test_a_damaged_entry_is_not_copied() -> None:
    source = Bench()
    source.lead()
    partition = source.replica.learner.partition
    assert partition is not None
    key, stored = seal_item(b"k")
    partition.table.apply(2, [(key, stored[:-1] + b"!")])
    assert source.receive("d", FetchTable(None, None)) == []
    assert any(isinstance(effect, Stop) for effect in source.effects)


def seal_item(key: bytes) -> tuple[bytes, bytes]:
    return b"i" + key, seal(b"i" + key, b"content")
