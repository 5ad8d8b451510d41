"""Replicas without a world: what a test gives them, and what they want done."""

from __future__ import annotations

from reference.messages.ballot import Ballot
from reference.messages.client import Answer, Operation, Request, Token
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.records import Identity
from reference.messages.replication import Accepted, HeartbeatAck, Promise
from reference.messages.union import Message
from reference.node import Append, Effect, Reply, Send
from reference.paxos.ledger import Ledger
from reference.paxos.settings import Settings
from reference.replica.replica import Replica
from reference.simulator.disk import SimulatedDisk
from reference.state_machine.partition import Range, first_entries
from reference.storage.memory_table import MemoryTable

SETTINGS = Settings()
TABLE = first_entries(Range(b"", None, 0, 1000))
START = 10_000_000


def configuration(*names: str, logs: str = "") -> Configuration:
    """Storage members of these names; those in `logs` are log replicas."""
    return Configuration(
        tuple([Member(name, Kind.LOG if name in logs else Kind.STORAGE, f"m-{name}") for name in names])
    )


ABC = configuration("a", "b", "c")


class Bench:
    """One replica, whose log is always durable at once unless `hold` is set."""

    def __init__(
        self, name: str = "a", members: Configuration = ABC, *, has_table: bool = True, entropy: int = 1
    ) -> None:
        ledger = Ledger(Identity(name, "g", f"m-{name}", 0, members))
        ledger.has_table = has_table
        table = MemoryTable.create(SimulatedDisk(1 << 20))
        if has_table:
            table.install(0, TABLE)
        self.replica = Replica(ledger, table, SETTINGS, entropy)
        self.now = START
        self.effects: list[Effect] = []
        self.hold = False
        self._take(self.replica.start(self.now))
        self.now += SETTINGS.lease_grant  # it may vote now

    def receive(self, source: str, message: Message) -> list[Message]:
        """What it sends in answer."""
        return self._take(self.replica.receive(source, message, self.now))

    def timer(self, name: str) -> list[Message]:
        """What it sends when a timer runs out."""
        return self._take(self.replica.timer(name, self.now))

    def ask(self, operation: Operation, number: int = 1) -> Answer | None:
        """The answer to a client, if there is one at once."""
        self.receive("client", Request(Token("client", number), operation))
        replies = [effect for effect in self.effects if isinstance(effect, Reply)]
        return replies[-1].response.answer if replies else None

    def sent(self, kind: type[Message]) -> list[Send]:
        """The messages of a kind in the last effects."""
        return [
            effect for effect in self.effects if isinstance(effect, Send) and isinstance(effect.message, kind)
        ]

    def lead(self, *, answers: str = "b") -> Ballot:
        """Makes it the leader: phase 1, its no-op, and a lease from these members."""
        self.now += SETTINGS.election_max
        self.timer("election")
        self.timer("query")
        leadership = self.replica.leadership
        assert leadership is not None
        ballot = leadership.ballot
        for name in answers:
            self.receive(name, Promise(ballot, 1, (), None))
        assert leadership.elected
        for name in answers:
            self.receive(name, Accepted(ballot, self.replica.ledger.commit + 1))
        self.grant(ballot, answers)
        return ballot

    def grant(self, ballot: Ballot, names: str, sent_at: int | None = None) -> None:
        """These members acknowledge a heartbeat that was sent now, or at another time."""
        for name in names:
            at = self.now if sent_at is None else sent_at
            self.receive(name, HeartbeatAck(ballot, at, self.replica.ledger.commit, 0))

    def _take(self, effects: list[Effect]) -> list[Message]:
        """Delivers what it sends itself, syncs its log; the messages for others."""
        self.effects = []
        queue = list(effects)
        while queue:
            effect = queue.pop(0)
            self.effects.append(effect)
            if isinstance(effect, Send) and effect.to == self.replica.ledger.me:
                queue.extend(self.replica.receive(effect.to, effect.message, self.now))
            if isinstance(effect, Append) and not self.hold:
                queue.extend(self.replica.synced(effect.lsn, self.now))
        me = self.replica.ledger.me
        return [e.message for e in self.effects if isinstance(e, Send) and e.to != me]
