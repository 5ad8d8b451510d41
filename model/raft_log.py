"""A replicated log with terms and truncation: the core of Raft.

Source: Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm (2014), sections 5.2 to 5.4;
the names of the properties are those of its figure 3.

What is left out: rejections (a message that does not fit is simply not taken, which changes nothing but a
term), a leader's notes about its followers (it may send any entry at any time), snapshots, membership. Logs,
terms and votes are never lost. The network loses, repeats and reorders messages: it is the set of all
messages ever sent.
"""

from enum import Enum
from typing import Annotated, Self

from checker import (
    Map,
    Model,
    Ordered,
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    assume,
    cover,
    fault,
    invariant,
    require,
    step_invariant,
)


class Node(Sort):
    """Who keeps a copy of the log."""


class Value(Sort):
    """What is written to the log."""


class Term(Ordered):
    """The periods of leadership. All nodes start in the first, which has no leader and writes no entry."""


class Slot(Ordered):
    """The places of the log: as many entries as a log can hold."""


Length = Annotated[int, Range(0, 4)]
"""How many entries, counted from the start of a log."""


class Role(Enum):
    """What a node takes itself for in its term."""

    FOLLOWER = "follower"
    CANDIDATE = "candidate"
    LEADER = "leader"


class Entry(Record):
    """What a log holds in a slot, and the term whose leader wrote it."""

    term: Term
    value: Value


Log = Seq[Entry, Slot]


class RequestVote(Record):
    """A candidate asks for votes and tells how far its log reaches."""

    term: Term
    candidate: Node
    last_term: Term
    length: Length


class Vote(Record):
    """A node votes for a candidate."""

    term: Term
    voter: Node
    candidate: Node


class AppendEntries(Record):
    """A leader sends the entry after the first `previous` ones, of which `previous_term` wrote the last."""

    term: Term
    leader: Node
    previous: Length
    previous_term: Term
    entry: Entry
    commit: Length


class Appended(Record):
    """A node has the leader's first `length` entries."""

    term: Term
    node: Node
    length: Length


def last_term(log: Log) -> Term:
    """The term of the last entry; of the empty log the first one, in which no entry is written."""
    return log[-1].term if len(log) > 0 else Term.first


