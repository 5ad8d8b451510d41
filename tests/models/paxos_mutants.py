"""Paxos with a rule left out: agreement is violated."""

from checker import Quorum, require
from model.paxos import Accept, Accepted, Acceptor, Ballot, Paxos, Promise, Value, Vote


class AnyValue(Paxos):
    """A proposer takes any value, whatever votes it was told."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """Without the last rule."""
        require(not any(Accept(b, w) in self.network for w in Value))
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]
        require(all(any(m.acceptor == a for m in promises) for a in q))
        self.network.add(Accept(b, v))


class Forgets(Paxos):
    """An acceptor votes below the ballot it promised."""

    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """Without the guard."""
        require(Accept(b, v) in self.network)
        self.promised[a] = b
        self.vote[a] = Vote(b, v)
        self.network.add(Accepted(a, b, v))
