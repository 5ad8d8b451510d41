"""Groups whose members change, each of which forgets one rule."""

from checker import Partial, Set, action, fault, present, replace, require
from model.log_replica_changes import with_member, without_member
from model.log_replica_messages import (
    Archived,
    Attempt,
    Config,
    Copy,
    Install,
    Installed,
    Kind,
    Prepare,
    Promise,
    Stamp,
)
from model.log_replica_voting import is_newer, is_storage
from model.log_replicas import LogReplicas
from model.replication_messages import Accept, Accepted, Ballot, Commit, Entry, Replica, Slot, Value


class JoinsEmpty(LogReplicas):
    """A log replica joins without a log. Breaks `caught_up`."""

    def is_caught_up(self, n: Replica, r: Replica) -> bool:
        """As it should be, without the look at what the replica has."""
        return True


class CopiesFromAnyMember(LogReplicas):
    """A log replica joins with the log of a member that lacks what is decided. Breaks `caught_up`."""

    def is_caught_up(self, n: Replica, r: Replica) -> bool:
        """As it should be, but any copy will do."""
        return len(self.network.of(Copy)) > 0


class CatchesUpWithOneEntry(LogReplicas):
    """A log replica joins when it has something of the leader's ballot, not all. Breaks `caught_up`."""

    def is_caught_up(self, n: Replica, r: Replica) -> bool:
        """As it should be, with any for all."""
        return any(self.has_told(n, r, s) for s in Slot if self.answers_for(n, s))


class JoinsWithoutWhatIsTrimmed(LogReplicas):
    """A log replica joins that lacks what its leader has archived, and does not know so. Breaks `caught_up`,
    and then `agreement`: a leader that it elects fills the place."""

    def is_caught_up(self, n: Replica, r: Replica) -> bool:
        """As it should be, of what is in the leader's log."""
        return all(self.has_told(n, r, s) for s in self.log[n] if self.answers_for(n, s))


class DoesNotSeal(LogReplicas):
    """A member elects by a configuration before its own. Breaks `seals_hold`, and then `agreement`."""

    def is_sealed(self, n: Replica, stamp: Stamp) -> bool:
        """As it should be, but never."""
        return False


class LogReplicaLeads(LogReplicas):
    """A log replica stands for election. Breaks `role`."""

    def may_lead(self, n: Replica) -> bool:
        """As it should be, but of either kind."""
        return n in self.config[n].kinds


class LogReplicaReads(LogReplicas):
    """A log replica answers reads. Breaks `role`."""

    def may_read(self, n: Replica) -> bool:
        """As it should be, but of either kind."""
        return n in self.config[n].kinds


class OmitsAcceptedValues(LogReplicas):
    """A log replica promises without telling what it has accepted. Breaks `transferred`, and
    then `agreement`."""

    def vow(self, n: Replica, b: Ballot) -> Promise:
        """As it should be for a storage replica."""
        if is_storage(self.config[n].kinds, n):
            return Promise(b, n, self.log_start[n], self.log[n])
        return Promise(b, n, self.log_start[n], Partial())


class RefusesCandidatesBehind(LogReplicas):
    """A member promises no candidate that lacks an entry of its own, although the candidate could adopt it.

    Breaks `electable`: when the newest entry is on a log replica alone, nobody can be elected.
    """

    def may_promise(self, n: Replica, m: Prepare) -> bool:
        """As it should be, and the candidate has all that the voter has."""
        return super().may_promise(n, m) and any(
            p.ballot == m.ballot and all(s in p.log or s.index < p.start for s in self.log[n])
            for p in self.network.of(Promise)
        )


class ChangesWhilePending(LogReplicas):
    """A leader makes a change while the one before is pending. Breaks `quorum_chain`."""

    def is_installed(self, n: Replica) -> bool:
        """As it should be, but always."""
        return True


