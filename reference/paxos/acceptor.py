"""The acceptor: promises, votes and grants of the lease. The only code that gives another replica power."""

from __future__ import annotations

from reference.messages.ballot import NO_BALLOT, Ballot
from reference.messages.client import Put
from reference.messages.records import Promised, Voted
from reference.messages.replication import (
    Accept,
    Accepted,
    Heartbeat,
    HeartbeatAck,
    NotMember,
    Prepare,
    Promise,
    Rejected,
    Release,
)
from reference.messages.values import SlotValue, Value, Write
from reference.paxos.journal import Journal
from reference.paxos.settings import Settings


class Acceptor:
    """Votes only as a member of the configuration that its own chosen prefix names.

    So a new member has every slot chosen before it joined, durably, when it first votes. It also keeps quiet
    for one whole grant after it started: what it granted before is not written down.
    """

    def __init__(self, journal: Journal, settings: Settings) -> None:
        self.journal = journal
        self.ledger = journal.ledger
        self._settings = settings
        self.quiet_until = 0
        self.granted = NO_BALLOT
        self.granted_until = 0
        self.has_room = True

    def start(self, now: int) -> None:
        """It does not know what it granted before."""
        self.quiet_until = now + self._settings.lease_grant

    def may_promise(self, ballot: Ballot, now: int) -> bool:
        """No other leader can hold a lease that this acceptor has a part in."""
        if now < self.quiet_until:
            return False
        return self.granted.replica == ballot.replica or now >= self.granted_until

    def on_prepare(self, source: str, message: Prepare, now: int) -> None:
        """Promise, unless a higher ballot has the promise or another leader may have a lease."""
        ledger = self.ledger
        if not ledger.votes:
            self.journal.vouch(source, NotMember(ledger.commit))
            self.journal.probe("prepare_to_a_stranger")
        elif message.ballot < ledger.promised:
            self.journal.vouch(source, Rejected(ledger.promised))
        elif not self.may_promise(message.ballot, now):
            self.journal.probe("promise_withheld_for_a_lease")
        elif message.first <= ledger.base:
            self.journal.probe("prepare_below_the_log")
        elif message.ballot == ledger.promised or self.has_room:
            if message.ballot > ledger.promised:
                self.journal.append(Promised(message.ballot))
            self.journal.vouch(source, self.page(message))

    def on_accept(self, source: str, message: Accept) -> bool:
        """Vote, unless a higher ballot has the promise; whether this replica voted."""
        ledger = self.ledger
        if message.ballot < ledger.promised:
            self.journal.vouch(source, Rejected(ledger.promised))
            return False
        if not ledger.votes:
            self.journal.vouch(source, NotMember(ledger.commit))
            return False
        entry = ledger.entries.get(message.slot)
        if message.slot <= ledger.base or (
            entry is not None and (entry.chosen or entry.ballot == message.ballot)
        ):
            lsn = None if entry is None or message.ballot > ledger.promised else entry.lsn
            if message.ballot > ledger.promised:
                if not self.has_room:
                    return False
                self.journal.append(Promised(message.ballot))
            self.journal.vouch(source, Accepted(message.ballot, message.slot), lsn)
            return True
        if not self.has_room:
            self.journal.probe("vote_withheld_disk_full")
            return False
        self.journal.append(Voted(message.ballot, message.slot, message.value))
        self.journal.vouch(source, Accepted(message.ballot, message.slot))
        return True

    def on_heartbeat(self, source: str, message: Heartbeat, stable: int, now: int) -> bool:
        """Grant the lease; whether this is the leader to follow."""
        ledger = self.ledger
        if message.ballot < ledger.promised:
            self.journal.vouch(source, Rejected(ledger.promised))
            return False
        if message.ballot > ledger.promised:
            if not self.has_room or not self.may_promise(message.ballot, now):
                return False
            self.journal.append(Promised(message.ballot))
        self.granted = message.ballot
        self.granted_until = max(self.granted_until, now + self._settings.lease_grant)
        if ledger.votes:
            self.journal.vouch(source, HeartbeatAck(message.ballot, message.sent_at, ledger.commit, stable))
        else:
            self.journal.vouch(source, NotMember(ledger.commit))
        return True

    def on_release(self, message: Release, now: int) -> bool:
        """The lease of this ballot is over; whether it was granted here."""
        if message.ballot != self.granted or now >= self.granted_until:
            return False
        self.granted_until = now
        self.journal.probe("lease_released")
        return True

    def page(self, message: Prepare) -> Promise:
        """What was accepted, from the slot that is asked for on, as much as goes into one message."""
        settings, ledger = self._settings, self.ledger
        page: list[SlotValue] = []
        size = 0
        for slot in sorted([slot for slot in ledger.entries if slot >= message.first]):
            entry = ledger.entries[slot]
            size += value_bytes(entry.value)
            if page and (len(page) >= settings.page_slots or size > settings.page_bytes):
                self.journal.probe("promise_in_pages")
                return Promise(message.ballot, message.first, tuple(page), slot)
            page.append(SlotValue(slot, entry.ballot, entry.value))
        return Promise(message.ballot, message.first, tuple(page), None)


def value_bytes(value: Value) -> int:
    """About how many bytes a value takes in a message."""
    match value:
        case Write(operation=Put(key=key, value=item)):
            return 64 + len(key) + len(item)
        case _:
            return 256
