"""The replication group with a rule of votes weakened, in ways that no change of one operator makes."""

from checker import Partial, action, require
from model.atomic_replication import AtomicReplication
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Entry,
    Length,
    Prepare,
    Promise,
    Replica,
    Slot,
)


class KeepsWhatItHas(AtomicReplication):
    """A replica that has an entry in a slot says that it voted for another, and keeps its own."""

    def accept(self, n: Replica, m: Accept) -> None:
        """As it should be, but the first entry stays."""
        require(m in self.network.of(Accept))
        require(self.member[n])
        require(self.may_vote(n, m.ballot))
        self.follow(n, m.ballot)
        if m.slot not in self.log[n]:
            self.log[n][m.slot] = Entry(m.ballot, m.value)
        self.send(n, Accepted(m.ballot, m.slot, m.value, n))


class CutsItsLog(AtomicReplication):
    """A replica that votes in a slot drops its entries in later ones."""

    def accept(self, n: Replica, m: Accept) -> None:
        """As it should be, with the rest of the log cut off."""
        require(m in self.network.of(Accept))
        require(self.member[n])
        require(self.may_vote(n, m.ballot))
        entry = Entry(m.ballot, m.value)
        require(self.log[n].get(m.slot) != entry)
        self.follow(n, m.ballot)
        self.log[n] = Partial({s: e for s, e in self.log[n].items() if s < m.slot})
        self.log[n][m.slot] = entry
        self.send(n, Accepted(m.ballot, m.slot, m.value, n))


class TellsTheLastSlot(AtomicReplication):
    """A promise tells of the last slot of the log alone."""

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """As it should be, of one slot."""
        told = Partial({s: e for s, e in self.log[n].items() if all(k <= s for k in self.log[n])})
        return Promise(b, n, Partial({s: e for s, e in told.items() if s.index >= above}))


class TellsTheFirstSlot(AtomicReplication):
    """A promise tells of the first slot that it is asked for, alone."""

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """As it should be, of one slot."""
        return Promise(b, n, Partial({s: self.log[n][s] for s in self.log[n] if s.index == above}))


class TellsItsLatestBallot(AtomicReplication):
    """A promise tells only what was accepted in the highest ballot of the log."""

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """As it should be, of one ballot."""
        entries = self.log[n]
        told = Partial(
            {s: e for s, e in entries.items() if all(k.ballot <= e.ballot for k in entries.values())}
        )
        return Promise(b, n, Partial({s: e for s, e in told.items() if s.index >= above}))


class TellsNoNoOps(AtomicReplication):
    """A promise tells of values, and leaves out no-ops."""

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """As it should be, without no-ops."""
        told = Partial({s: e for s, e in self.log[n].items() if e.value is not None})
        return Promise(b, n, Partial({s: e for s, e in told.items() if s.index >= above}))


class CandidateHidesItsLog(AtomicReplication):
    """A candidate does not tell itself what it has accepted."""

    def prepare(self, n: Replica, b: Ballot) -> None:
        """As it should be, but its own promise is empty."""
        super().prepare(n, b)
        self.network.discard(self.vow(n, b, len(self.table[n])))
        self.send(n, Promise(b, n, Partial()))


class VotesInWhatItHasVoted(AtomicReplication):
    """A replica votes below its promise in a ballot in which it has voted before."""

    def may_vote(self, n: Replica, b: Ballot) -> bool:
        """As it should be, or as before."""
        return super().may_vote(n, b) or any(e.ballot == b for e in self.log[n].values())


class PromisesWhatItHasVoted(AtomicReplication):
    """A replica repeats a promise of a ballot in which it has voted, though it has promised more since."""

    def may_repeat_promise(self, n: Replica, b: Ballot) -> bool:
        """As it should be, or as before."""
        return super().may_repeat_promise(n, b) or any(e.ballot == b for e in self.log[n].values())


class LosesItsLogAlone(AtomicReplication):
    """A replica whose log is lost, and whose promise is not, stays a member."""

    def lose_disk(self, n: Replica) -> None:
        """As it should be, but it is as if it had never voted."""
        self.leadership[n] = None
        self.table[n].clear()
        self.log[n].clear()


class StaysIfItHasNotVoted(AtomicReplication):
    """A replica that had an empty log when its disk was lost stays a member: it may have promised."""

    def lose_disk(self, n: Replica) -> None:
        """As it should be, if it had voted."""
        voted = len(self.log[n]) > 0
        self.leadership[n] = None
        self.table[n].clear()
        self.promised[n] = None
        self.log[n].clear()
        if voted:
            self.forget_who_it_was(n)


class AnswersAnOlderCandidate(AtomicReplication):
    """A replica promises an older ballot again, in which it has promised before, without falling back."""

    @action
    def answer_again(self, n: Replica, m: Prepare) -> None:
        """The promise tells what is in the log by now."""
        require(m in self.network.of(Prepare))
        require(self.member[n])
        require(any(p.ballot == m.ballot and p.voter == n for p in self.network.of(Promise)))
        self.send(n, self.vow(n, m.ballot, m.above))


class AppliesOlderEntries(AtomicReplication):
    """A replica applies its entry when a slot is committed in its ballot or in a later one."""

    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, with an older entry."""
        require(m in self.network.of(Commit))
        require(m.slot.index == len(self.table[n]))
        require(m.slot in self.log[n] and self.log[n][m.slot].ballot <= m.ballot)
        self.table[n].append(self.log[n][m.slot].value)


class AppliesBelowACommit(AtomicReplication):
    """A replica applies its next entry when any slot is committed that does not lie below it."""

    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, in whatever ballot the next entry is."""
        require(m in self.network.of(Commit))
        require(m.slot.index >= len(self.table[n]) and len(self.table[n]) < len(Slot))
        s = Slot.at(len(self.table[n]))
        require(s in self.log[n])
        self.table[n].append(self.log[n][s].value)


class AppliesNewerEntries(AtomicReplication):
    """A replica applies its entry when a slot is committed in its ballot or in an earlier one."""

    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, with a newer entry: its leader has adopted what was chosen."""
        require(m in self.network.of(Commit))
        require(m.slot.index == len(self.table[n]))
        require(m.slot in self.log[n] and self.log[n][m.slot].ballot >= m.ballot)
        self.table[n].append(self.log[n][m.slot].value)
