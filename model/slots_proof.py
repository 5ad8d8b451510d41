"""Why a replicated log agrees in each slot: one promise for all slots, votes by replica and slot.

Source: Lamport, Paxos Made Simple (2001), section 3: phase 1 is run for all slots at once. This is the core
of `model.replication`: there a promise tells of all slots in one message; here it tells of one slot at a
time, so that slots may be any order. Leases, disks and members are left out. The lemmas are those of
`model.paxos_proof`, in each slot.
"""

from checker import (
    Map,
    Model,
    Ordered,
    Quorum,
    Record,
    Set,
    Sort,
    action,
    cover,
    invariant,
    lemma,
    maxima,
    require,
)


class Replica(Sort):
    """Who keeps the log."""


class Value(Sort):
    """What is written."""


class Ballot(Ordered):
    """The terms of leaders; each has one."""


class Slot(Ordered):
    """The places of the log."""


class Vote(Record):
    """What a replica has in a slot."""

    ballot: Ballot
    value: Value


class Prepare(Record):
    """Asks for promises."""

    ballot: Ballot


class Told(Record):
    """A promise, as far as it tells of one slot."""

    replica: Replica
    ballot: Ballot
    slot: Slot
    vote: Vote | None


class Accept(Record):
    """Asks for votes in a slot."""

    ballot: Ballot
    slot: Slot
    value: Value


class Accepted(Record):
    """A vote in a slot."""

    replica: Replica
    ballot: Ballot
    slot: Slot
    value: Value


class SlotPaxos(Model):
    """Agreement on a log."""

    promised: Map[Replica, Ballot | None]
    log: Map[tuple[Replica, Slot], Vote | None]
    network: Set[Prepare | Told | Accept | Accepted]

    @action
    def prepare(self, b: Ballot) -> None:
        """Who wants to lead asks for promises."""
        self.network.add(Prepare(b))

    @action
    def promise(self, n: Replica, b: Ballot) -> None:
        """A replica takes part in no lower ballot, in any slot."""
        require(Prepare(b) in self.network)
        require(self.promised[n] is None or b > self.promised[n])
        self.promised[n] = b

    @action
    def tell(self, n: Replica, b: Ballot, s: Slot) -> None:
        """It says what it has in a slot from before its promise."""
        require(self.promised[n] == b and self.is_older(n, b, s))
        self.network.add(Told(n, b, s, self.log[n, s]))

    def is_older(self, n: Replica, b: Ballot, s: Slot) -> bool:
        """What it has in the slot is from a lower ballot."""
        vote = self.log[n, s]
        return vote is None or vote.ballot < b

    @action
    def propose(self, b: Ballot, s: Slot, v: Value, q: Quorum[Replica]) -> None:
        """A leader that a quorum has told asks for votes in a slot: for the newest vote that it heard of."""
        require(not any(Accept(b, s, w) in self.network for w in Value))
        told = [m for m in self.network.of(Told) if m.ballot == b and m.slot == s and m.replica in q]
        require(all(any(m.replica == n for m in told) for n in q))
        votes = [m.vote for m in told if m.vote is not None]
        require(not votes or any(v == w.value for w in maxima(votes, key=lambda vote: vote.ballot)))
        self.network.add(Accept(b, s, v))

    @action
    def accept(self, n: Replica, b: Ballot, s: Slot, v: Value) -> None:
        """A replica votes, unless it has promised a higher ballot."""
        require(Accept(b, s, v) in self.network)
        require(self.promised[n] is None or b >= self.promised[n])
        self.promised[n] = b
        self.log[n, s] = Vote(b, v)
        self.network.add(Accepted(n, b, s, v))

    # ---------------------------------------------------------------- lemmas

    @lemma
    def one_value_per_ballot(self) -> bool:
        """At most one value is proposed in a slot and ballot."""
        return all(
            v == w
            for b in Ballot
            for s in Slot
            for v in Value
            for w in Value
            if Accept(b, s, v) in self.network and Accept(b, s, w) in self.network
        )

    @lemma
    def accepted_was_proposed(self) -> bool:
        """Votes are for what was proposed in the slot."""
        return all(Accept(m.ballot, m.slot, m.value) in self.network for m in self.network.of(Accepted))

    @lemma
    def promise_is_kept(self) -> bool:
        """Who has told in a ballot has not promised less since."""
        return all(self.reaches(m.replica, m.ballot) for m in self.network.of(Told))

    @lemma
    def accepted_is_promised(self) -> bool:
        """Who has voted in a ballot has promised it."""
        return all(self.reaches(m.replica, m.ballot) for m in self.network.of(Accepted))

    def reaches(self, n: Replica, b: Ballot) -> bool:
        """The replica has promised this ballot, or a higher one."""
        promised = self.promised[n]
        return promised is not None and promised >= b

    @lemma
    def entry_was_accepted(self) -> bool:
        """What a replica has in a slot, it has voted for."""
        return all(
            Accepted(n, b, s, v) in self.network
            for n in Replica
            for b in Ballot
            for s in Slot
            for v in Value
            if self.log[n, s] == Vote(b, v)
        )

    @lemma
    def entry_is_newest(self) -> bool:
        """What a replica has in a slot is the newest of its votes there."""
        return all(self.has(m.replica, m.ballot, m.slot) for m in self.network.of(Accepted))

    def has(self, n: Replica, b: Ballot, s: Slot) -> bool:
        """The replica has a vote of this ballot, or of a higher one, in the slot."""
        vote = self.log[n, s]
        return vote is not None and vote.ballot >= b

    @lemma
    def told_vote_is_older(self) -> bool:
        """What is told was voted for, in a lower ballot."""
        return all(
            m.vote is None
            or (
                m.vote.ballot < m.ballot
                and Accepted(m.replica, m.vote.ballot, m.slot, m.vote.value) in self.network
            )
            for m in self.network.of(Told)
        )

    @lemma
    def nothing_is_hidden(self) -> bool:
        """What is told is at least as new as any vote in the slot from before the ballot."""
        return all(
            m.vote is not None and m.vote.ballot >= c
            for m in self.network.of(Told)
            for c in Ballot
            for v in Value
            if c < m.ballot and Accepted(m.replica, c, m.slot, v) in self.network
        )

    @lemma
    def safe_at(self) -> bool:
        """Below a proposal nothing else can be chosen in its slot."""
        return all(
            any(self.is_past(n, c) and Accepted(n, c, s, w) not in self.network for n in q)
            for b in Ballot
            for s in Slot
            for v in Value
            if Accept(b, s, v) in self.network
            for c in Ballot
            if c < b
            for w in Value
            if w != v
            for q in Quorum[Replica]
        )

    def is_past(self, n: Replica, b: Ballot) -> bool:
        """The replica has promised a higher ballot."""
        promised = self.promised[n]
        return promised is not None and promised > b

    # ---------------------------------------------------------------- what is wanted

    def chosen(self, s: Slot, v: Value) -> bool:
        """A quorum voted for the value in the slot, in one ballot."""
        return any(
            all(Accepted(n, b, s, v) in self.network for n in q) for b in Ballot for q in Quorum[Replica]
        )

    @invariant
    def agreement(self) -> bool:
        """In each slot at most one value is chosen."""
        return all(
            v == w for s in Slot for v in Value for w in Value if self.chosen(s, v) and self.chosen(s, w)
        )

    @cover
    def two_slots_are_chosen(self) -> bool:
        """Different slots can have different values."""
        return any(
            v != w and s != t and self.chosen(s, v) and self.chosen(t, w)
            for s in Slot
            for t in Slot
            for v in Value
            for w in Value
        )
