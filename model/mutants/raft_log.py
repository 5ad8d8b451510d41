"""The replicated log with one rule forgotten.

Each class overrides one rule of `model.raft_log` and names the property that it breaks first; the shortest
violations are in `specs/raft_log.toml`.
"""

from checker import Quorum, require
from model.raft_log import (
    Appended,
    AppendEntries,
    Entry,
    Node,
    RaftLog,
    RequestVote,
    Role,
    Slot,
    Term,
    Value,
    Vote,
)
from model.raft_log_figure_8 import RaftLogFigure8


class VotesTwice(RaftLog):
    """A node does not write down for whom it voted, and votes again. Breaks `election_safety`."""

    def vote(self, n: Node, m: RequestVote) -> None:
        """As it should be, but `voted_for` stays."""
        require(m in self.network.of(RequestVote))
        require(m.candidate != n and m.term >= self.term[n])
        self.learn(n, m.term)
        if self.may_vote(n, m):
            self.network.add(Vote(m.term, n, m.candidate))


class VotesForAnyLog(RaftLog):
    """A node votes for candidates however far their logs reach. Breaks `leader_completeness`."""

    def may_vote(self, n: Node, m: RequestVote) -> bool:
        """As it should be, without the comparison of the logs."""
        return self.voted_for[n] is None or self.voted_for[n] == m.candidate


class ComparesLengthsOnly(RaftLogFigure8):
    """A node takes the longer log for the newer one, whatever its last term. Breaks `leader_completeness`.

    It shows when logs of different terms already exist, as in the model that it starts from.
    """

    def may_vote(self, n: Node, m: RequestVote) -> bool:
        """As it should be, without the terms."""
        is_free = self.voted_for[n] is None or self.voted_for[n] == m.candidate
        return is_free and m.length >= len(self.log[n])


class CommitsOlderTerms(RaftLogFigure8):
    """A leader commits an entry of an older term because a quorum has it. Breaks `leader_completeness`.

    Four elections are needed; see the model that it starts from.
    """

    def may_commit(self, n: Node, entry: Entry) -> bool:
        """As it should be, without the look at the term."""
        return True


class CountsOldAcknowledgements(RaftLog):
    """A leader counts what nodes said they had in an earlier term. Breaks `leader_completeness`."""

    def advance(self, n: Node, s: Slot, q: Quorum[Node]) -> None:
        """As it should be, without the term of an acknowledgement."""
        require(self.role[n] == Role.LEADER)
        require(self.commit[n] <= s.index and s.index < len(self.log[n]))
        require(self.may_commit(n, self.log[n][s.index]))
        acks = [m for m in self.network.of(Appended) if m.length > s.index]
        require(n in q and all(a == n or any(m.node == a for m in acks) for a in q))
        self.commit[n] = s.index + 1


class AppendsWithoutCheck(RaftLog):
    """A node appends an entry without comparing what comes before it. Breaks `log_matching`."""

    def fits(self, n: Node, m: AppendEntries) -> bool:
        """As it should be, without the term of the entry before."""
        return m.previous <= len(self.log[n])


class TruncatesWhatMatches(RaftLog):
    """A node drops what follows a received entry, in conflict or not. Breaks `committed_stays`."""

    def receive(self, n: Node, m: AppendEntries) -> None:
        """As it should be, without the comparison before the truncation: a late message undoes later ones."""
        require(m in self.network.of(AppendEntries))
        require(m.leader != n and m.term >= self.term[n])
        require(self.fits(n, m))
        self.learn(n, m.term)
        self.role[n] = Role.FOLLOWER
        self.log[n].truncate(m.previous)
        self.log[n].append(m.entry)
        self.commit[n] = max(self.commit[n], min(m.commit, m.previous + 1))
        self.network.add(Appended(m.term, n, m.previous + 1))


class KeepsConflictingEntries(RaftLog):
    """A node keeps an entry in conflict with its leader's, and acknowledges. Breaks `leader_completeness`."""

    def receive(self, n: Node, m: AppendEntries) -> None:
        """As it should be, without the truncation."""
        require(m in self.network.of(AppendEntries))
        require(m.leader != n and m.term >= self.term[n])
        require(self.fits(n, m))
        self.learn(n, m.term)
        self.role[n] = Role.FOLLOWER
        if m.previous == len(self.log[n]):
            self.log[n].append(m.entry)
        self.commit[n] = max(self.commit[n], min(m.commit, m.previous + 1))
        self.network.add(Appended(m.term, n, m.previous + 1))


class CommitsWhatItHasNotCompared(RaftLog):
    """A node commits entries that it has not compared with its leader's. Breaks `leader_completeness`."""

    def receive(self, n: Node, m: AppendEntries) -> None:
        """As it should be, but up to the end of its own log, which may still be in conflict."""
        require(m in self.network.of(AppendEntries))
        require(m.leader != n and m.term >= self.term[n])
        require(self.fits(n, m))
        self.learn(n, m.term)
        self.role[n] = Role.FOLLOWER
        if m.previous < len(self.log[n]) and self.log[n][m.previous] != m.entry:
            self.log[n].truncate(m.previous)
        if m.previous == len(self.log[n]):
            self.log[n].append(m.entry)
        self.commit[n] = max(self.commit[n], min(m.commit, len(self.log[n])))
        self.network.add(Appended(m.term, n, m.previous + 1))