class RaftLog(Model):
    """Logs that agree on what is committed, whoever leads."""

    term: Map[Node, Term]
    voted_for: Map[Node, Node | None]
    role: Map[Node, Role]
    log: Map[Node, Log]
    commit: Map[Node, Length]
    network: Set[RequestVote | Vote | AppendEntries | Appended]

    @assume
    def lengths_reach_every_slot(self) -> bool:
        """`Length` counts to four."""
        return len(Slot) <= 4

    # ---------------------------------------------------------------- elections

    @fault("timeout")
    def stand(self, n: Node) -> None:
        """A node that hears from no leader stands in the next term, and votes for itself (5.2).

        It is a fault, so that the gate bounds how often it happens.
        """
        require(self.role[n] != Role.LEADER)
        require(self.term[n] < Term.last)
        self.term[n] = self.term[n].next
        self.role[n] = Role.CANDIDATE
        self.voted_for[n] = n
        self.network.add(RequestVote(self.term[n], n, last_term(self.log[n]), len(self.log[n])))

    @action
    def vote(self, n: Node, m: RequestVote) -> None:
        """A node votes once a term, only for a candidate whose log reaches as far as its own (5.2, 5.4.1).

        It learns the candidate's term either way.
        """
        require(m in self.network.of(RequestVote))
        require(m.candidate != n and m.term >= self.term[n])
        self.learn(n, m.term)
        if self.may_vote(n, m):
            self.voted_for[n] = m.candidate
            self.network.add(Vote(m.term, n, m.candidate))

    def may_vote(self, n: Node, m: RequestVote) -> bool:
        """It has voted for no other in this term, and its log reaches no further.

        A log reaches further if its last entry is of a later term, or of the same one and the log is longer.
        """
        mine = last_term(self.log[n])
        is_free = self.voted_for[n] is None or self.voted_for[n] == m.candidate
        return is_free and (m.last_term > mine or (m.last_term == mine and m.length >= len(self.log[n])))

    def learn(self, n: Node, t: Term) -> None:
        """A node that sees a higher term follows in it, and has not voted in it."""
        if t > self.term[n]:
            self.term[n] = t
            self.role[n] = Role.FOLLOWER
            self.voted_for[n] = None

    @action
    def lead(self, n: Node, q: Quorum[Node]) -> None:
        """A candidate with the votes of a quorum, its own among them, leads its term (5.2)."""
        require(self.role[n] == Role.CANDIDATE)
        require(n in q and all(a == n or Vote(self.term[n], a, n) in self.network for a in q))
        self.role[n] = Role.LEADER

    # ---------------------------------------------------------------- the log

    @action
    def write(self, n: Node, v: Value) -> None:
        """A leader takes a value from a client: it appends it to its own log (5.3)."""
        require(self.role[n] == Role.LEADER)
        require(len(self.log[n]) < len(Slot))
        self.log[n].append(Entry(self.term[n], v))

    @action
    def send(self, n: Node, s: Slot) -> None:
        """A leader sends an entry of its log, with what comes before it and how much is committed (5.3)."""
        require(self.role[n] == Role.LEADER)
        require(s.index < len(self.log[n]))
        entry = self.log[n][s.index]
        before = last_term(self.log[n][: s.index])
        self.network.add(AppendEntries(self.term[n], n, s.index, before, entry, self.commit[n]))

    @action
    def receive(self, n: Node, m: AppendEntries) -> None:
        """A node whose log contains what comes before the entry takes it (5.3).

        An entry in conflict with it goes, and all that follow. When it is there already, nothing goes.
        """
        require(m in self.network.of(AppendEntries))
        require(m.leader != n and m.term >= self.term[n])
        require(self.fits(n, m))
        self.learn(n, m.term)
        self.role[n] = Role.FOLLOWER
        if m.previous < len(self.log[n]) and self.log[n][m.previous] != m.entry:
            self.log[n].truncate(m.previous)
        if m.previous == len(self.log[n]):
            self.log[n].append(m.entry)
        self.commit[n] = max(self.commit[n], min(m.commit, m.previous + 1))
        self.network.add(Appended(m.term, n, m.previous + 1))

    def fits(self, n: Node, m: AppendEntries) -> bool:
        """The log reaches up to the entry, and the entry before it is from the same term as the leader's."""
        return m.previous <= len(self.log[n]) and last_term(self.log[n][: m.previous]) == m.previous_term

    @action
    def advance(self, n: Node, s: Slot, q: Quorum[Node]) -> None:
        """A leader commits an entry of its own term that a quorum has, and all before it (5.3, 5.4.2)."""
        require(self.role[n] == Role.LEADER)
        require(self.commit[n] <= s.index and s.index < len(self.log[n]))
        require(self.may_commit(n, self.log[n][s.index]))
        acks = [m for m in self.network.of(Appended) if m.term == self.term[n] and m.length > s.index]
        require(n in q and all(a == n or any(m.node == a for m in acks) for a in q))
        self.commit[n] = s.index + 1

    def may_commit(self, n: Node, entry: Entry) -> bool:
        """An entry of an older term can still be overwritten although a quorum has it (figure 8)."""
        return entry.term == self.term[n]

    # ---------------------------------------------------------------- properties

    def committed(self, n: Node) -> Log:
        """What a node knows to be committed."""
        return self.log[n][: self.commit[n]]

    @invariant
    def election_safety(self) -> bool:
        """A term has at most one leader."""
        leaders = [n for n in Node if self.role[n] == Role.LEADER]
        return all(a == b for a in leaders for b in leaders if self.term[a] == self.term[b])

    @invariant
    def log_matching(self) -> bool:
        """Two logs with an entry of the same term in the same slot are equal up to it."""
        return all(
            self.log[a][: s.index + 1] == self.log[b][: s.index + 1]
            for a in Node
            for b in Node
            for s in Slot
            if s.index < min(len(self.log[a]), len(self.log[b]))
            and self.log[a][s.index].term == self.log[b][s.index].term
        )

    @invariant
    def leader_completeness(self) -> bool:
        """A leader has everything that a node of its term or an older one knows to be committed."""
        return all(
            self.committed(n).is_prefix_of(self.log[k])
            for k in Node
            for n in Node
            if self.role[k] == Role.LEADER and self.term[k] >= self.term[n]
        )

    @invariant
    def state_machine_safety(self) -> bool:
        """Two nodes agree on what both know to be committed."""
        return all(
            self.committed(a).is_prefix_of(self.committed(b))
            or self.committed(b).is_prefix_of(self.committed(a))
            for a in Node
            for b in Node
        )

    @step_invariant
    def committed_stays(self, old: Self) -> bool:
        """What a node knows to be committed stays so, and stays in its log."""
        return all(
            self.commit[n] >= old.commit[n] and old.committed(n).is_prefix_of(self.log[n]) for n in Node
        )

    @step_invariant
    def terms_rise(self, old: Self) -> bool:
        """A node never returns to an older term."""
        return all(self.term[n] >= old.term[n] for n in Node)

    @step_invariant
    def leader_append_only(self, old: Self) -> bool:
        """A leader changes nothing that is in its log."""
        return all(
            old.log[n].is_prefix_of(self.log[n])
            for n in Node
            if old.role[n] == Role.LEADER and self.role[n] == Role.LEADER
        )

    @step_invariant
    def leaders_stay(self, old: Self) -> bool:
        """Who leads leads on until it learns of a higher term, and does not stand itself (5.2)."""
        return all(
            self.role[n] == Role.LEADER or (self.role[n] == Role.FOLLOWER and self.term[n] > old.term[n])
            for n in Node
            if old.role[n] == Role.LEADER
        )

    @invariant
    def votes_are_of_the_term(self) -> bool:
        """What a node has voted is of its own term: for itself when it stands, else as it has said (5.2)."""
        return all(c is None or self.has_said_so(n, c) for n in Node for c in [self.voted_for[n]])

    def has_said_so(self, n: Node, candidate: Node) -> bool:
        """The candidate stands in the node's term, and has the node's vote unless that is its own."""
        return any(
            m.term == self.term[n] and m.candidate == candidate for m in self.network.of(RequestVote)
        ) and (candidate == n or Vote(self.term[n], n, candidate) in self.network)

    @invariant
    def voters_are_others(self) -> bool:
        """A candidate counts itself without a message, and once."""
        return all(m.voter != m.candidate for m in self.network.of(Vote))

    @invariant
    def candidates_hear_no_leader(self) -> bool:
        """Who has taken an entry from the leader of its term does not stand in it (5.2)."""
        return all(
            self.role[m.node] != Role.CANDIDATE for m in self.appended() if m.term == self.term[m.node]
        )

    def appended(self) -> Set[Appended]:
        """All acknowledgements."""
        return self.network.of(Appended)

    @invariant
    def terms_are_learned(self) -> bool:
        """A node is in the term in which it votes or acknowledges, or in a later one (5.1)."""
        return all(m.term <= self.term[m.voter] for m in self.network.of(Vote)) and all(
            m.term <= self.term[m.node] for m in self.appended()
        )

    @step_invariant
    def acknowledged_is_there(self, old: Self) -> bool:
        """Who acknowledges an entry has it, and as many before it as the leader (5.3)."""
        return all(
            m in old.network
            or any(
                e.term == m.term and e.previous + 1 == m.length and self.has_entry(m.node, e)
                for e in self.network.of(AppendEntries)
            )
            for m in self.appended()
        )

    def has_entry(self, n: Node, m: AppendEntries) -> bool:
        """The log has the leader's entry in its place."""
        return m.previous < len(self.log[n]) and self.log[n][m.previous] == m.entry

    @step_invariant
    def commits_its_own_term(self, old: Self) -> bool:
        """What a leader commits by counting acknowledgements ends with an entry of its own term (5.4.2)."""
        return all(
            self.log[n][self.commit[n] - 1].term == self.term[n]
            for n in Node
            if self.role[n] == Role.LEADER and self.commit[n] > old.commit[n]
        )

    @step_invariant
    def followers_are_told(self, old: Self) -> bool:
        """Who does not lead commits what the leader of its term has said is committed (5.3)."""
        return all(
            any(m.term == self.term[n] and m.commit >= self.commit[n] for m in self.network.of(AppendEntries))
            for n in Node
            if self.role[n] != Role.LEADER and self.commit[n] > old.commit[n]
        )

    @cover
    def everyone_commits(self) -> bool:
        """An entry can be committed on all nodes."""
        return all(self.commit[n] > 0 for n in Node)

    @cover
    def votes_in_the_next_term(self, old: Self) -> bool:
        """A node that has voted for one candidate votes for another when it learns of its term."""
        return any(
            self.term[n] > old.term[n]
            and self.voted_for[n] is not None
            and self.voted_for[n] != n
            and old.voted_for[n] is not None
            and self.voted_for[n] != old.voted_for[n]
            for n in Node
        )

    @cover
    def truncates(self, old: Self) -> bool:
        """A node drops an entry that is in conflict with its leader's."""
        return any(not old.log[n].is_prefix_of(self.log[n]) for n in Node)

    @cover
    def commits_older_term(self, old: Self) -> bool:
        """A leader commits an entry of an older term, by committing one of its own after it."""
        return any(
            old.commit[n] <= s.index and s.index < self.commit[n] and self.log[n][s.index].term < self.term[n]
            for n in Node
            for s in Slot
            if self.role[n] == Role.LEADER and s.index < len(self.log[n])
        )
