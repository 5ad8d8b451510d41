"""What must always hold, judged by someone who sees all nodes and true time. Nodes never ask it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from reference.admission.partition_admission import PartitionAdmission
from reference.messages.ballot import NO_BALLOT, Ballot
from reference.messages.client import ConditionFailed, Found, Put, Response, Written
from reference.messages.replication import Accept, Accepted, Prepare, Promise, Query, QueryAnswer
from reference.messages.union import Message
from reference.messages.values import Value, Write
from reference.node import SECOND
from reference.paxos.ledger import Ledger
from reference.replica.replica import Replica
from reference.simulator.event import Detail
from reference.simulator.failure import SimulationFailure


class _Capacity(Struct):
    """What an admission may have admitted until a moment, in millionths of a token, and its rate since."""

    admission: PartitionAdmission
    rate: int
    brought: int
    until: int


class Oracles:
    """Agreement, one value a ballot and slot, one lease at a time, that nobody goes back on what was said,
    that what is read was chosen, and that no partition admits more than its rate.
    """

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, int], Value] = {}
        self._noted: dict[str, int] = {}
        self._promised: dict[str, Ballot] = {}
        self._voted: dict[tuple[str, int], Ballot] = {}
        self._acknowledged: dict[str, int] = {}
        self._proposed: dict[tuple[Ballot, int], Value] = {}
        self._used: dict[Ballot, int] = {}
        self._puts: dict[tuple[int, bytes], bool] = {}
        self._read_at: dict[tuple[str, int], int] = {}
        self._admissions: dict[str, _Capacity] = {}
        self._asked: dict[str, int] = {}
        self._healthy: dict[str, int] = {}

    def called(self, replica: Replica, what: str, detail: Detail) -> None:
        """A replica was called. No election follows on a peer's word that it still hears the leader."""
        me = replica.ledger.me
        match what, detail:
            case "start", _:
                self._healthy.pop(me, None)
            case "receive", (_, QueryAnswer(number=number, hears_leader=True)):
                self._healthy[me] = number
            case "timer", "query" if replica.leadership is not None and not replica.leadership.elected:
                if me in self._healthy and self._healthy[me] == self._asked.get(me):
                    raise SimulationFailure("needless election", f"{me} stands, and a peer hears the leader")
            case _:
                pass

    def after_call(self, replica: Replica, others: Iterable[tuple[Replica, int]], now: int) -> None:
        """After each call of a replica.

        `others` are the other leaders with their local times.
        """
        self._agreement(replica)
        if replica.requests.admission is not None:
            self._within_capacity(replica.ledger.me, replica.requests.admission, now)
        if replica.leadership is not None and replica.can_serve(now):
            acknowledged = self._acknowledged.get(replica.ledger.identity.group, 0)
            if replica.learner.applied < acknowledged:
                raise SimulationFailure(
                    "stale read",
                    f"{replica.ledger.me} serves at {replica.learner.applied}, {acknowledged} is acked",
                )
            for other, time in others:
                if other.can_serve(time):
                    self._apart(replica, other)

    def _apart(self, replica: Replica, other: Replica) -> None:
        """Two leaders that may serve: of two groups, and no key is read from both."""
        names = f"{replica.ledger.me} and {other.ledger.me}"
        if replica.ledger.identity.group == other.ledger.identity.group:
            raise SimulationFailure("two leases", f"{names} may both serve")
        one, two = replica.learner.partition, other.learner.partition
        assert one is not None
        assert two is not None
        current = all(node.learner.applied == node.ledger.commit for node in (replica, other))
        if current and one.owned.overlaps(two.owned):
            raise SimulationFailure("two owners", f"{names} may both serve some keys")

    def said(self, source: str, message: Message, group: str | None, life: int) -> None:
        """A replica has sent a message: what it says holds for ever. `life` counts its lives."""
        match message:
            case Promise(ballot=ballot):
                self._promised[source] = max(ballot, self._promised.get(source, NO_BALLOT))
            case Accepted(ballot=ballot, slot=slot):
                self._voted[source, slot] = max(ballot, self._voted.get((source, slot), NO_BALLOT))
                self._promised[source] = max(ballot, self._promised.get(source, NO_BALLOT))
            case Prepare(ballot=ballot):
                if self._used.setdefault(ballot, life) != life:
                    raise SimulationFailure("ballot used again", f"{ballot}, after {source} began anew")
            case Query(number=number):
                self._asked[source] = number
                self._healthy.pop(source, None)  # numbers begin again with each life
            case Accept(ballot=ballot, slot=slot, value=value):
                if self._proposed.setdefault((ballot, slot), value) != value:
                    raise SimulationFailure(
                        "two proposals", f"ballot {ballot}, slot {slot}: {value} is the second"
                    )
            case Response(answer=Written(slot=slot) | ConditionFailed(slot=slot)) if group is not None:
                self._acknowledged[group] = max(slot, self._acknowledged.get(group, 0))
            case Response(answer=Found() as found) if group is not None:
                self._found(source, life, found)
            case _:
                pass

    def _found(self, replica: str, life: int, found: Found) -> None:
        """A read, strong or eventual, shows what was chosen, and no replica goes back while it lives."""
        if found.value is not None and (found.version, found.value) not in self._puts:
            raise SimulationFailure(
                "read of nothing chosen", f"{replica} shows {found.value[:40]!r} of slot {found.version}"
            )
        before = self._read_at.get((replica, life), -1)
        if found.slot < max(before, found.version):
            raise SimulationFailure("read went back", f"{replica} reads at {found.slot}, after {before}")
        self._read_at[replica, life] = found.slot

    def _within_capacity(self, replica: str, admission: PartitionAdmission, now: int) -> None:
        """Bursts are made of what was not used, so a partition never admits more than a second's tokens and
        what its rate, which a split lowers, has brought since it began.
        """
        known = self._admissions.get(replica)
        if known is None or known.admission is not admission:
            known = self._admissions[replica] = _Capacity(
                admission, admission.rate, admission.rate * SECOND, now
            )
        known.brought += known.rate * max(0, now - known.until)
        known.until = max(now, known.until)
        known.rate = admission.rate
        if admission.admitted * SECOND > known.brought:
            raise SimulationFailure(
                "capacity", f"{replica} admitted {admission.admitted} at {admission.rate} a second"
            )

    def recovered(self, ledger: Ledger) -> None:
        """A replica has come back from its disk: it still knows what it said."""
        me = ledger.me
        promised = self._promised.get(me, NO_BALLOT)
        if ledger.promised < promised:
            raise SimulationFailure("forgotten promise", f"{me} promised {promised}, knows {ledger.promised}")
        for (name, slot), ballot in self._voted.items():
            if name != me or slot <= ledger.base:
                continue
            entry = ledger.entries.get(slot)
            if entry is None or not (entry.chosen or entry.ballot >= ballot):
                raise SimulationFailure("forgotten vote", f"{me} voted in slot {slot}, ballot {ballot}")

    def _agreement(self, replica: Replica) -> None:
        ledger = replica.ledger
        group = ledger.identity.group
        for slot in range(max(self._noted.get(ledger.me, 0), ledger.base) + 1, ledger.commit + 1):
            value = ledger.entries[slot].value
            if self._chosen.setdefault((group, slot), value) != value:
                raise SimulationFailure(
                    "agreement",
                    f"slot {slot} of {group}: {value} at {ledger.me}, {self._chosen[group, slot]} before",
                )
            if isinstance(value, Write) and isinstance(value.operation, Put):
                self._puts[slot, value.operation.value] = True
        self._noted[ledger.me] = ledger.commit
