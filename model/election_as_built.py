"""Leader election with the choices that the reference implementation has made.

In `model.election` a first heartbeat asks for votes, so a vote is a grant. Code asks for votes with the
prepares of Paxos, and for leases when it has them. What must not be given away while a grant lasts is the
vote: a leader that is elected was voted for by a majority whose grants were over, and these refuse all
leaders before it. So whoever is elected is followed at once, whatever was granted to others.

Each answer to a heartbeat is counted when it arrives. A new leader serves when what it proposed is in its
table. Timers are held, and run out when the world says so: those that must not run out early are counted in
ticks.
"""

from typing import Annotated, Self

from checker import (
    Map,
    Partial,
    Range,
    Set,
    action,
    assume,
    fault,
    initial,
    invariant,
    majority,
    present,
    require,
    step_invariant,
)
from model.candidate_messages import Accept, Accepted, Prepare, Promise
from model.election import ElectionRules, Inquiry
from model.election_messages import Ballot, Granted, Healthy, Heartbeat, Query, Released, Replica, Round
from model.free_election import Left

Patience = Annotated[int, Range(0, "fence_ticks")]
"""How many ticks of its own clock a node leads, or wants to, without an answer."""


class ElectionAsBuilt(ElectionRules):
    """Votes, then leases.

    `fence_ticks` count from the sending of the last heartbeat that a majority has answered. `quiet` is what
    is left of the time in which a node votes for nobody, because it does not know what it granted before it
    started; `granted` is to whom it is bound, `asking` whether it waits for answers and does not look by
    itself whether there is a leader.
    """

    network: Set[  # type: ignore[assignment]  # what the election says, and candidates
        Prepare  # pyright: ignore[reportIncompatibleVariableOverride]  # the union of both
        | Promise
        | Accept
        | Accepted
        | Heartbeat
        | Granted
        | Released
        | Query
        | Healthy
    ]
    outbox: Map[  # type: ignore[assignment]  # as above
        Replica, Set[Prepare | Promise | Accepted | Heartbeat | Granted | Released]
    ]  # pyright: ignore[reportIncompatibleVariableOverride]  # as above

    elected: Map[Replica, bool]
    settled: Map[Replica, bool]
    counted: Map[Replica, Partial[Replica, Round]]
    silence: Map[Replica, Partial[Round, Patience]]
    granted: Map[Replica, Ballot | None]
    quiet: Map[Replica, Left]
    asking: Map[Replica, bool]

    @assume
    def a_leader_is_given_time(self) -> bool:
        """Who is elected is not taken for dead before its first lease could have been over."""
        return self.fence_ticks > self.lease_ticks

    @initial
    def begin(self, leader: Replica | None) -> None:
        """A new group, or one whose leader has just been granted a heartbeat by all, the first of its ballot:
        of that nothing is on its way any more.
        """
        if leader is not None:
            b = Ballot.first
            r = Round.first
            self.owner[b] = leader
            self.promised = Map({n: b for n in Replica})
            self.disk = Map({n: b for n in Replica})
            self.bound = Map({n: self.grant_ticks for n in Replica})
            self.granted = Map({n: b for n in Replica})
            self.heard = Map({n: 0 if n == leader else self.election_ticks for n in Replica})
            self.claims[leader] = True
            self.elected[leader] = True
            self.settled[leader] = True
            self.beats[leader] = 1
            self.counted[leader] = Partial({n: r for n in Replica})
            self.asked[leader][r] = self.lease_ticks
            self.silence[leader][r] = self.fence_ticks
            self.lease[leader] = self.lease_ticks
            self.fence[leader] = self.fence_ticks
            self.newest = b

    # ---------------------------------------------------------------- time

    def let_pass(self, n: Replica) -> None:
        """As there; nobody is bound to whom it is bound no longer."""
        super().let_pass(n)
        self.silence[n] = Partial({r: left - 1 for r, left in self.silence[n].items() if left > 1})
        self.quiet[n] = max(0, self.quiet[n] - 1)
        if self.bound[n] == 0:
            self.granted[n] = None

    def let_answers_expire(self, n: Replica) -> None:
        """What came of a question is looked at when the time for answers is over, and not before."""
        mine = self.inquiry[n]
        if mine is not None:
            self.inquiry[n] = Inquiry(mine.attempt, max(0, mine.left - 1), mine.healthy)

    # ---------------------------------------------------------------- disks

    def is_synced(self, n: Replica) -> bool:
        """It knows that what it follows is on its disk: a disk that writes by itself tells nobody."""
        return self.disk[n] == self.promised[n] and len(self.outbox[n]) == 0

    def send(self, n: Replica, m: Prepare | Promise | Accepted | Heartbeat | Granted | Released) -> None:
        """As there, whoever speaks."""
        if self.is_synced(n):
            self.network.add(m)
        else:
            self.outbox[n].add(m)

    # ---------------------------------------------------------------- is the leader alive?

    def may_ask(self, n: Replica) -> bool:
        """Its timer to look for a leader is set."""
        return not self.asking[n]

    @action
    def inquire(self, n: Replica) -> None:
        """As there; the timer for the answers is set instead."""
        super().inquire(n)
        self.asking[n] = True

    @action
    def look_again(self, n: Replica) -> None:
        """The time for answers is over, and a leader was heard meanwhile."""
        require(self.asking[n] and self.inquiry[n] is None)
        self.asking[n] = False

    @action
    def drop(self, n: Replica) -> None:
        """The time for answers is over: a peer hears the leader, or the node is bound to one."""
        mine = present(self.inquiry[n])
        require(mine.left == 0 and (mine.healthy or not self.is_free_for(n, n)))
        self.forget_inquiry(n)
        self.asking[n] = False

    def may_stand(self, n: Replica) -> bool:
        """As there, when the time for answers is over."""
        mine = self.inquiry[n]
        return mine is not None and mine.left == 0 and not mine.healthy

    @action
    def stand(self, n: Replica, b: Ballot) -> None:
        """A node that leads, or wants to, does not stand again before that has ended."""
        require(not self.claims[n])
        super().stand(n, b)
        self.asking[n] = False

    @action
    def learn_release(self, n: Replica, m: Released) -> None:
        """As there; it looks for a leader soon."""
        require(m in self.network.of(Released))
        super().learn_release(n, m)
        self.granted[n] = None
        self.asking[n] = False

    # ---------------------------------------------------------------- votes

    def ask(self, n: Replica, b: Ballot) -> None:
        """A candidate asks for votes, a leader for its lease; its own answer counts at once."""
        if self.elected[n]:
            r = Round.at(self.beats[n])
            super().ask(n, b)
            self.counted[n][n] = r
            self.silence[n][r] = self.fence_ticks
        else:
            self.send(n, Prepare(b))

    @action
    def promise(self, n: Replica, m: Prepare) -> None:
        """A node that is bound to nobody else votes for a ballot, and for none below it any more."""
        require(m in self.network.of(Prepare))
        require(self.owner[m.ballot] != n and self.reaches(self.owner[m.ballot], n))
        require(self.may_follow(n, m.ballot) and self.is_free_for(n, self.owner[m.ballot]))
        self.follow(n, m.ballot)
        self.send(n, Promise(m.ballot, n))

    def may_follow(self, n: Replica, b: Ballot) -> bool:
        """It has promised no higher one."""
        return b == self.promised[n] or self.exceeds(n, b)

    def is_free_for(self, n: Replica, candidate: Replica) -> bool:
        """It knows what it has granted, and that is over, or was to the candidate."""
        return self.quiet[n] == 0 and not self.is_bound_to_another(n, candidate)

    def is_bound_to_another(self, n: Replica, candidate: Replica) -> bool:
        """A grant lasts that it gave to somebody else."""
        b = self.granted[n]
        return b is not None and self.owner[b] != candidate

    @action
    def lead(self, n: Replica, q: Set[Replica]) -> None:
        """A candidate that a majority has voted for proposes, and asks for the lease. Its own vote is on
        its disk.
        """
        require(self.claims[n] and not self.elected[n])
        require(self.is_synced(n) and self.is_enough(n, q))
        b = present(self.promised[n])
        require(n in q and all(k == n or self.has_promised(n, k, b) for k in q))
        self.elected[n] = True
        self.fence[n] = self.fence_ticks - self.lease_ticks
        self.unanswered[n] = 0
        self.network.add(Accept(b))
        self.ask(n, b)

    def has_promised(self, n: Replica, k: Replica, b: Ballot) -> bool:
        """The vote has come."""
        return self.reaches(k, n) and Promise(b, k) in self.network

    @action
    def accept(self, n: Replica, m: Accept) -> None:
        """A node that has promised nothing higher follows who was elected, though it may be bound."""
        require(m in self.network.of(Accept))
        require(self.owner[m.ballot] != n and self.reaches(self.owner[m.ballot], n))
        require(self.may_follow(n, m.ballot))
        self.follow(n, m.ballot)
        self.send(n, Accepted(m.ballot, n))

    @action
    def settle(self, n: Replica, q: Set[Replica]) -> None:
        """What a new leader proposed is chosen, and in its table."""
        require(self.elected[n] and not self.settled[n])
        require(self.is_enough(n, q))
        b = present(self.promised[n])
        require(n in q and all(k == n or self.has_accepted(n, k, b) for k in q))
        self.settled[n] = True
        self.note_life()

    def has_accepted(self, n: Replica, k: Replica, b: Ballot) -> bool:
        """The answer has come."""
        return self.reaches(k, n) and Accepted(b, k) in self.network

    # ---------------------------------------------------------------- grants and leases

    def bind(self, n: Replica) -> None:
        """As there, to the ballot that it follows."""
        super().bind(n)
        self.granted[n] = self.promised[n]

    @action
    def beat(self, n: Replica) -> None:
        """A leader asks again, once in a tick at most."""
        require(self.elected[n] and all(left < self.lease_ticks for left in self.asked[n].values()))
        super().beat(n)

    @action
    def serve(self, n: Replica, r: Round, q: Set[Replica]) -> None:
        """Never by itself: answers are counted one by one."""
        require(not self.claims[n])
        super().serve(n, r, q)

    @action
    def count(self, n: Replica, m: Granted) -> None:
        """A leader hears that a heartbeat of its ballot is granted, later than any that this voter has
        granted before.
        """
        require(m in self.network.of(Granted))
        require(m.voter != n and self.reaches(m.voter, n))
        require(self.is_mine(n, m))
        require(m.voter not in self.counted[n] or self.counted[n][m.voter] < m.round)
        self.counted[n][m.voter] = m.round
        for r in Round:
            if self.is_enough(n, self.answering(n, r)):
                self.lean_on(n, r)

    def is_mine(self, n: Replica, m: Granted) -> bool:
        """The answer is to a heartbeat of the ballot in which it leads."""
        return self.elected[n] and m.ballot == self.promised[n]

    def answering(self, n: Replica, r: Round) -> Set[Replica]:
        """Who is known to have granted this heartbeat, or a later one."""
        return Set({k for k, last in self.counted[n].items() if last >= r})

    def is_enough(self, n: Replica, voters: Set[Replica]) -> bool:
        """More than half of all."""
        return majority(voters, Set(Replica))

    def lean_on(self, n: Replica, r: Round) -> None:
        """A majority has granted this heartbeat: the lease counts from it, and what fences the leader."""
        if r in self.asked[n] and self.lease[n] < self.end_of_lease(n, r):
            self.hold(n, self.end_of_lease(n, r))
        if r in self.silence[n] and self.fence[n] < self.silence[n][r]:
            self.fence[n] = self.silence[n][r]
            self.unanswered[n] = 0

    def hold(self, n: Replica, until: Left) -> None:
        """As there, but what fences the leader is counted from the heartbeat."""
        fence = self.fence[n]
        super().hold(n, until)
        self.fence[n] = fence

    # ---------------------------------------------------------------- ends

    def stop(self, n: Replica) -> None:
        """As there; what was counted is of no account any more."""
        super().stop(n)
        self.elected[n] = False
        self.settled[n] = False
        self.counted[n].clear()
        self.silence[n].clear()
        self.fence[n] = 0
        self.unanswered[n] = 0

    @action
    def fall_silent(self, n: Replica) -> None:
        """A leader or candidate that no majority has answered for long ends its attempt."""
        require(self.claims[n] and self.fence[n] == 0)
        self.stop(n)

    @fault("hand_over")
    def relinquish(self, n: Replica) -> None:
        """Whoever is elected can hand over. It is a fault so that leaders may stay."""
        require(self.elected[n])
        super().relinquish(n)
        self.granted[n] = None

    def is_released(self, n: Replica, m: Released) -> bool:
        """The ballot that it has granted a heartbeat of, whatever it has promised since."""
        return m.ballot == self.granted[n]

    def bind_after_restart(self, n: Replica) -> None:
        """It votes for nobody, for a whole grant."""
        self.bound[n] = 0
        self.granted[n] = None
        self.quiet[n] = self.grant_ticks

    @fault("crash")
    def restart(self, n: Replica) -> None:
        """As there; it looks for a leader."""
        super().restart(n)
        self.asking[n] = False

    def can_serve(self, n: Replica) -> bool:
        """As there, when what it proposed is in its table."""
        return super().can_serve(n) and self.settled[n]

    # ---------------------------------------------------------------- what must hold

    def has_lease(self, n: Replica) -> bool:
        """By its own clock, whether it may serve by its table or not."""
        return self.claims[n] and self.lease[n] > 0

    @invariant
    def lease_disjoint(self) -> bool:
        """At most one node has the lease."""
        return all(n == k for n in Replica for k in Replica if self.has_lease(n) and self.has_lease(k))

    @step_invariant
    def no_early_vote(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """A node gives no vote while it is bound to another, or does not know to whom."""
        return all(
            m in old.network
            or m in old.outbox[m.voter]
            or (old.quiet[m.voter] == 0 and not old.is_bound_to_another(m.voter, self.owner[m.ballot]))
            for n in Replica
            for votes in [self.network.of(Promise), self.outbox[n].of(Promise)]
            for m in votes
        )

    @step_invariant
    def grants_last(self, old: Self) -> bool:
        """What binds a node lasts until its own clock shows the end, unless the very ballot is given up; a
        restart makes it wait as long.
        """
        return all(
            self.given_up(n, old.granted[n])
            or self.bound[n] >= old.bound[n] - (1 if self.advance(n) > old.advance(n) else 0)
            or self.quiet[n] == self.grant_ticks
            for n in Replica
        )

    @step_invariant
    def deaf_leaders_fall_silent(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # too
        """As there, once elected: votes are answers, too."""
        return all(
            self.beats[n] <= old.beats[n]
            for n in Replica
            if old.elected[n] and old.unanswered[n] == self.fence_ticks
        )
