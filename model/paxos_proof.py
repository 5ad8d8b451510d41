"""Why single-decree Paxos agrees: nine lemmas that every step keeps, and that imply agreement.

Source: the argument of Lamport, Paxos Made Simple (2001), section 2.2. `lockstep prove` shows that the lemmas
are inductive, and that agreement follows.
"""

from checker import Quorum, lemma, require
from model.paxos import Accept, Accepted, Acceptor, Ballot, Paxos, Promise, Value, Vote
from model.paxos_repeats import PaxosRepeats


class PaxosProof(Paxos):
    """Paxos with its proof."""

    @lemma
    def one_value_per_ballot(self) -> bool:
        """At most one value is proposed in a ballot."""
        return all(
            v == w
            for b in Ballot
            for v in Value
            for w in Value
            if Accept(b, v) in self.network and Accept(b, w) in self.network
        )

    @lemma
    def accepted_was_proposed(self) -> bool:
        """Votes are for what was proposed."""
        return all(
            Accept(b, v) in self.network
            for a in Acceptor
            for b in Ballot
            for v in Value
            if Accepted(a, b, v) in self.network
        )

    @lemma
    def promise_is_kept(self) -> bool:
        """Who has promised a ballot has not promised less since."""
        return all(self.reaches(m.acceptor, m.ballot) for m in self.network.of(Promise))

    @lemma
    def accepted_is_promised(self) -> bool:
        """Who has voted in a ballot has promised it."""
        return all(
            self.reaches(a, b)
            for a in Acceptor
            for b in Ballot
            for v in Value
            if Accepted(a, b, v) in self.network
        )

    def reaches(self, a: Acceptor, b: Ballot) -> bool:
        """The acceptor has promised this ballot, or a higher one."""
        promised = self.promised[a]
        return promised is not None and promised >= b

    @lemma
    def vote_was_accepted(self) -> bool:
        """What an acceptor has noted as its vote, it has voted for."""
        return all(
            Accepted(a, b, v) in self.network
            for a in Acceptor
            for b in Ballot
            for v in Value
            if self.vote[a] == Vote(b, v)
        )

    @lemma
    def vote_is_newest(self) -> bool:
        """What an acceptor has noted is the newest of its votes."""
        return all(
            self.noted(a, b)
            for a in Acceptor
            for b in Ballot
            for v in Value
            if Accepted(a, b, v) in self.network
        )

    def noted(self, a: Acceptor, b: Ballot) -> bool:
        """The acceptor has noted a vote of this ballot, or of a higher one."""
        vote = self.vote[a]
        return vote is not None and vote.ballot >= b

    @lemma
    def promised_vote_is_older(self) -> bool:
        """What a promise tells was voted for, in a lower ballot."""
        return all(
            m.vote is None
            or (
                m.vote.ballot < m.ballot and Accepted(m.acceptor, m.vote.ballot, m.vote.value) in self.network
            )
            for m in self.network.of(Promise)
        )

    @lemma
    def promise_hides_nothing(self) -> bool:
        """A promise tells of a vote at least as new as any that came before its ballot."""
        return all(
            m.vote is not None and m.vote.ballot >= c
            for m in self.network.of(Promise)
            for c in Ballot
            for v in Value
            if c < m.ballot and Accepted(m.acceptor, c, v) in self.network
        )

    @lemma
    def safe_at(self) -> bool:
        """Below a proposal nothing else can be chosen: each quorum has one who will never vote for it."""
        return all(
            any(self.is_past(a, c) and Accepted(a, c, w) not in self.network for a in q)
            for b in Ballot
            for v in Value
            if Accept(b, v) in self.network
            for c in Ballot
            if c < b
            for w in Value
            if w != v
            for q in Quorum[Acceptor]
        )

    def is_past(self, a: Acceptor, b: Ballot) -> bool:
        """The acceptor has promised a higher ballot."""
        promised = self.promised[a]
        return promised is not None and promised > b


class UnaskedPaxosProof(PaxosProof):
    """The same lemmas where acceptors promise unasked: a promise binds only the one who gives it."""

    def promise(self, a: Acceptor, b: Ballot) -> None:
        """As in Paxos, whether the ballot was opened or not."""
        require(self.promised[a] is None or b > self.promised[a])
        self.promised[a] = b
        self.network.add(Promise(a, b, self.vote[a]))


class PaxosRepeatsProof(PaxosRepeats, PaxosProof):
    """The lemmas where a promise may be given again, and then tell a vote of its own ballot."""

    def promised_vote_is_older(self) -> bool:
        """What a promise tells was voted for, in no higher ballot."""
        return all(
            m.vote is None
            or (
                m.vote.ballot <= m.ballot
                and Accepted(m.acceptor, m.vote.ballot, m.vote.value) in self.network
            )
            for m in self.network.of(Promise)
        )


class UnaskedPaxosRepeatsProof(PaxosRepeatsProof):
    """Both: promises are given again, and unasked."""

    def promise(self, a: Acceptor, b: Ballot) -> None:
        """As where they are given again, whether the ballot was opened or not."""
        require(self.promised[a] is None or b >= self.promised[a])
        self.promised[a] = b
        self.network.add(Promise(a, b, self.vote[a]))
