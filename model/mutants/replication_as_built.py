"""The replication group as it was built, with one rule forgotten: the mutants of `model.replication`
that code can have.

An implementation must go with none of them: `specs/replication_as_built.toml`.
"""

from checker import action, require
from model.mutants import replication as mutants
from model.replication_as_built import ReplicationAsBuilt
from model.replication_messages import Commit, Replica


class AppliesWhatIsNotSynced(ReplicationAsBuilt):
    """A replica applies what is not on its disk yet: after a crash its table may know more than its log."""

    @action
    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, without a look at the disk."""
        require(m in self.network.of(Commit))
        require(m.ballot == self.promised[n])
        require(m.slot.index == len(self.table[n]))
        require(m.slot in self.log[n] and self.log[n][m.slot].ballot == m.ballot)
        self.table[n].append(self.log[n][m.slot].value)


class PromiseNotSynced(mutants.PromiseNotSynced, ReplicationAsBuilt):
    """A promise is sent before it is on the disk: after a crash the replica votes below it."""


class VoteNotSynced(mutants.VoteNotSynced, ReplicationAsBuilt):
    """A vote is sent before it is on the disk: after a crash it is told to nobody."""


class OutboxSurvives(mutants.OutboxSurvives, ReplicationAsBuilt):
    """Messages that waited for the disk are sent after a crash, though what they say is lost."""


class SyncsPromiseOnly(mutants.SyncsPromiseOnly, ReplicationAsBuilt):
    """An fsync writes the promise and leaves the log."""


class SyncsLogOnly(mutants.SyncsLogOnly, ReplicationAsBuilt):
    """An fsync writes the log and leaves the promise."""


class RejoinsWithoutDisk(mutants.RejoinsWithoutDisk, ReplicationAsBuilt):
    """A replica whose disk was lost goes on under its old identity; what it had promised is forgotten."""


class KeepsLeadingAfterCrash(mutants.KeepsLeadingAfterCrash, ReplicationAsBuilt):
    """A leader goes on where it was before a crash, with a table that starts anew."""


class IgnoresPromisedValues(mutants.IgnoresPromisedValues, ReplicationAsBuilt):
    """A new leader proposes no-ops where promises told of values."""


class AdoptsLowest(mutants.AdoptsLowest, ReplicationAsBuilt):
    """A new leader adopts what was accepted in the lowest ballot. Two ballots do not show it."""


class AdoptsItsOwn(mutants.AdoptsItsOwn, ReplicationAsBuilt):
    """A new leader prefers what stands in its own log."""


class AcceptsBelowPromised(mutants.AcceptsBelowPromised, ReplicationAsBuilt):
    """A replica votes in ballots below the one that it has promised."""


class PromisesBelowPromised(mutants.PromisesBelowPromised, ReplicationAsBuilt):
    """A replica promises a ballot below one that it has promised, and falls back to it."""


class ReusesBallots(mutants.ReusesBallots, ReplicationAsBuilt):
    """A replica stands again in a ballot of its own that it has used."""


class SharesBallots(mutants.SharesBallots, ReplicationAsBuilt):
    """Two replicas stand in one ballot."""


class TellsOnlyUnapplied(mutants.TellsOnlyUnapplied, ReplicationAsBuilt):
    """A promise leaves out what the voter has applied, though the candidate has not."""


class KeepsLeadingBelow(mutants.KeepsLeadingBelow, ReplicationAsBuilt):
    """A leader that has promised a higher ballot goes on in it, as if it were its own."""


class OneIsEnough(mutants.OneIsEnough, ReplicationAsBuilt):
    """Any member of the quorum is enough."""


class CommitsOtherBallots(mutants.CommitsOtherBallots, ReplicationAsBuilt):
    """A replica applies what stands in its log when a slot is committed, accepted in whatever ballot."""


class AppliesOutOfOrder(mutants.AppliesOutOfOrder, ReplicationAsBuilt):
    """A replica applies the slot that was committed, whatever it has applied before."""


class CommitsOldEntries(mutants.CommitsOldEntries, ReplicationAsBuilt):
    """A leader applies an entry of an older ballot once a quorum has it, before it has proposed it again."""


class ReadsBeforeBarrier(mutants.ReadsBeforeBarrier, ReplicationAsBuilt):
    """A new leader answers strong reads before it knows all that was acknowledged."""


class ReadsWithoutLease(mutants.ReadsWithoutLease, ReplicationAsBuilt):
    """A leader answers strong reads though another may have the lease."""


class AcknowledgesProposals(mutants.AcknowledgesProposals, ReplicationAsBuilt):
    """The leader acknowledges what it has proposed, before a quorum has it."""


class ReadsTheLog(mutants.ReadsTheLog, ReplicationAsBuilt):
    """A replica answers eventual reads from its log, chosen or not."""


class NoOpsForNothing(mutants.NoOpsForNothing, ReplicationAsBuilt):
    """A leader proposes no-ops where its barrier does not need one."""
