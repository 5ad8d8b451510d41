"""One replica's attempt to lead in one ballot: phase 1, then phase 2 slot by slot, then it ends for ever.

Each slot is a Paxos instance of its own, and its acceptors are the members that the slots before it name. So
a configuration takes effect in the slot after the one it is chosen in: nothing is proposed after it before
it is chosen, and then phase 1 is run again, in the same ballot, with the new members. That one rule serves
elections and changes of the members alike, and needs no intersection of quorums between configurations.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from reference.messages.ballot import Ballot
from reference.messages.configuration import Configuration, Kind
from reference.messages.replication import Accept, Accepted, Prepare, Promise
from reference.messages.values import Configure, Noop, SlotValue, Value
from reference.paxos.acceptor import value_bytes
from reference.paxos.journal import Journal
from reference.paxos.lease import lease_start
from reference.paxos.settings import Settings


class PhaseOne(Struct):
    """Asking the members of one configuration about the slots from `first` on.

    `wanted` has, for each replica, the slot from which its next page is still missing; None: it has told all.
    `origins` names who told of the value that is gathered for a slot.
    """

    asker: str
    configuration: Configuration
    first: int
    wanted: dict[str, int | None]
    gathered: dict[int, SlotValue]
    origins: dict[int, list[str]]

    def add(self, source: str, message: Promise) -> bool:
        """Takes a page; whether it was a new one."""
        wanted = self.wanted.get(source)
        if wanted is None or message.first > wanted:
            return False
        for accepted in message.accepted:
            best = self.gathered.get(accepted.slot)
            if accepted.slot < self.first or (best is not None and accepted.ballot < best.ballot):
                continue
            if best is None or accepted.ballot > best.ballot:
                self.gathered[accepted.slot] = accepted
                self.origins[accepted.slot] = []
            self.origins[accepted.slot].append(source)
        if message.rest is not None and message.rest <= wanted:
            return False
        self.wanted[source] = message.rest
        return True

    def complete(self) -> bool:
        """Whether a quorum has told all, the one who asks among them.

        It must not follow an older leader any more when it leads itself.
        """
        told = [name for name, wanted in self.wanted.items() if wanted is None]
        return self.asker in told and self.configuration.is_quorum(told)


class Proposal(Struct):
    """A value on its way in a slot, and who voted for it."""

    value: Value
    votes: dict[str, bool]
    bytes: int


class Peer(Struct):
    """What the leader knows of a member: see HeartbeatAck. `heard` is when it last acknowledged anything."""

    heard: int
    commit: int = 0
    stable: int = -1


class Leadership:
    """A candidate until phase 1 is complete for the first time (`elected`), then the leader of the ballot."""

    def __init__(self, journal: Journal, settings: Settings, ballot: Ballot, now: int) -> None:
        self.journal = journal
        self.ledger = journal.ledger
        self._settings = settings
        self.ballot = ballot
        self.began = now
        self.leased_until = now
        self.elected = False
        self.phase_one: PhaseOne | None = None
        self.proposals: dict[int, Proposal] = {}
        self.next_slot = self.ledger.commit + 1
        self.barrier: int | None = None
        self.granted: dict[str, int] = {}
        self.peers: dict[str, Peer] = {}
        self.inflight_bytes = 0
        self.changing = False

    def prepare(self) -> None:
        """Begins phase 1 with the members in force."""
        for name, message in self._ask():
            self.journal.tell(name, message)

    def stand(self, promise: Callable[[Prepare], Promise]) -> None:
        """The first phase 1 of a ballot, which must be durable before it is sent.

        The candidate need not ask itself: `promise` is its own answer, which the ballot's record vouches for.
        """
        for name, message in self._ask():
            mine = name == self.ledger.me
            self.journal.vouch(name, promise(message) if mine else message)

    def _ask(self) -> list[tuple[str, Prepare]]:
        """Begins phase 1; whom to ask for what."""
        ledger = self.ledger
        first = ledger.commit + 1
        names = ledger.configuration.ids()
        self.phase_one = PhaseOne(ledger.me, ledger.configuration, first, dict.fromkeys(names, first), {}, {})
        return [(name, Prepare(self.ballot, first)) for name in names]

    def resend(self) -> None:
        """Repeats what has not been answered."""
        if self.phase_one is not None:
            for name, wanted in self.phase_one.wanted.items():
                if wanted is not None:
                    self.journal.vouch(name, Prepare(self.ballot, wanted))
        for slot, proposal in self.proposals.items():
            for name in self.ledger.configuration.ids():
                if name not in proposal.votes:
                    self.journal.tell(name, Accept(self.ballot, slot, proposal.value, self.ledger.commit))

    def on_promise(self, source: str, message: Promise) -> bool:
        """Takes a page of a promise; whether phase 1 has just become complete."""
        phase = self.phase_one
        if phase is None or message.ballot != self.ballot or not phase.add(source, message):
            return False
        if message.rest is not None:
            self.journal.vouch(source, Prepare(self.ballot, message.rest))
        if not phase.complete():
            return False
        if self.ledger.configuration_slot >= phase.first:
            self.prepare()  # learned of since it was begun: others have to be asked
            return False
        return True

    def finish_phase_one(self) -> None:
        """Proposes again what may have been chosen; a no-op if there is nothing that proves the ballot."""
        phase = self.phase_one
        assert phase is not None
        assert phase.complete()
        self.phase_one = None
        self.elected = True
        self.changing = False
        first = self.next_slot = max(phase.first, self.ledger.commit + 1)
        top = max(phase.gathered, default=first - 1)
        for slot in range(first, top + 1):
            found = phase.gathered.get(slot)
            value = Noop() if found is None else found.value
            if found is None:
                self.journal.probe("hole_filled")
            else:
                self._note_adopted(phase, slot)
            self.propose(value)
            if isinstance(value, Configure):
                self.journal.probe("configuration_recovered")
                if slot < top or self.barrier is None:
                    self.barrier = None  # what comes after it is known when its members have been asked
                    return
        if top >= first:
            self.barrier = top
        elif self.barrier is None:
            self.barrier = self.propose(Noop())

    def _note_adopted(self, phase: PhaseOne, slot: int) -> None:
        self.journal.probe("value_adopted")
        members = [phase.configuration.member(name) for name in phase.origins[slot]]
        if all(member is not None and member.kind is Kind.LOG for member in members):
            self.journal.probe("adopted_from_log_replica")

    def may_propose(self) -> bool:
        """Whether a new value can be sent now."""
        return (
            self.elected
            and self.phase_one is None
            and not self.changing
            and len(self.proposals) < self._settings.window_slots
            and self.inflight_bytes < self._settings.window_bytes
        )

    def propose(self, value: Value) -> int:
        """Sends a value for the next slot; the slot."""
        assert self.phase_one is None
        assert not self.changing, "nothing is proposed after a configuration before it is chosen"
        slot = self.next_slot
        self.next_slot += 1
        size = value_bytes(value)
        self.proposals[slot] = Proposal(value, {}, size)
        self.inflight_bytes += size
        self.changing = isinstance(value, Configure)
        for name in self.ledger.configuration.ids():
            self.journal.tell(name, Accept(self.ballot, slot, value, self.ledger.commit))
        return slot

    def on_accepted(self, source: str, message: Accepted) -> int:
        """Counts a vote; the slot up to which everything is now chosen."""
        proposal = self.proposals.get(message.slot)
        if proposal is not None and message.ballot == self.ballot:
            proposal.votes[source] = True
        slot = self.ledger.commit
        while self._chosen(slot + 1):
            slot += 1
        return slot

    def _chosen(self, slot: int) -> bool:
        """A quorum has voted, and the leader's own log has the value too."""
        proposal, entry = self.proposals.get(slot), self.ledger.entries.get(slot)
        if proposal is None or entry is None or not (entry.chosen or entry.ballot == self.ballot):
            return False
        return self.ledger.configuration.is_quorum(proposal.votes)

    def settle(self, slot: int) -> None:
        """The slot is chosen and taken note of."""
        proposal = self.proposals.pop(slot, None)
        if proposal is not None:
            self.inflight_bytes -= proposal.bytes

    def on_ack(self, source: str, sent_at: int, now: int) -> None:
        """A member has granted the lease that was asked for at `sent_at`."""
        self.granted[source] = max(sent_at, self.granted.get(source, sent_at))
        self.peers.setdefault(source, Peer(now)).heard = now

    def lease_until(self, configuration: Configuration) -> int | None:
        """When the lease ends, by this node's clock; None while there is none."""
        start = lease_start(configuration, self.granted)
        return None if start is None else start + self._settings.lease_hold

    def note_lease(self) -> None:
        """Remembers the latest end of a lease: long after it, a leader that nobody acknowledges fences
        itself.
        """
        until = self.lease_until(self.ledger.configuration)
        if until is not None:
            self.leased_until = max(self.leased_until, until)
