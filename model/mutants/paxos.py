"""Paxos with one rule forgotten.

Each class overrides one rule of `model.paxos` and breaks `agreement`: two values are chosen. The shortest
violations are in `specs/paxos.toml`; those of the two that misread the votes they are told need three
ballots.
"""

from checker import Quorum, maxima, minima, require
from model.paxos import Accept, Accepted, Acceptor, Ballot, Paxos, Prepare, Promise, Value, Vote


class IgnoresPromisedVotes(Paxos):
    """The proposer forgets to look at the votes it was told, and proposes what it likes."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """As it should be, without the rule about votes."""
        require(not any(Accept(b, w) in self.network for w in Value))
        require(all(any(m.ballot == b and m.acceptor == a for m in self.network.of(Promise)) for a in q))
        self.network.add(Accept(b, v))


class AdoptsTheLowestVote(Paxos):
    """The proposer adopts the oldest vote it was told instead of the newest."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """As it should be, with `minima` for `maxima`."""
        require(not any(Accept(b, w) in self.network for w in Value))
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]
        require(all(any(m.acceptor == a for m in promises) for a in q))
        votes = [m.vote for m in promises if m.vote is not None]
        require(not votes or any(v == w.value for w in minima(votes, key=lambda vote: vote.ballot)))
        self.network.add(Accept(b, v))


class AdoptsAnyVote(Paxos):
    """The proposer adopts any of the votes it was told, not the newest."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """As it should be, without `maxima`."""
        require(not any(Accept(b, w) in self.network for w in Value))
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]
        require(all(any(m.acceptor == a for m in promises) for a in q))
        votes = [m.vote for m in promises if m.vote is not None]
        require(not votes or any(v == w.value for w in votes))
        self.network.add(Accept(b, v))


class OnePromiseIsEnough(Paxos):
    """The proposer is content with a promise from any one member of the quorum."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """As it should be, with `any` acceptor for `all`."""
        require(not any(Accept(b, w) in self.network for w in Value))
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]
        require(any(any(m.acceptor == a for m in promises) for a in q))
        votes = [m.vote for m in promises if m.vote is not None]
        require(not votes or any(v == w.value for w in maxima(votes, key=lambda vote: vote.ballot)))
        self.network.add(Accept(b, v))


class CountsPromisesOfAnyBallot(Paxos):
    """The proposer counts promises that were made to other ballots."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """As it should be, without a look at the ballot of a promise; but the ballot must be open."""
        require(Prepare(b) in self.network)
        require(not any(Accept(b, w) in self.network for w in Value))
        promises = [m for m in self.network.of(Promise) if m.acceptor in q]
        require(all(any(m.acceptor == a for m in promises) for a in q))
        votes = [m.vote for m in promises if m.vote is not None]
        require(not votes or any(v == w.value for w in maxima(votes, key=lambda vote: vote.ballot)))
        self.network.add(Accept(b, v))


class ProposesTwoValues(Paxos):
    """The proposer forgets that it has proposed in this ballot, and proposes another value."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """As it should be, without the rule of one proposal a ballot."""
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]
        require(all(any(m.acceptor == a for m in promises) for a in q))
        votes = [m.vote for m in promises if m.vote is not None]
        require(not votes or any(v == w.value for w in maxima(votes, key=lambda vote: vote.ballot)))
        self.network.add(Accept(b, v))


class PromisesBelowPromised(Paxos):
    """An acceptor joins a ballot although it has promised to take part in no ballot below another one."""

    def promise(self, a: Acceptor, b: Ballot) -> None:
        """As it should be, without the look at what was promised."""
        require(Prepare(b) in self.network)
        self.promised[a] = b
        self.network.add(Promise(a, b, self.vote[a]))


class PromiseNotKept(Paxos):
    """An acceptor sends a promise and does not write it down."""

    def promise(self, a: Acceptor, b: Ballot) -> None:
        """As it should be, without the write."""
        require(Prepare(b) in self.network)
        require(self.promised[a] is None or b > self.promised[a])
        self.network.add(Promise(a, b, self.vote[a]))


class ForgetsVoteWhenPromising(Paxos):
    """An acceptor that joins a ballot starts afresh: it forgets what it voted for."""

    def promise(self, a: Acceptor, b: Ballot) -> None:
        """As it should be, but the vote is cleared before it is told."""
        require(Prepare(b) in self.network)
        require(self.promised[a] is None or b > self.promised[a])
        self.promised[a] = b
        self.vote[a] = None
        self.network.add(Promise(a, b, self.vote[a]))


class AcceptsBelowPromised(Paxos):
    """An acceptor votes in a ballot below one that it has promised."""

    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """As it should be, without the look at what was promised."""
        require(Accept(b, v) in self.network)
        self.promised[a] = b
        self.vote[a] = Vote(b, v)
        self.network.add(Accepted(a, b, v))


class VoteDoesNotRaisePromised(Paxos):
    """An acceptor that votes in a ballot which it has not joined may still join, and vote in, lower ones."""

    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """As it should be, but `promised` stays."""
        require(Accept(b, v) in self.network)
        require(self.promised[a] is None or b >= self.promised[a])
        self.vote[a] = Vote(b, v)
        self.network.add(Accepted(a, b, v))


class VotesForUnproposed(Paxos):
    """An acceptor votes for a value that nobody proposed in that ballot."""

    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """As it should be, without the proposal."""
        require(self.promised[a] is None or b >= self.promised[a])
        self.promised[a] = b
        self.vote[a] = Vote(b, v)
        self.network.add(Accepted(a, b, v))
