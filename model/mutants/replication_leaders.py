"""The replication group with one rule of candidates and leaders forgotten.

Most of them do no client any harm in a small scope, or ever. They are here because a group does not do such
things: what is said of its inside notices at once. `specs/atomic_replication.toml` says which property does.
"""

from checker import Quorum, Set, action, present, require
from model.atomic_replication import AtomicReplication
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Entry,
    Leadership,
    Prepare,
    Promise,
    Replica,
    Slot,
    Value,
)
from model.replication_rules import slot_after


class StepsDownForNothing(AtomicReplication):
    """A leader gives up when it hears of its own ballot once more."""

    def follow(self, n: Replica, b: Ballot) -> None:
        """As it should be, whatever the ballot."""
        self.leadership[n] = None
        self.promised[n] = b


class AsksForTooLittle(AtomicReplication):
    """A candidate asks only for what lies after its log, and never proposes its own entries again."""

    def prepare(self, n: Replica, b: Ballot) -> None:
        """As it should be, but counted in the log."""
        require(self.member[n])
        require(self.may_stand(n, b))
        self.owner[b] = n
        self.promised[n] = b
        above = len(self.log[n])
        self.leadership[n] = Leadership(elected=False, next=above, leased=False, barrier=None)
        self.send(n, Prepare(b, above))
        self.send(n, self.vow(n, b, above))


class ProposesWithoutVoting(AtomicReplication):
    """A leader does not vote for what it proposes, and needs one more of the others."""

    def put(self, n: Replica, s: Slot, v: Value | None) -> None:
        """As it should be, without the vote."""
        b = present(self.promised[n])
        self.log[n][s] = Entry(b, v)
        self.send(n, Accept(b, s, v))


class CommitsAhead(AtomicReplication):
    """A leader says that a slot is committed before it has committed those before it."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, without a look at the place."""
        require(self.leads(n))
        require(s in self.log[n])
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        voters = {a for a in Replica if Accepted(entry.ballot, s, entry.value, a) in self.network}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))


class LeasesCandidates(AtomicReplication):
    """The lease is given to a candidate, which may never be elected."""

    def renew_lease(self, n: Replica) -> None:
        """As it should be, elected or not."""
        mine = present(self.leadership[n])
        require(not mine.leased)
        self.take_lease(n, slot_after(mine.next))


class RenewsAgain(AtomicReplication):
    """A leader that has the lease gets it once more, and with it a barrier that lies further ahead."""

    def renew_lease(self, n: Replica) -> None:
        """As it should be, leased or not."""
        mine = present(self.leadership[n])
        require(mine.elected)
        self.take_lease(n, slot_after(mine.next))


class AdoptsAny(AtomicReplication):
    """A new leader adopts any accepted value that it was told of."""

    @action
    def lead_with_any(self, n: Replica, q: Quorum[Replica], k: Replica) -> None:
        """As `lead` should be, with what one voter of the quorum has accepted."""
        mine = present(self.leadership[n])
        require(not mine.elected and mine.next < len(Slot))
        promises = [m for m in self.network.of(Promise) if m.ballot == self.promised[n] and m.voter in q]
        require(self.is_enough(q, Set({m.voter for m in promises})))
        s = Slot.at(mine.next)
        require(any(m.voter == k and s in m.log for m in promises))
        told = Set({m.log[s] for m in promises if m.voter == k and s in m.log})
        self.put(n, s, self.adopted(n, s, told))
        self.leadership[n] = Leadership(elected=True, next=mine.next + 1, leased=False, barrier=None)