class ChangesBeforeOwnEntry(LogReplicas):
    """A leader makes a change before an entry of its own ballot is decided. Breaks
    `caught_up`, and, when it removes, `changes_are_settled`."""

    def is_settled(self, n: Replica) -> bool:
        """As it should be, but always."""
        return True


class SettlesWithOneEntry(LogReplicas):
    """A leader makes a change when an entry of its own ballot is decided, not all. Breaks
    `changes_are_settled`."""

    def is_settled(self, n: Replica) -> bool:
        """As it should be, with any for all."""
        return any(
            self.is_enough(n, Set({k for k in Replica if self.has_told(n, k, s)}))
            for s in Slot
            if self.answers_for(n, s)
        )


class SwapsInOneStep(LogReplicas):
    """A leader puts a log replica in the place of a storage replica. Breaks `quorum_chain`."""

    @action
    def swap(self, n: Replica, r: Replica, k: Replica) -> None:
        """Two changes in one, each of which would be right alone."""
        require(self.may_change(n) and r not in self.config[n].kinds and self.is_caught_up(n, r))
        require(is_storage(self.config[n].kinds, k) and k != n)
        self.change(n, with_member(without_member(self.config[n].kinds, k), r, Kind.LOG), r)


class SwapsLogForStorage(LogReplicas):
    """A leader puts a storage replica in the place of a log replica. Breaks `quorum_chain`."""

    @action
    def swap(self, n: Replica, r: Replica, k: Replica) -> None:
        """Two changes in one, each of which would be right alone."""
        require(self.may_change(n) and r not in self.config[n].kinds and self.is_caught_up(n, r))
        require(self.is_rebuilt(n, r) and self.config[n].kinds.get(k) == Kind.LOG)
        self.change(n, with_member(without_member(self.config[n].kinds, k), r, Kind.STORAGE), r)


class KeepsTheEpoch(LogReplicas):
    """A leader changes the members and not the epoch. Breaks `epoch_unique`."""

    def install_own(self, n: Replica, config: Config) -> None:
        """As it should be, but the stamp stays what it was in the leader's ballot."""
        stamp = self.config[n].stamp
        if stamp.ballot == config.stamp.ballot:
            super().install_own(n, replace(config, stamp=stamp))
        else:
            super().install_own(n, config)


class DoesNotStampItsBallot(LogReplicas):
    """A new leader takes the configuration over as it is. Breaks
    `leaders_own_their_members`."""

    def install_own(self, n: Replica, config: Config) -> None:
        """As it should be, with the ballot of whoever led before."""
        super().install_own(n, replace(config, stamp=Stamp(self.config[n].stamp.ballot, config.stamp.epoch)))


class PromotesWithoutItems(LogReplicas):
    """A leader makes a log replica a storage replica before it has the items. Breaks `promoted_whole`."""

    def is_rebuilt(self, n: Replica, r: Replica) -> bool:
        """As it should be, but always."""
        return True


class AppliesOverAGap(LogReplicas):
    """A replica applies what is committed without what comes before. Breaks `tables_are_right`."""

    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, in any order."""
        require(m in self.network.of(Commit))
        require(not self.failed[n] and self.keeps_items(n))
        require(m.slot.index >= len(self.table[n]))
        require(m.slot in self.log[n] and self.log[n][m.slot].ballot == m.ballot)
        self.append(n, self.log[n][m.slot].value)


class AppliesWhatItHappensToHave(LogReplicas):
    """A replica applies its own entry where one of another ballot is committed. Breaks `tables_are_right`."""

    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, without the ballot."""
        require(m in self.network.of(Commit))
        require(not self.failed[n] and self.keeps_items(n))
        require(m.slot.index == len(self.table[n]) and m.slot in self.log[n])
        self.append(n, self.log[n][m.slot].value)


class RemovesDownToOne(LogReplicas):
    """A leader removes members until it is alone. Breaks `rebuildable`."""

    def remove(self, n: Replica, r: Replica) -> None:
        """As it should be, without the least number."""
        require(self.may_change(n) and r in self.config[n].kinds and r != n)
        self.change(n, without_member(self.config[n].kinds, r), None)


