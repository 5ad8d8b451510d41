"""A group with a sick member gets a log replica, and later a storage replica again, as the reference
implementation does it.

`model.log_replicas` keeps the members beside the log: a configuration has a stamp, and is installed by
messages of its own. The reference implementation names them in the log. Neither can be derived from the
other: what has to hold is the same. Here, too, one member comes or goes at a time, and only a group of
three gets another.
"""

from typing import Self

from checker import (
    Set,
    action,
    cover,
    fault,
    invariant,
    majority,
    present,
    replace,
    require,
    step_invariant,
)
from model.log_replica_changes import STORAGE_MIN, with_member, without_member
from model.log_replica_messages import Kinds
from model.log_replica_voting import is_storage
from model.member_entry_messages import (
    Accept,
    Accepted,
    Beat,
    Copy,
    Kind,
    Life,
    Members,
    Ready,
    Rebuild,
    Removed,
)
from model.member_entry_voting import MemberEntryVoting
from model.replication_messages import Ballot, Replica, Slot

MEMBERS = 3
"""So many are enough: one more is there for a while only."""


class LogReplicasAsBuilt(MemberEntryVoting):
    """One change of the members after the other, and what must hold meanwhile."""

    # ---------------------------------------------------------------- a new member

    def is_small(self, n: Replica) -> bool:
        """As far as it knows, no member too many."""
        return len(self.kinds[n]) <= MEMBERS

    @action
    def invite(self, n: Replica, r: Replica) -> None:
        """A leader that misses a member has a replica made: it begins where the leader's log begins."""
        require(self.may_propose(n) and self.is_small(n))
        mine = present(self.attempt[n])
        require(mine.joining is None and self.life[r] == Life.FREE)
        self.life[r] = Life.MADE
        self.kinds[r] = self.origin
        self.attempt[n] = replace(mine, joining=r, heard=None)

    @action
    def give_up(self, n: Replica) -> None:
        """The new replica has not been heard of for long."""
        require(self.may_propose(n) and self.is_small(n))
        mine = present(self.attempt[n])
        require(mine.joining is not None)
        self.attempt[n] = replace(mine, joining=None, heard=None)

    def may_rebuild(self, n: Replica) -> bool:
        """No member too many, or too few with items to do without one of them."""
        kinds = self.kinds[n]
        return self.is_small(n) or sum(1 for k in kinds if is_storage(kinds, k)) <= STORAGE_MIN

    def is_older(self, n: Replica, r: Replica) -> bool:
        """It was a member before the last change."""
        return r in self.kinds_before(n, max(0, self.changed(n) - 1))

    def is_next(self, n: Replica, r: Replica) -> bool:
        """A log replica, and the older one where there are two."""
        logs = Set({k for k in Replica if self.kinds[n].get(k) == Kind.LOG})
        return r in logs and (len(logs) == 1 or self.is_older(n, r))

    @fault("copy")
    def copy(self, n: Replica) -> None:
        """A replica with items sends them. It is a fault so that the gate bounds how often."""
        require(self.runs(n) and self.has_items[n])
        self.network.add(Copy(n, self.table[n]))

    @action
    def ask_to_rebuild(self, n: Replica, r: Replica) -> None:
        """A leader that misses nobody it could do without wants its log replica to take over the items."""
        require(self.may_propose(n) and self.may_rebuild(n))
        require(self.is_next(n, r))
        mine = present(self.attempt[n])
        self.attempt[n] = replace(mine, joining=None, heard=None)
        self.network.add(Rebuild(present(self.promised[n])))

    @action
    def rebuild(self, n: Replica, m: Rebuild, c: Copy) -> None:
        """A replica without items takes over those of the leader that it follows, if its log knows all
        of them.
        """
        require(m in self.network.of(Rebuild))
        require(c in self.network.of(Copy))
        require(self.runs(n) and not self.has_items[n])
        require(m.ballot == self.promised[n] and self.owner[m.ballot] == c.replica)
        require(len(c.table) <= self.chosen[n])
        self.has_items[n] = True
        self.table[n] = self.applied(n, self.chosen[n])

    # ---------------------------------------------------------------- changes

    def change(self, n: Replica, kinds: Kinds) -> None:
        """A leader proposes other members, and is done with the one that it wanted to join."""
        mine = present(self.attempt[n])
        self.attempt[n] = replace(mine, joining=None, heard=None)
        self.propose(n, Members(kinds))

    @action
    def add_log(self, n: Replica, r: Replica) -> None:
        """A leader proposes the replica that was to join, once it knows all but perhaps the last slot."""
        require(self.may_propose(n) and self.is_small(n))
        mine = present(self.attempt[n])
        require(mine.joining == r and mine.heard is not None and mine.heard + 1 >= self.chosen[n])
        self.propose(n, Members(with_member(self.kinds[n], r, Kind.LOG)))

    @action
    def remove(self, n: Replica, r: Replica) -> None:
        """A leader with a member too many proposes that the one that it misses goes."""
        require(self.may_propose(n) and not self.is_small(n))
        require(r in self.kinds[n] and r != n)
        kinds = without_member(self.kinds[n], r)
        require(sum(1 for k in kinds if is_storage(kinds, k)) >= STORAGE_MIN)
        self.change(n, kinds)

    @action
    def abort(self, n: Replica, r: Replica) -> None:
        """A leader with a member too many, and nobody missing, proposes that the last log replica goes."""
        require(self.may_propose(n) and not self.is_small(n))
        require(self.kinds[n].get(r) == Kind.LOG and not self.is_older(n, r))
        self.change(n, without_member(self.kinds[n], r))

    @action
    def promote(self, n: Replica, r: Replica) -> None:
        """A leader that misses nobody it could do without makes its log replica, which has the items, one
        that keeps them.
        """
        require(self.may_propose(n) and self.may_rebuild(n))
        require(self.is_next(n, r))
        require(Ready(present(self.promised[n]), r) in self.network)
        self.change(n, with_member(self.kinds[n], r, Kind.STORAGE))

    # ---------------------------------------------------------------- what must hold

    @invariant
    def agreement(self) -> bool:
        """What two replicas know to be chosen in a slot is the same."""
        return all(
            self.log[n][s].content == self.log[k][s].content
            for n in Replica
            for k in Replica
            for s in Slot
            if s.index < self.chosen[n] and s.index < self.chosen[k]
        )

    @invariant
    def ballot_unique(self) -> bool:
        """At most one thing is proposed for a slot in a ballot."""
        proposals = self.network.of(Accept)
        return all(
            a.content == b.content
            for a in proposals
            for b in proposals
            if a.ballot == b.ballot and a.slot == b.slot
        )

    @invariant
    def chosen_by_its_members(self) -> bool:
        """What a leader proposed, and took for chosen, a majority of those has that the slots before name."""
        return all(
            any(
                m.slot.index == i
                and m.ballot <= b.ballot
                and majority(self.voters(m), self.members_for(n, m.slot))
                for m in self.network.of(Accept)
            )
            for b in self.network.of(Beat)
            for n in Replica
            if self.leads(n) and self.promised[n] == b.ballot
            for i in range(1, b.chosen)
        )

    def voters(self, m: Accept) -> Set[Replica]:
        """Who has voted for it."""
        return Set({v.voter for v in self.network.of(Accepted) if v.ballot == m.ballot and v.slot == m.slot})

    def members_for(self, n: Replica, s: Slot) -> Set[Replica]:
        """Whom the slots before this one name."""
        kinds = self.kinds_before(n, s.index)
        return Set({k for k in Replica if k in kinds})

    @step_invariant
    def goes_on(self, old: Self) -> bool:
        """A replica that has not ended forgets no promise, nothing chosen, and no item."""
        return all(
            self.life[n] == Life.ENDED
            or (
                not self.is_below(n, old.promised[n])
                and self.chosen[n] >= old.chosen[n]
                and (self.has_items[n] or not old.has_items[n])
            )
            for n in Replica
        )

    def is_below(self, n: Replica, b: Ballot | None) -> bool:
        """The promise is below this ballot."""
        now = self.promised[n]
        return b is not None and (now is None or now < b)

    @step_invariant
    def votes_follow_promises(self, old: Self) -> bool:
        """No replica votes in a ballot below its promise."""
        return all(old.accepts(m.voter, m.ballot) for m in self.network.of(Accepted) if m not in old.network)

    @step_invariant
    def changes_by_one(self, old: Self) -> bool:
        """Members that are proposed anew differ by one from those before, or in the kind of one."""
        return all(
            sum(1 for k in Replica if m.content.kinds.get(k) != self.kinds_before(n, m.slot.index).get(k))
            == 1
            for m in self.network.of(Accept)
            if isinstance(m.content, Members) and m not in old.network
            for n in Replica
            if self.leads(n) and self.promised[n] == m.ballot
        )

    @step_invariant
    def promoted_whole(self, old: Self) -> bool:
        """A replica that becomes a storage replica has the items, as far as its leader knows any."""
        return all(
            self.has_items[r] or self.life[r] == Life.ENDED
            for m in self.network.of(Accept)
            if isinstance(m.content, Members) and m not in old.network
            for r in Replica
            if is_storage(m.content.kinds, r)
        )

    @invariant
    def tables_are_right(self) -> bool:
        """Who has items has applied what it knows to be chosen."""
        return all(
            self.table[n] == (self.applied(n, self.chosen[n]) if self.has_items[n] else self.table[n][:0])
            for n in Replica
        )

    @invariant
    def role(self) -> bool:
        """A log replica neither leads nor stands."""
        return all(self.attempt[n] is None or self.may_lead(n) for n in Replica)

    @invariant
    def rebuildable(self) -> bool:
        """Two members have the items, but for those that have failed: at most one may in this scope."""
        return any(self.has_items[n] and self.votes(n) for n in Replica)

    # ---------------------------------------------------------------- covers

    @cover
    def healed(self) -> bool:
        """All members are storage replicas, as many as before, and one is new."""
        return any(
            len(self.kinds[n]) == MEMBERS
            and all(kind == Kind.STORAGE for kind in self.kinds[n].values())
            and any(k not in self.origin for k in self.kinds[n])
            for n in Replica
        )

    @cover
    def log_replica_decides(self) -> bool:
        """A leader has what fewer than a majority of the storage replicas has voted for."""
        return any(
            self.leads(n)
            and m.ballot == self.promised[n]
            and m.slot.index < self.chosen[n]
            and sum(1 for k in self.voters(m) if is_storage(self.kinds[n], k)) < STORAGE_MIN
            for n in Replica
            for m in self.network.of(Accept)
        )

    @cover
    def finishes_a_change(self, old: Self) -> bool:
        """A new leader proposes again the members that an earlier one wanted."""
        return any(
            mine is not None and mine.changing and not old.leads(n) for n, mine in self.attempt.items()
        )

    @cover
    def hears_that_it_was_removed(self, old: Self) -> bool:
        """A member that missed its removal stands for election, and ends."""
        return any(
            self.life[n] == Life.ENDED and old.life[n] == Life.MEMBER
            for n in Replica
            if len(self.network.of(Removed)) > 0
        )
