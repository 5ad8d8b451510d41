"""Leader election with leases, in which anybody may stand at any time.

Sources: Gray and Cheriton, Leases (1989); Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), sections 3 and
5: a leader keeps its role by renewing a lease, any replica may start an election, a new leader serves only
when the old lease is over. `model.election` says when a node stands; nothing here depends on it, so a wrong
suspicion costs an election and never safety.

The network loses, repeats, delays and reorders messages: it is the set of all messages ever sent.
"""

from typing import Annotated, Self

from checker import (
    Ghost,
    Map,
    Model,
    Param,
    Partial,
    Quorum,
    Range,
    Set,
    action,
    assume,
    cover,
    fault,
    invariant,
    majority,
    present,
    require,
    step_invariant,
)
from model.election_messages import Ballot, Granted, Healthy, Heartbeat, Query, Released, Replica, Round

Left = Annotated[int, Range(0, "grant_ticks")]
"""How many ticks of its own clock a node lets pass before something is over."""

Ahead = Annotated[int, Range(0, "drift")]
"""How many ticks a clock is ahead of the slowest."""

Rounds = Annotated[int, Range(0, 4)]
"""How many heartbeats."""


class FreeElection(Model):
    """Ballots, leases and grants. Time is what a node's own clock has counted: no reading is ever sent."""

    drift: Param
    lease_ticks: Param
    grant_ticks: Param
    write_through: Param

    ahead: Map[Replica, Ahead]

    disk: Map[Replica, Ballot | None]
    promised: Map[Replica, Ballot | None]
    outbox: Map[Replica, Set[Heartbeat | Granted | Released]]
    bound: Map[Replica, Left]

    claims: Map[Replica, bool]
    beats: Map[Replica, Rounds]
    asked: Map[Replica, Partial[Round, Left]]
    lease: Map[Replica, Left]
    request: Map[Replica, bool]

    owner: Partial[Ballot, Replica]
    network: Set[Heartbeat | Granted | Released | Query | Healthy]

    newest: Ghost[Ballot | None]
    late: Ghost[Map[Replica, bool]]
    stale: Ghost[bool]

    @assume
    def durations_make_sense(self) -> bool:
        """Clocks differ, a lease lasts, and `Rounds` counts all heartbeats of a ballot."""
        return self.drift >= 1 and 1 <= self.lease_ticks <= self.grant_ticks and len(Round) <= 4

    @assume
    def disks_write_at_once_or_not(self) -> bool:
        """`write_through` is 1 where a disk writes at once, which has fewer states, and 0 where it waits."""
        return 0 <= self.write_through <= 1

    # ---------------------------------------------------------------- time

    @action
    def tick(self, n: Replica) -> None:
        """A clock moves on, but not further ahead of another than the drift allows.

        This is what the world does, not the node: a node never reads the clock of another.
        """
        if all(self.ahead[k] > self.ahead[n] for k in Replica if k != n):
            for k in Replica:
                if k != n:
                    self.ahead[k] -= 1
        else:
            require(self.ahead[n] < self.drift)
            self.ahead[n] += 1
        self.let_pass(n)

    def let_pass(self, n: Replica) -> None:
        """A tick nearer to the end of all that a node waits for."""
        self.bound[n] = max(0, self.bound[n] - 1)
        self.lease[n] = max(0, self.lease[n] - 1)
        self.asked[n] = Partial({r: left - 1 for r, left in self.asked[n].items() if left > 1})

    # ---------------------------------------------------------------- ballots and grants

    @action
    def stand(self, n: Replica, b: Ballot) -> None:
        """A node that is bound to nobody else begins a ballot above all that it has followed.

        Whose a ballot is, is part of its number; here the first to use it owns it, which keeps nodes
        interchangeable. It is on the disk before anybody hears of it: after a restart it is not used again.
        """
        require(self.owner.get(b, n) == n)
        require(self.exceeds(n, b) and self.is_free_for(n, n))
        self.owner[b] = n
        self.follow(n, b)
        self.claims[n] = True
        self.ask(n, b)

    def exceeds(self, n: Replica, b: Ballot) -> bool:
        """The ballot is above all that the node has followed."""
        old = self.promised[n]
        return old is None or b > old

    def is_free_for(self, n: Replica, candidate: Replica) -> bool:
        """Bound to no lease, or to one of the candidate's."""
        old = self.promised[n]
        return self.bound[n] == 0 or (old is not None and self.owner[old] == candidate)

    def follow(self, n: Replica, b: Ballot) -> None:
        """A ballot above its own ends a node's attempt to lead."""
        if self.exceeds(n, b):
            self.stop(n)
        self.promised[n] = b
        if self.write_through == 1:
            self.disk[n] = b

    def stop(self, n: Replica) -> None:
        """It leads no more: what it asked for no longer counts, and who waits for an answer gets none."""
        self.claims[n] = False
        self.let_lease_go(n)
        self.beats[n] = 0
        self.request[n] = False
        self.late[n] = False

    def let_lease_go(self, n: Replica) -> None:
        """Answers to the heartbeats so far give no lease."""
        self.lease[n] = 0
        self.asked[n].clear()

    def ask(self, n: Replica, b: Ballot) -> None:
        """A node asks for a lease that is counted from now, and binds itself first."""
        r = Round.at(self.beats[n])
        self.beats[n] += 1
        self.asked[n][r] = self.lease_ticks
        self.bind(n)
        self.send(n, Heartbeat(b, r))

    def bind(self, n: Replica) -> None:
        """For longer than a lease, by what the clocks may differ."""
        self.bound[n] = self.grant_ticks

    @action
    def beat(self, n: Replica) -> None:
        """A leader, or a candidate whose first heartbeat may be lost, asks again."""
        require(self.claims[n] and self.beats[n] < len(Round))
        self.ask(n, present(self.promised[n]))

    @action
    def grant(self, n: Replica, m: Heartbeat) -> None:
        """A node grants the lease to the ballot that it follows, or to a higher one if it is free for it."""
        require(m in self.network.of(Heartbeat))
        require(self.owner[m.ballot] != n and self.reaches(self.owner[m.ballot], n))
        require(self.may_grant(n, m.ballot))
        self.follow(n, m.ballot)
        self.bind(n)
        self.send(n, Granted(m.ballot, m.round, n))

    def may_grant(self, n: Replica, b: Ballot) -> bool:
        """A node that is bound to a lease votes for nobody else."""
        return b == self.promised[n] or (self.exceeds(n, b) and self.is_free_for(n, self.owner[b]))

    @action
    def serve(self, n: Replica, r: Round, q: Set[Replica]) -> None:
        """A node that a majority has granted this heartbeat, or a later one, has the lease."""
        require(self.claims[n] and r in self.asked[n])
        require(self.is_enough(n, q))
        require(n in q and all(k == n or self.has_granted(n, k, r) for k in q))
        until = self.end_of_lease(n, r)
        require(self.lease[n] < until)
        self.hold(n, until)

    def hold(self, n: Replica, until: Left) -> None:
        """It has the lease for so long."""
        self.lease[n] = until
        self.newest = self.promised[n]

    def is_enough(self, n: Replica, voters: Set[Replica]) -> bool:
        """More than half of all, and no more than it takes."""
        return majority(voters, Set(Replica)) and len(voters) == len(Replica) // 2 + 1

    def has_granted(self, n: Replica, k: Replica, r: Round) -> bool:
        """The voter has answered a heartbeat of this ballot, this one or a later one."""
        return self.reaches(k, n) and any(
            m.ballot == self.promised[n] and m.voter == k and m.round >= r for m in self.network.of(Granted)
        )

    def reaches(self, source: Replica, n: Replica) -> bool:
        """Messages get through."""
        return True

    def end_of_lease(self, n: Replica, r: Round) -> Left:
        """Counted from the heartbeat, for the voters count from a moment after it."""
        return self.asked[n][r]

    # ---------------------------------------------------------------- giving up

    @action
    def relinquish(self, n: Replica) -> None:
        """A leader stops serving, and then says so: nobody need wait for the end of its lease."""
        require(self.claims[n])
        self.stop(n)
        self.bound[n] = 0
        self.send(n, Released(present(self.promised[n])))

    @action
    def learn_release(self, n: Replica, m: Released) -> None:
        """A node is free when the ballot that it is bound to is given up."""
        require(m in self.network.of(Released))
        require(self.owner[m.ballot] != n and self.reaches(self.owner[m.ballot], n))
        require(self.is_released(n, m) and self.bound[n] > 0)
        self.bound[n] = 0

    def is_released(self, n: Replica, m: Released) -> bool:
        """Just this ballot: the same node may lead again in a later one."""
        return m.ballot == self.promised[n]

    # ---------------------------------------------------------------- clients

    def can_serve(self, n: Replica) -> bool:
        """It leads, and by its own clock it has the lease."""
        return self.claims[n] and self.lease[n] > 0

    @fault("request")
    def receive(self, n: Replica) -> None:
        """A request arrives at a node that believes that it leads.

        It is a fault, so that the gate bounds how often it happens.
        """
        require(self.claims[n] and not self.request[n])
        self.request[n] = True
        self.late[n] = self.newest is not None and self.exceeds(n, self.newest)

    @action
    def answer(self, n: Replica) -> None:
        """The node may have paused since: it looks at its lease when it has the request, and then answers."""
        require(self.request[n] and self.can_serve(n))
        self.stale = self.stale or self.late[n]
        self.request[n] = False
        self.late[n] = False

    # ---------------------------------------------------------------- disks and faults

    def is_synced(self, n: Replica) -> bool:
        """What the node follows is on its disk."""
        return self.disk[n] == self.promised[n]

    def send(self, n: Replica, m: Heartbeat | Granted | Released) -> None:
        """A message waits in the outbox until what the node follows is on the disk."""
        if self.is_synced(n):
            self.network.add(m)
        else:
            self.outbox[n].add(m)

    @action
    def fsync(self, n: Replica) -> None:
        """What the node follows is on the disk, and what waited for it is sent."""
        require(not self.is_synced(n))
        self.disk[n] = self.promised[n]
        self.network |= self.outbox[n]
        self.outbox[n].clear()

    @fault("writeback")
    def writeback(self, n: Replica) -> None:
        """The system writes to the disk by itself; nobody is told."""
        require(not self.is_synced(n))
        self.disk[n] = self.promised[n]

    @fault("crash")
    def restart(self, n: Replica) -> None:
        """What is not on the disk is lost, and messages that waited for it."""
        self.stop(n)
        self.promised[n] = self.disk[n]
        self.outbox[n].clear()
        self.bind_after_restart(n)

    def bind_after_restart(self, n: Replica) -> None:
        """It may have granted just before, in the ballot that is on the disk: it waits a whole grant."""
        self.bind(n)

    # ---------------------------------------------------------------- properties

    @invariant
    def lease_disjoint(self) -> bool:
        """At most one node can serve."""
        return all(n == k for n in Replica for k in Replica if self.can_serve(n) and self.can_serve(k))

    @invariant
    def newest_serves(self) -> bool:
        """Nobody serves after a node of a higher ballot did."""
        return not any(
            self.can_serve(n) and self.newest is not None and self.exceeds(n, self.newest) for n in Replica
        )

    @invariant
    def answers_are_fresh(self) -> bool:
        """A request is not answered by a node that was overtaken before it arrived there."""
        return not self.stale

    @step_invariant
    def no_early_vote(self, old: Self) -> bool:
        """A node that is bound stays so, and to the same node, until its own clock shows the end or the very
        ballot is given up; in a restart it may fall back to what is on its disk."""
        return all(
            self.given_up(n, self.promised[n])
            or (
                self.bound[n] >= old.bound[n] - (1 if self.advance(n) > old.advance(n) else 0)
                and (self.promised[n] == old.disk[n] or self.holder(n) == old.holder(n))
            )
            for n in Replica
            if old.bound[n] > 0
        )

    def given_up(self, n: Replica, b: Ballot | None) -> bool:
        """The node can know that the leader of this ballot has released it."""
        return b is not None and (Released(b) in self.network or Released(b) in self.outbox[n])

    def holder(self, n: Replica) -> Replica | None:
        """To whom the node is bound while it is."""
        b = self.promised[n]
        return None if b is None else self.owner[b]

    def advance(self, n: Replica) -> int:
        """How much a clock is ahead of the others; only a tick of its own makes it more."""
        return sum(self.ahead[n] - self.ahead[k] for k in Replica)

    @step_invariant
    def leaders_stay(self, old: Self) -> bool:
        """A node that can serve votes for nobody else, whoever stands."""
        return all(self.holder(n) == n for n in Replica if old.can_serve(n))

    @cover
    def renews(self, old: Self) -> bool:
        """A leader can prolong its lease while it serves."""
        return any(0 < old.lease[n] < self.lease[n] for n in Replica)

    @cover
    def recovers(self, old: Self) -> bool:
        """A leader whose lease ran out can get it again in the same ballot."""
        return any(
            old.lease[n] == 0 and self.lease[n] > 0 and old.newest == self.promised[n] for n in Replica
        )

    @cover
    def takes_over_after_the_lease(self, old: Self) -> bool:
        """Another node can serve because the old lease must be over."""
        return self.newest != old.newest and old.newest is not None and not self.network.of(Released)

    @cover
    def mixes_rounds(self) -> bool:
        """A lease can rest on answers to different heartbeats."""
        return any(
            self.can_serve(n)
            and not any(
                n in q and all(k == n or Granted(b, r, k) in self.network for k in q)
                for q in Quorum[Replica]
                for r in Round
            )
            for n in Replica
            for b in Ballot
            if b == self.promised[n]
        )

    @cover
    def is_asked_late(self) -> bool:
        """A request can arrive at a leader that was overtaken."""
        return any(self.late[n] for n in Replica)

    @cover
    def takes_over_at_once(self, old: Self) -> bool:
        """Another node can serve because the old leader has given up."""
        return self.newest != old.newest and old.newest is not None and Released(old.newest) in self.network