class CountsStrangers(LogReplicas):
    """A leader counts whoever has voted, members or not. Breaks `transferred`, and then `agreement`."""

    def is_enough(self, n: Replica, voters: Set[Replica]) -> bool:
        """As it should be, by number."""
        return 2 * len(voters) > len(self.config[n].kinds)


class FollowsEarlierConfigurations(LogReplicas):
    """A replica follows any configuration that it is sent. Breaks `configs_rise`."""

    def install(self, n: Replica, m: Install) -> None:
        """As it should be, without the comparison."""
        require(m in self.network.of(Install))
        require(not self.failed[n] and m.config != self.config[n])
        require(n in self.config[n].kinds or n in m.config.kinds)
        self.config[n] = m.config
        self.attempt[n] = None
        self.send(n, Installed(m.config.stamp, n))


class VotesBelowItsPromise(LogReplicas):
    """A member votes in a ballot below its promise. Breaks `votes_follow_promises`, and then `agreement`."""

    def accept(self, n: Replica, m: Accept) -> None:
        """As it should be, without the comparison."""
        require(m in self.network.of(Accept))
        require(not self.failed[n] and n in self.config[n].kinds)
        require(m.slot.index >= self.log_start[n])
        self.follow(n, m.ballot)
        self.log[n][m.slot] = Entry(m.ballot, m.value)
        self.send(n, Accepted(m.ballot, m.slot, m.value, n))


class AdoptsTheLowest(LogReplicas):
    """A new leader proposes again what was accepted in the lowest ballot. Breaks `transferred`,
    and then `agreement`."""

    def adopted(self, told: Set[Entry]) -> Value | None:
        """As it should be, with min for max."""
        return min(told, key=lambda e: e.ballot).value if told else None


class ForgetsWhatItWasTold(LogReplicas):
    """A new leader proposes no-ops where it was told of entries. Breaks `transferred`, and then
    `agreement`."""

    def adopted(self, told: Set[Entry]) -> Value | None:
        """As it should be when nothing was told."""
        return None


class VotesForACopyDespiteItsPromise(LogReplicas):
    """A spare replica votes for all that it was sent, promised or not. Breaks `votes_follow_promises`."""

    def take(self, n: Replica, m: Copy) -> None:
        """As it should be, without the comparison."""
        require(m in self.network.of(Copy))
        require(not self.failed[n] and n not in self.config[n].kinds)
        require(m.start >= self.log_start[n])
        self.log_start[n] = m.start
        for s in Slot:
            self.merge(n, s, m)
        if len(m.log) > 0:
            self.follow(n, max(e.ballot for e in m.log.values()))
        for s, e in m.log.items():
            self.send(n, Accepted(e.ballot, s, e.value, n))


class TruncatesWhatIsNotArchived(LogReplicas):
    """A member drops what it has applied, archived or not. Breaks `dropped_is_archived`."""

    @fault("truncate")
    def drop(self, n: Replica, s: Slot) -> None:
        """As `truncate` should be, without the archive."""
        require(s in self.log[n] and s.index == self.log_start[n] and s.index < len(self.table[n]))
        del self.log[n][s]
        self.log_start[n] += 1


class ArchivesWhatIsNotDecided(LogReplicas):
    """A leader archives what it has proposed. Breaks `archive_sound`."""

    def archive(self, n: Replica, s: Slot) -> None:
        """As it should be, from the log and not from the items."""
        require(self.leads(n) and s in self.log[n] and s == Slot.first)
        self.network.add(Archived(s, self.log[n][s].value))


