"""The log of slots with one rule forgotten."""

from checker import Quorum, require
from model.slots_proof import Accept, Accepted, Ballot, Replica, Slot, SlotPaxos, Told, Value, Vote


class AdoptsFromAnySlot(SlotPaxos):
    """A leader takes what it is told of another slot for an answer."""

    def propose(self, b: Ballot, s: Slot, v: Value, q: Quorum[Replica]) -> None:
        """As it should be, but it finds nothing in the slot: it has heard of others."""
        require(not any(Accept(b, s, w) in self.network for w in Value))
        told = [m for m in self.network.of(Told) if m.ballot == b and m.slot != s and m.replica in q]
        require(all(any(m.replica == n for m in told) for n in q))
        self.network.add(Accept(b, s, v))


class TellsLate(SlotPaxos):
    """A replica tells of a slot for a ballot that it has left."""

    def tell(self, n: Replica, b: Ballot, s: Slot) -> None:
        """As it should be, without a look at what was promised since."""
        require(self.reaches(n, b))
        self.network.add(Told(n, b, s, self.log[n, s]))


class VotesWithoutPromise(SlotPaxos):
    """A vote does not raise what is promised."""

    def accept(self, n: Replica, b: Ballot, s: Slot, v: Value) -> None:
        """As it should be, but the promise stays as it was."""
        require(Accept(b, s, v) in self.network)
        require(self.promised[n] is None or b >= self.promised[n])
        self.log[n, s] = Vote(b, v)
        self.network.add(Accepted(n, b, s, v))


class WritesEverySlot(SlotPaxos):
    """A replica that votes again in a slot forgets that it has voted there before."""

    def accept(self, n: Replica, b: Ballot, s: Slot, v: Value) -> None:
        """As it should be, but an entry makes room for the next, and is lost."""
        require(Accept(b, s, v) in self.network)
        require(self.promised[n] is None or b >= self.promised[n])
        self.promised[n] = b
        self.log[n, s] = None if self.log[n, s] is not None else Vote(b, v)
        self.network.add(Accepted(n, b, s, v))
