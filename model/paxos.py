"""Single-decree Paxos.

Source: Lamport, Paxos Made Simple (2001). A set of acceptors chooses at most one value; the network loses,
repeats and reorders messages, which a set of all messages ever sent gives for free.
"""

from checker import Map, Model, Ordered, Quorum, Record, Set, Sort, action, cover, invariant, maxima, require


class Acceptor(Sort):
    """Who votes."""


class Value(Sort):
    """What is proposed."""


class Ballot(Ordered):
    """The rounds; each is led by one proposer."""


class Vote(Record):
    """What an acceptor accepted last."""

    ballot: Ballot
    value: Value


class Prepare(Record):
    """Phase 1a: asks for promises."""

    ballot: Ballot


class Promise(Record):
    """Phase 1b: takes part in no lower ballot, and tells the last vote."""

    acceptor: Acceptor
    ballot: Ballot
    vote: Vote | None


class Accept(Record):
    """Phase 2a: asks for votes."""

    ballot: Ballot
    value: Value


class Accepted(Record):
    """Phase 2b: a vote."""

    acceptor: Acceptor
    ballot: Ballot
    value: Value


class Paxos(Model):
    """Agreement on one value among acceptors that never lose what they wrote."""

    promised: Map[Acceptor, Ballot | None]
    vote: Map[Acceptor, Vote | None]
    network: Set[Prepare | Promise | Accept | Accepted]

    @action
    def prepare(self, b: Ballot) -> None:
        """A proposer opens a ballot."""
        self.network.add(Prepare(b))

    @action
    def promise(self, a: Acceptor, b: Ballot) -> None:
        """An acceptor joins a ballot above all it has joined, and says what it last voted for."""
        require(Prepare(b) in self.network)
        require(self.promised[a] is None or b > self.promised[a])
        self.promised[a] = b
        self.network.add(Promise(a, b, self.vote[a]))

    @action
    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """A proposer with promises from a quorum asks for votes: for the newest vote it was told, or, told
        of none, for any value."""
        require(not any(Accept(b, w) in self.network for w in Value))
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]
        require(all(any(m.acceptor == a for m in promises) for a in q))
        votes = [m.vote for m in promises if m.vote is not None]
        require(not votes or any(v == w.value for w in maxima(votes, key=lambda vote: vote.ballot)))
        self.network.add(Accept(b, v))

    @action
    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """An acceptor votes, unless it has promised a higher ballot."""
        require(Accept(b, v) in self.network)
        require(self.promised[a] is None or b >= self.promised[a])
        self.promised[a] = b
        self.vote[a] = Vote(b, v)
        self.network.add(Accepted(a, b, v))

    def chosen(self, v: Value) -> bool:
        """A quorum voted for the value in one ballot."""
        return any(
            all(Accepted(a, b, v) in self.network for a in q) for b in Ballot for q in Quorum[Acceptor]
        )

    @invariant
    def agreement(self) -> bool:
        """At most one value is chosen."""
        return all(v == w for v in Value for w in Value if self.chosen(v) and self.chosen(w))

    @cover
    def something_is_chosen(self) -> bool:
        """A value can be chosen at all."""
        return any(self.chosen(v) for v in Value)