class HearsDeposedLeaders(RaftLog):
    """A node takes entries from the leader of an older term than its own. Breaks `leader_completeness`."""

    def receive(self, n: Node, m: AppendEntries) -> None:
        """As it should be, without the look at the message's term."""
        require(m in self.network.of(AppendEntries))
        require(m.leader != n)
        require(self.fits(n, m))
        self.learn(n, m.term)
        self.role[n] = Role.FOLLOWER
        if m.previous < len(self.log[n]) and self.log[n][m.previous] != m.entry:
            self.log[n].truncate(m.previous)
        if m.previous == len(self.log[n]):
            self.log[n].append(m.entry)
        self.commit[n] = max(self.commit[n], min(m.commit, m.previous + 1))
        self.network.add(Appended(m.term, n, m.previous + 1))


class ReturnsToOlderTerms(RaftLog):
    """A node takes over the term of any candidate that it hears, older ones too. Breaks `terms_rise`."""

    def vote(self, n: Node, m: RequestVote) -> None:
        """As it should be, without the comparison of the terms."""
        require(m in self.network.of(RequestVote))
        require(m.candidate != n)
        if m.term != self.term[n]:
            self.term[n] = m.term
            self.role[n] = Role.FOLLOWER
            self.voted_for[n] = None
        if self.may_vote(n, m):
            self.voted_for[n] = m.candidate
            self.network.add(Vote(m.term, n, m.candidate))


class OverwritesWhenFull(RaftLog):
    """A leader whose log is full writes over its last entry. Breaks `leader_append_only`."""

    def write(self, n: Node, v: Value) -> None:
        """As it should be, but a full log is made shorter first."""
        require(self.role[n] == Role.LEADER)
        if len(self.log[n]) == len(Slot):
            self.log[n].truncate(len(Slot) - 1)
        self.log[n].append(Entry(self.term[n], v))


class LeadersStand(RaftLog):
    """A leader that hears from nobody stands again. Breaks `leaders_stay`."""

    def stand(self, n: Node) -> None:
        """As it should be, whatever it takes itself for."""
        if self.role[n] == Role.LEADER:
            self.role[n] = Role.FOLLOWER
        super().stand(n)


class KeepsItsVote(RaftLog):
    """A node's vote of an older term counts in the next. Breaks `votes_are_of_the_term`."""

    def learn(self, n: Node, t: Term) -> None:
        """As it should be, but `voted_for` stays."""
        before = self.voted_for[n]
        super().learn(n, t)
        self.voted_for[n] = before


class VotesForItself(RaftLog):
    """A candidate answers its own question. Breaks `voters_are_others`."""

    def vote(self, n: Node, m: RequestVote) -> None:
        """As it should be, whoever asks."""
        require(m in self.network.of(RequestVote))
        require(m.term >= self.term[n])
        self.learn(n, m.term)
        if self.may_vote(n, m):
            self.voted_for[n] = m.candidate
            self.network.add(Vote(m.term, n, m.candidate))


class StandsAgainstALeader(RaftLog):
    """A candidate that hears the leader of its term stands on. Breaks `candidates_hear_no_leader`."""

    def receive(self, n: Node, m: AppendEntries) -> None:
        """As it should be, but it takes itself for what it did before."""
        require(m in self.network.of(AppendEntries))
        before = self.role[n]
        super().receive(n, m)
        self.role[n] = before


class DoesNotLearnTheTerm(RaftLog):
    """A node acknowledges an entry, and stays in its older term. Breaks `terms_are_learned`."""

    def receive(self, n: Node, m: AppendEntries) -> None:
        """As it should be, but the term is not noted."""
        require(m in self.network.of(AppendEntries))
        before = self.term[n]
        super().receive(n, m)
        self.term[n] = before


class AcknowledgesOneMore(RaftLog):
    """A node acknowledges the entry after the one that it has taken. Breaks `acknowledged_is_there`."""

    def receive(self, n: Node, m: AppendEntries) -> None:
        """As it should be, and one more message."""
        require(m in self.network.of(AppendEntries))
        super().receive(n, m)
        self.network.add(Appended(m.term, n, m.previous + 2))


class FollowersCount(RaftLog):
    """A follower counts acknowledgements, as its leader does. Breaks `followers_are_told`."""

    def advance(self, n: Node, s: Slot, q: Quorum[Node]) -> None:
        """As it should be, whoever leads."""
        before = self.role[n]
        self.role[n] = Role.LEADER
        super().advance(n, s, q)
        self.role[n] = before
