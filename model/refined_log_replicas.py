"""The group whose members change beside what it is for: one replicated log, in however many epochs.

Which members have to vote for a write depends on when that is asked. Were it a majority of the present ones,
what is chosen would not stay so: of the members A, B, C let A and C have voted; when C is removed, A alone is
no majority of A and B. (Nothing is lost: every majority of A and B has A in it.) Were it a majority of any
members that the leader has made in its ballot, too much would be chosen: C may still vote when it is removed,
and A and C are a majority of the members before, but later leaders need neither of them. And were it what a
leader announces, nothing would be said of what was decided and not announced. So it is a history: a write is
chosen in the step in which a majority of the members that the leader of its ballot made last has voted for
it, whoever knows of it, and then it stays so.

That step is a vote of a member. Where a majority comes about because the members change under votes that
were given, or by the vote of a replica that joins and does not know so yet, it may be one for several slots
at once; these writes are chosen one by one, with the next vote for them, or when the leader announces them.
"""

from checker import Ghost, Set, invariant, majority, refines, require
from model.abstract.chained_logs import ChainedLogs, Choice
from model.abstract.replicated_log import ReplicatedLog, Write
from model.log_replica_messages import Config, Install
from model.log_replica_voting import members_of
from model.log_replicas import LogReplicas
from model.replication_messages import Accept, Accepted, Ballot, Commit, Replica, Slot, Value


class RefinedLogReplicas(LogReplicas):
    """What each epoch's members choose is a log of its own; the logs are chained, and so one log."""

    chosen: Ghost[Set[Choice]]

    # ---------------------------------------------------------------- the history

    def accept(self, n: Replica, m: Accept) -> None:
        """The vote may be the one that was missing."""
        require(m in self.network.of(Accept))
        super().accept(n, m)
        self.remember(m.ballot, m.slot, m.value)

    def commit(self, n: Replica, s: Slot, voters: Set[Replica]) -> None:
        """What is announced is chosen, now at the latest."""
        super().commit(n, s, voters)
        self.remember(self.log[n][s].ballot, s, self.log[n][s].value)

    def remember(self, b: Ballot, s: Slot, v: Value | None) -> None:
        """If a majority of the ballot's last members has voted for it, they have chosen it."""
        votes = [m for m in self.network.of(Accepted) if m.ballot == b and m.slot == s and m.value == v]
        voters = Set({m.voter for m in votes})
        self.chosen |= Set(
            {
                Choice(b, m.config.stamp.epoch, Write(s, v))
                for m in self.network.of(Install)
                if m.config.stamp.ballot == b
                if self.is_last(m.config) and majority(voters, members_of(m.config.kinds))
            }
        )

    def is_last(self, c: Config) -> bool:
        """The leader that made it has made no other since."""
        return all(
            m.config.stamp.epoch <= c.stamp.epoch
            for m in self.network.of(Install)
            if m.config.stamp.ballot == c.stamp.ballot
        )

    # ---------------------------------------------------------------- what it is for

    @refines(ReplicatedLog)
    def is_a_log(self) -> ReplicatedLog:
        """What was chosen in any epoch."""
        return ReplicatedLog(chosen=Set({c.write for c in self.chosen}))

    @refines(ChainedLogs)
    def is_a_chain(self) -> ChainedLogs:
        """What was chosen, by the members of which epoch."""
        return ChainedLogs(chosen=self.chosen)

    @invariant
    def announced_is_chosen(self) -> bool:
        """What a leader announces, the members of some epoch have chosen."""
        return all(
            any(c.write == Write(a.slot, a.value) for c in self.chosen)
            for a in self.network.of(Accept)
            if Commit(a.ballot, a.slot) in self.network
        )

    @invariant
    def inherited(self) -> bool:
        """What was chosen in an epoch, whoever may be elected in any other learns of: no majority that can
        elect lacks it, or does not know it to be archived. So the logs are chained; `transferred` is what is
        announced of it.
        """
        return all(
            not majority(
                Set({k for k in m.config.kinds if self.may_elect_without(k, m.config, c.write)}),
                members_of(m.config.kinds),
            )
            for c in self.chosen
            for m in self.network.of(Install)
        )

    def may_elect_without(self, k: Replica, c: Config, w: Write) -> bool:
        """The replica can elect a leader of these members, and has not got this write."""
        return self.may_elect(k, c.stamp) and not self.knows(k, w.slot, w.value)
