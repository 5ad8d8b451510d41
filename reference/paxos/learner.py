"""Learning what is chosen: commit, apply in order, make the table durable, give up the log that nobody
needs.
"""

from __future__ import annotations

from reference.messages.ballot import Ballot
from reference.messages.client import Answer
from reference.messages.records import Committed, Identity, Learned, Trimmed
from reference.messages.replication import CatchUp, Learn
from reference.messages.values import SlotValue, Split
from reference.node import Checkpoint, Spawn, Truncate
from reference.paxos.acceptor import value_bytes
from reference.paxos.journal import Journal
from reference.paxos.settings import Settings
from reference.state_machine.partition import Partition
from reference.storage.table import Table


class Learner:
    """Keeps the table at the commit. A log replica has no partition and applies nothing.

    A slot is applied when this replica's own log has it durably (`durable` is an LSN): whatever of the table
    survives a crash, the log knows every slot in it. `stable` is the slot up to which the table is durable,
    -1 without a table.
    """

    def __init__(self, journal: Journal, settings: Settings, table: Table) -> None:
        self.journal = journal
        self.ledger = journal.ledger
        self._settings = settings
        self.checkpointing = False
        self.hold: int | None = None
        self.durable = 0
        self.table = table
        self.partition = Partition(table) if self.ledger.has_table else None
        self.stable = table.slot if self.ledger.has_table else -1

    def start(self) -> None:
        """Applies what is known to be chosen and not yet in the table. The log was made durable before."""
        self.synced(self.ledger.lsn)

    @property
    def applied(self) -> int:
        """The last slot in the table."""
        return self.table.slot

    def synced(self, lsn: int) -> list[tuple[int, Answer]]:
        """The log is durable up to here; the answers for those who asked."""
        self.durable = max(self.durable, lsn)
        return self._apply()

    def commit(self, slot: int) -> list[tuple[int, Answer]]:
        """Everything up to `slot` is chosen as the ledger has it; the answers for those who asked."""
        ledger = self.ledger
        before = ledger.configuration_slot
        ledger.advance(slot)
        if ledger.configuration_slot != before:
            # Who votes rests on this: each vote as a new member waits until it is durable.
            self.journal.append(Committed(ledger.commit))
        return self._apply()

    def follow(self, leader: str, ballot: Ballot, commit: int) -> None:
        """A leader says that all is chosen up to `commit`: true here of what was accepted in its own
        ballot.
        """
        ledger = self.ledger
        if commit <= ledger.commit:
            return
        slot = ledger.commit
        while slot < commit:
            entry = ledger.entries.get(slot + 1)
            if entry is None or not (entry.chosen or entry.ballot == ballot):
                break
            slot += 1
        self.commit(slot)
        if slot < commit:
            self.journal.tell(leader, CatchUp(slot + 1))

    def learn(self, chosen: tuple[SlotValue, ...]) -> None:
        """Takes chosen values over, whoever sent them."""
        ledger = self.ledger
        for item in chosen:
            entry = ledger.entries.get(item.slot)
            if item.slot > ledger.commit and (entry is None or not entry.chosen):
                self.journal.append(Learned(item.ballot, item.slot, item.value))
        slot = ledger.commit
        while (entry := ledger.entries.get(slot + 1)) is not None and entry.chosen:
            slot += 1
        self.commit(slot)

    def teach(self, to: str, first: int) -> None:
        """Sends a page of what is chosen, from a slot on."""
        ledger, settings = self.ledger, self._settings
        if first <= ledger.base:
            self.journal.probe("catch_up_below_the_log")
            return
        page: list[SlotValue] = []
        size = 0
        for slot in range(first, ledger.commit + 1):
            entry = ledger.entries[slot]
            size += value_bytes(entry.value)
            if page and (len(page) >= settings.page_slots or size > settings.page_bytes):
                self.journal.probe("catch_up_in_pages")
                break
            page.append(SlotValue(slot, entry.ballot, entry.value))
        if page:
            self.journal.tell(to, Learn(tuple(page)))

    def checkpoint(self) -> None:
        """Begins to make the table durable, if there is something new in it."""
        if self.partition is None or self.checkpointing or self.table.slot <= self.stable:
            return
        self.checkpointing = True
        self.journal.add(Checkpoint())

    def checkpointed(self, slot: int) -> None:
        """The table is durable up to this slot."""
        self.checkpointing = False
        if self.partition is not None:
            self.stable = max(self.stable, slot)

    def installed(self, slot: int) -> None:
        """A copy of another replica's table is durable here, and the log says so: this replica holds
        items.
        """
        self.partition = Partition(self.table)
        self.stable = slot
        self._apply()

    def trim(self, stable: int) -> None:
        """Gives up the log that every storage member, and this replica's own table, has made durable."""
        ledger = self.ledger
        limit = min(stable, ledger.commit)
        if self.partition is not None:
            limit = min(limit, self.stable)
        if self.hold is not None:
            limit = min(limit, self.hold)
        if limit <= ledger.base:
            return
        self.journal.append(Trimmed(limit, ledger.configuration_at(limit)))
        self.journal.add(Truncate(ledger.first_lsn_needed()))

    def _apply(self) -> list[tuple[int, Answer]]:
        partition, ledger = self.partition, self.ledger
        answers: list[tuple[int, Answer]] = []
        if partition is None:
            return answers
        while self.table.slot < ledger.commit:
            slot = self.table.slot + 1
            entry = ledger.entries[slot]
            if entry.lsn > self.durable:
                break
            value = entry.value
            if isinstance(value, Split) and not partition.splits_at(value.key):
                self.journal.probe("split_overtaken")
            elif isinstance(value, Split):
                self._spawn_child(partition, slot, value)
            answer = partition.apply(slot, value)
            if answer is not None:
                answers.append((slot, answer))
        return answers

    def _spawn_child(self, partition: Partition, slot: int, split: Split) -> None:
        """Each storage member seeds the child's member on its own machine with its own table at this slot."""
        machine = self.ledger.identity.machine
        member = next((member for member in split.members.members if member.machine == machine), None)
        if member is None:
            return
        identity = Identity(member.replica, split.child, machine, slot, split.members)
        self.journal.add(Spawn(identity, slot, partition.seed(slot, split)))
