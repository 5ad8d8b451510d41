"""Groups whose members change, and whose replicas keep, or say, what is not true."""

from checker import Set, action, fault, require
from model.log_replica_messages import Archived, Copy, Kinds, Rebuilt, Snapshot, Trimmed
from model.log_replicas import LogReplicas
from model.replication_messages import Accept, Ballot, Entry, Replica, Slot


class OwnsNoBallot(LogReplicas):
    """Another candidate may stand in the same ballot. Breaks `ballots_have_owners`, and then
    `ballot_unique`."""

    def stand(self, n: Replica, b: Ballot) -> None:
        """As it should be, but the ballot is anybody's."""
        super().stand(n, b)
        del self.owner[b]


class CopiesWithoutAPromise(LogReplicas):
    """A spare replica takes a log, and promises nothing by that. Breaks `entries_are_promised`."""

    def take(self, n: Replica, m: Copy) -> None:
        """As it should be, but its promise stays."""
        require(m in self.network.of(Copy))
        before = self.promised[n]
        super().take(n, m)
        self.promised[n] = before


class KeepsWhatItDrops(LogReplicas):
    """A member says that it has dropped an entry, and has it. Breaks `dropped_stays_dropped`."""

    def truncate(self, n: Replica, m: Archived) -> None:
        """As it should be, but the log stays."""
        require(m in self.network.of(Archived))
        before = self.log[n]
        super().truncate(n, m)
        self.log[n] = before


class MergesOlderEntries(LogReplicas):
    """A replica that takes a copy takes all of it, be it older than what it has. Breaks `entries_rise`."""

    def merge(self, n: Replica, s: Slot, m: Copy) -> None:
        """As it should be, but the copy wins."""
        super().merge(n, s, m)
        if s in m.log and m.start <= s.index:
            self.log[n][s] = m.log[s]


class SparesOverhear(LogReplicas):
    """A replica that is no member writes what is proposed to others. Breaks `spares_take_copies`."""

    @action
    def overhear(self, n: Replica, m: Accept) -> None:
        """As members do, without a vote."""
        require(m in self.network.of(Accept))
        require(not self.failed[n] and n not in self.config[n].kinds)
        self.follow(n, m.ballot)
        self.log[n][m.slot] = Entry(m.ballot, m.value)


class FailsAndKeepsItsLog(LogReplicas):
    """A replica that is lost for ever has its log. Breaks `the_failed_are_gone`."""

    def fail(self, n: Replica) -> None:
        """As it should be, but the log stays."""
        before = self.log[n]
        super().fail(n)
        self.log[n] = before


class PromisesAfterAVote(LogReplicas):
    """A member promises a ballot again when it has voted in it. Breaks `promises_come_first`."""

    def may_repeat(self, n: Replica, b: Ballot) -> bool:
        """As it should be, whatever is in the log."""
        return self.promised[n] == b


class FillsSlotsThatAreNoHoles(LogReplicas):
    """A new leader that was told of nothing proposes a no-op. Breaks `no_ops_are_needed`."""

    def lead(self, n: Replica, voters: Set[Replica]) -> None:
        """As it should be, and the first slot is not left empty."""
        super().lead(n, voters)
        if len(self.log[n]) == 0:
            self.put(n, Slot.first, None)


class SparesLend(LogReplicas):
    """A replica that is no member sends its log for a copy. Breaks `copies_are_logs`."""

    @fault("copy")
    def lend(self, n: Replica) -> None:
        """As members do."""
        require(not self.failed[n] and n not in self.config[n].kinds)
        self.network.add(Copy(self.log_start[n], self.log[n]))


class TruncatesInSilence(LogReplicas):
    """A member drops an entry, and does not say so. Breaks `dropping_is_told`."""

    def truncate(self, n: Replica, m: Archived) -> None:
        """As it should be, but what is sent is taken back."""
        require(m in self.network.of(Archived))
        super().truncate(n, m)
        self.network.discard(Trimmed(n, self.log_start[n]))


class RebuildsInSilence(LogReplicas):
    """A replica takes a snapshot, and does not say so. Breaks `rebuilding_is_told`."""

    def rebuild(self, n: Replica, m: Snapshot) -> None:
        """As it should be, but what is sent is taken back."""
        require(m in self.network.of(Snapshot))
        super().rebuild(n, m)
        self.network.discard(Rebuilt(n, len(self.table[n])))


class ChangesTheEpochAlone(LogReplicas):
    """A leader makes a configuration of the same members. Breaks `one_change_at_a_time`."""

    def change(self, n: Replica, kinds: Kinds, added: Replica | None) -> None:
        """As it should be, but nobody comes or goes."""
        super().change(n, self.config[n].kinds, added)