class ProposesWhereOthersHaveTruncated(LogReplicas):
    """A new leader ignores that a voter has dropped what is archived. Breaks `agreement`."""

    def lead(self, n: Replica, voters: Set[Replica]) -> None:
        """As it should be, but slots begin where its own log does."""
        mine = present(self.attempt[n])
        require(not self.failed[n] and not mine.elected)
        b = present(self.promised[n])
        require(self.is_enough(n, voters))
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.voter in voters]
        require(all(any(m.voter == k for m in promises) for k in voters))
        base = self.log_start[n]
        top = max((s.index + 1 for m in promises for s in m.log), default=0)
        for s in Slot:
            if base <= s.index and s.index < top:
                self.put(n, s, self.adopted(Set({m.log[s] for m in promises if s in m.log})))
        self.attempt[n] = Attempt(elected=True, base=base, added=None)
        self.install_own(n, Config(Stamp(b, self.config[n].stamp.epoch), self.config[n].kinds))


class LeadsOnWhenReplaced(LogReplicas):
    """A leader goes on by the configuration of a later one. Breaks `leaders_own_their_members`."""

    def install(self, n: Replica, m: Install) -> None:
        """As it should be, but the attempt goes on."""
        require(m in self.network.of(Install))
        require(not self.failed[n] and is_newer(m.config.stamp, self.config[n].stamp))
        require(n in self.config[n].kinds or n in m.config.kinds)
        self.config[n] = m.config
        self.send(n, Installed(m.config.stamp, n))


class InstallsBelowItsPromise(LogReplicas):
    """A replica that has elected another leader installs what an earlier one made. Breaks
    `configs_keep_promises`, then `quorum_chain`, and then `agreement`."""

    def may_follow(self, n: Replica, b: Ballot) -> bool:
        """As it should be, whatever it has promised."""
        return True


class AnnouncesWithoutLeading(LogReplicas):
    """A follower that sees that a majority has voted announces it. Breaks `leaders_announce`."""

    def commit(self, n: Replica, s: Slot, voters: Set[Replica]) -> None:
        """As it should be, whoever does it."""
        require(s in self.log[n] and s.index == len(self.table[n]))
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        require(self.is_enough(n, voters))
        require(all(Accepted(entry.ballot, s, entry.value, k) in self.network for k in voters))
        self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))


class SaysItFollowsAndDoesNot(LogReplicas):
    """A replica answers that it has installed a configuration, and goes on as before. Breaks
    `installed_is_followed`: what should be sealed is not."""

    def install(self, n: Replica, m: Install) -> None:
        """As it should be, but its configuration stays."""
        require(m in self.network.of(Install))
        before = self.config[n]
        super().install(n, m)
        self.config[n] = before


class InstallsWithoutAnAnswer(LogReplicas):
    """A replica installs a configuration and does not say so. Breaks `configs_are_made`."""

    def install(self, n: Replica, m: Install) -> None:
        """As it should be, but what is sent is taken back."""
        require(m in self.network.of(Install))
        super().install(n, m)
        self.network.discard(Installed(m.config.stamp, n))


class LogReplicaApplies(LogReplicas):
    """A log replica keeps items, from the first slot on. Breaks `items_come_whole`."""

    def keeps_items(self, n: Replica) -> bool:
        """As it should be, but always."""
        return True


class DropsBeforeItApplies(LogReplicas):
    """A storage replica drops what is archived before it has applied it. Breaks `dropped_is_archived`."""

    def truncate(self, n: Replica, m: Archived) -> None:
        """As it should be, without a look at the items."""
        require(m in self.network.of(Archived))
        require(not self.failed[n] and m.slot in self.log[n] and m.slot.index == self.log_start[n])
        del self.log[n][m.slot]
        self.log_start[n] += 1


class ArchivesOutOfOrder(LogReplicas):
    """A leader archives a slot before those below it. Breaks `archive_is_whole`."""

    def archive(self, n: Replica, s: Slot) -> None:
        """As it should be, in any order."""
        require(self.leads(n) and s.index < len(self.table[n]))
        self.network.add(Archived(s, self.table[n][s.index]))
