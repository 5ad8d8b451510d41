"""Leader election: when a node takes the leader for dead, and when a leader takes itself for dead.

Sources: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), section 5: a replica that hears no leader asks
its peers before it stands, and drops the attempt when one of them still hears the leader; Huang et al., Gray
Failure (HotOS 2017): what is dead for one node may be alive for another. Leases, grants and ballots are those
of `model.free_election`.

Links fail one way at a time. A leader that can send but not receive would keep everybody quiet for ever, so
it falls silent when a majority has not answered for `fence_ticks`.
"""

from typing import Annotated, Self

from checker import (
    Ghost,
    Map,
    Param,
    Range,
    Record,
    Set,
    action,
    assume,
    cover,
    fault,
    invariant,
    present,
    require,
    step_invariant,
)
from model.election_invariants import ElectionInvariants
from model.election_messages import (
    Attempt,
    Ballot,
    Healthy,
    Heartbeat,
    Query,
    Released,
    Replica,
    Round,
)
from model.free_election import FreeElection, Left

Attempts = Annotated[int, Range(0, 4)]
"""How many attempts."""


class Inquiry(Record):
    """A node has asked its peers: for how long an answer counts, and whether one said that all is well."""

    attempt: Attempt
    left: Annotated[int, Range(0, "answer_ticks")]
    healthy: bool


class ElectionRules(FreeElection):
    """Elections that are held when the leader is silent, and not when it is not."""

    election_ticks: Param
    answer_ticks: Param
    fence_ticks: Param

    cut: Set[tuple[Replica, Replica]]

    heard: Map[Replica, Annotated[int, Range(0, "election_ticks")]]
    inquiry: Map[Replica, Inquiry | None]
    attempts: Map[Replica, Attempts]
    fence: Map[Replica, Annotated[int, Range(0, "fence_ticks")]]

    seen: Ghost[Map[Replica, bool]]
    unanswered: Ghost[Map[Replica, Annotated[int, Range(0, "fence_ticks")]]]

    @assume
    def waits_make_sense(self) -> bool:
        """There is something to wait for, and `Attempts` counts far enough."""
        return min(self.election_ticks, self.answer_ticks, self.fence_ticks) >= 1 and len(Attempt) <= 4

    # ---------------------------------------------------------------- time

    @action
    def tick(self, n: Replica) -> None:
        """As there, and nearer to the end of what the failure detector waits for."""
        super().tick(n)
        self.heard[n] = max(0, self.heard[n] - 1)
        self.fence[n] = max(0, self.fence[n] - 1)
        self.let_answers_expire(n)
        self.unanswered[n] = min(self.unanswered[n] + 1, self.fence_ticks) if self.claims[n] else 0

    def let_answers_expire(self, n: Replica) -> None:
        """An inquiry counts for `answer_ticks` since it was made, whatever was answered when."""
        mine = self.inquiry[n]
        if mine is not None:
            if mine.left == 1:
                self.forget_inquiry(n)
            else:
                self.inquiry[n] = Inquiry(mine.attempt, mine.left - 1, mine.healthy)

    # ---------------------------------------------------------------- links

    def reaches(self, source: Replica, n: Replica) -> bool:
        """The link works in this direction."""
        return (source, n) not in self.cut

    @fault("deaf")
    def deafen(self, n: Replica) -> None:
        """A node receives nothing any more, and can send."""
        self.cut |= Set({(k, n) for k in Replica if k != n})

    @fault("cut")
    def cut_link(self, source: Replica, n: Replica) -> None:
        """One link fails, in one direction."""
        require(source != n and self.reaches(source, n))
        self.cut.add((source, n))

    @action
    def mend(self) -> None:
        """All links work again."""
        require(len(self.cut) > 0)
        self.cut.clear()

    # ---------------------------------------------------------------- is the leader alive?

    def hears(self, n: Replica) -> bool:
        """It has heard from the leader not long ago; a leader hears itself while it has the lease."""
        return self.can_serve(n) if self.claims[n] else self.heard[n] > 0

    @action
    def inquire(self, n: Replica) -> None:
        """A node that has heard no leader for `election_ticks` asks its peers.

        An attempt is asked about under a number of its own, drawn so that a restart repeats none.
        """
        require(not self.claims[n] and self.heard[n] == 0 and self.may_ask(n))
        require(self.attempts[n] < len(Attempt))
        number = Attempt.at(self.attempts[n])
        self.attempts[n] += 1
        self.inquiry[n] = Inquiry(number, self.answer_ticks, healthy=False)
        self.network.add(Query(n, number))
        self.seen[n] = any(self.hears(k) for k in Replica if k != n)

    def may_ask(self, n: Replica) -> bool:
        """One question at a time."""
        return self.inquiry[n] is None

    def forget_inquiry(self, n: Replica) -> None:
        """What was asked, and answered, counts no more."""
        self.inquiry[n] = None
        self.seen[n] = False

    @action
    def vouch(self, n: Replica, m: Query) -> None:
        """A peer that hears the leader says so."""
        require(m in self.network.of(Query))
        require(m.asker != n and self.reaches(m.asker, n))
        require(self.hears(n))
        self.network.add(Healthy(m.asker, m.attempt, n))

    @action
    def believe(self, n: Replica, m: Healthy) -> None:
        """An answer to the question of this attempt makes the node wait; an older one says nothing."""
        require(m in self.network.of(Healthy))
        require(m.asker == n and self.reaches(m.peer, n))
        mine = present(self.inquiry[n])
        require(self.is_answered(mine.attempt, m))
        self.inquiry[n] = Inquiry(mine.attempt, self.life_of(mine.left), healthy=True)

    def is_answered(self, attempt: Attempt, m: Healthy) -> bool:
        """The answer is to this question."""
        return m.attempt == attempt

    def life_of(self, left: int) -> int:
        """An answer counts as long as its question."""
        return left

    @action
    def stand(self, n: Replica, b: Ballot) -> None:
        """A node stands if it has asked its peers, and none has said that it hears the leader."""
        require(self.may_stand(n))
        super().stand(n, b)
        self.forget_inquiry(n)
        self.fence[n] = self.fence_ticks
        self.unanswered[n] = 0

    def may_stand(self, n: Replica) -> bool:
        """It has asked, and nothing has spoken for the leader since; what it hears itself ends the inquiry.

        This is no guard of safety: anybody may stand at any time.
        """
        mine = self.inquiry[n]
        return mine is not None and not mine.healthy

    @action
    def grant(self, n: Replica, m: Heartbeat) -> None:
        """As there; it has heard the leader."""
        require(m in self.network.of(Heartbeat))
        super().grant(n, m)
        self.hear(n)
        self.fence[n] = 0
        self.unanswered[n] = 0
        self.note_life()

    def hear(self, n: Replica) -> None:
        """The leader lives: there is nothing to ask any more."""
        self.heard[n] = self.election_ticks
        self.forget_inquiry(n)

    def note_life(self) -> None:
        """For the record: somebody has seen the leader since they asked."""
        for k in Replica:
            self.seen[k] = self.inquiry[k] is not None

    @action
    def learn_release(self, n: Replica, m: Released) -> None:
        """As there; no need to wait for silence."""
        require(m in self.network.of(Released))
        super().learn_release(n, m)
        self.heard[n] = 0

    # ---------------------------------------------------------------- is anybody following?

    @action
    def beat(self, n: Replica) -> None:
        """As there, unless nobody has answered for so long that the leader takes itself for dead."""
        require(self.fence[n] > 0)
        super().beat(n)

    def hold(self, n: Replica, until: Left) -> None:
        """As there; a majority has answered."""
        super().hold(n, until)
        self.fence[n] = self.fence_ticks
        self.unanswered[n] = 0
        self.note_life()

    @action
    def relinquish(self, n: Replica) -> None:
        """As there."""
        super().relinquish(n)
        self.fence[n] = 0
        self.unanswered[n] = 0

    @fault("crash")
    def restart(self, n: Replica) -> None:
        """As there; it has heard of nobody."""
        super().restart(n)
        self.heard[n] = 0
        self.forget_inquiry(n)
        self.fence[n] = 0
        self.unanswered[n] = 0

    # ---------------------------------------------------------------- properties

    @invariant
    def answers_are_news(self) -> bool:
        """A node waits for what a peer has said only if some peer heard the leader since the node asked.

        With `memory_fades`, a leader that is dead, or half dead, cannot block elections for ever.
        """
        return all(
            self.seen[n] for n in Replica for mine in [self.inquiry[n]] if mine is not None and mine.healthy
        )

    @step_invariant
    def memory_fades(self, old: Self) -> bool:
        """With each tick of its clock a node is nearer to the end of all that keeps it from standing."""
        return all(
            self.heard[n] == max(0, old.heard[n] - 1) and self.patience(n) == max(0, old.patience(n) - 1)
            for n in Replica
            if self.advance(n) > old.advance(n)
        )

    def patience(self, n: Replica) -> int:
        """For how long an inquiry counts."""
        mine = self.inquiry[n]
        return 0 if mine is None else mine.left

    def is_kept_quiet(self, n: Replica) -> bool:
        """It hears the leader, or a peer has said that it does."""
        mine = self.inquiry[n]
        return self.heard[n] > 0 or (mine is not None and mine.healthy)

    @step_invariant
    def elections_have_a_cause(self, old: Self) -> bool:
        """A node begins a ballot only when it hears no leader, has asked, and knows of no peer that does."""
        return all(
            b in old.owner or (not old.is_kept_quiet(n) and old.inquiry[n] is not None)
            for b, n in self.owner.items()
        )

    @step_invariant
    def deaf_leaders_fall_silent(self, old: Self) -> bool:
        """A leader that no majority has answered for `fence_ticks` sends no heartbeat."""
        return all(
            self.beats[n] <= old.beats[n]
            for n in Replica
            if old.claims[n] and old.unanswered[n] == self.fence_ticks
        )

    @cover
    def drops_the_attempt(self) -> bool:
        """A node that hears no leader can be told by a peer that the leader is well."""
        return any(self.heard[n] == 0 and self.is_kept_quiet(n) for n in Replica)

    @cover
    def falls_silent(self) -> bool:
        """A leader can have a heartbeat left and not send it."""
        return any(self.claims[n] and self.fence[n] == 0 and self.beats[n] < len(Round) for n in Replica)

    @cover
    def replaces_a_half_dead_leader(self) -> bool:
        """A leader that can send to all and receives nothing can be replaced while it still leads."""
        return any(
            self.claims[n]
            and self.newest is not None
            and self.exceeds(n, self.newest)
            and all((n, k) not in self.cut and (k == n or (k, n) in self.cut) for k in Replica)
            for n in Replica
        )


class Election(ElectionRules, ElectionInvariants):
    """The same, and what holds inside: a rule that is weakened shows long before two nodes serve."""

    @invariant
    def leaders_wait_for_answers(self) -> bool:
        """Who leads takes itself for dead when nobody has answered for `fence_ticks`, and not before."""
        return all(
            self.fence[n] == (self.fence_ticks - self.unanswered[n] if self.claims[n] else 0) for n in Replica
        )

    @step_invariant
    def answers_count_once(self, old: Self) -> bool:
        """A leader is answered when its lease grows: what it was told before shows nothing of now."""
        return all(
            self.unanswered[n] >= old.unanswered[n] or self.lease[n] > old.lease[n]
            for n in Replica
            if old.claims[n] and self.claims[n] and self.promised[n] == old.promised[n]
        )

    @invariant
    def leaders_ask_nobody(self) -> bool:
        """A question counts for one ballot: who leads, or wants to, waits for no answer to it."""
        return all(self.inquiry[n] is None for n in Replica if self.claims[n])

    @step_invariant
    def who_grants_hears(self, old: Self) -> bool:
        """Who answers a heartbeat has heard the leader: it neither asks nor stands for `election_ticks`."""
        return all(
            self.heard[n] == self.election_ticks and self.inquiry[n] is None
            for n in Replica
            if self.grants_more(n, old.spoken(n))
        )

    @step_invariant
    def who_is_freed_hears_nobody(self, old: Self) -> bool:
        """A node that is free before its own clock shows the end may look for a leader at once."""
        return all(
            self.heard[n] == 0
            for n in Replica
            if old.bound[n] > 0 and self.bound[n] == 0 and self.advance(n) <= old.advance(n)
        )

    def knows_nothing(self, n: Replica) -> bool:
        """As there; it hears nobody, and has asked nothing."""
        return super().knows_nothing(n) and self.heard[n] == 0 and self.inquiry[n] is None

    @step_invariant
    def deaf_nodes_hear_nothing(self, old: Self) -> bool:
        """A node that no link reaches grants nothing, answers and believes no peer, gets no lease, and is not
        freed by others."""
        return all(
            self.lease[n] <= old.lease[n]
            and (old.is_kept_quiet(n) or not self.is_kept_quiet(n))
            and (self.bound[n] > 0 or old.bound[n] == 0 or old.claims[n] or self.advance(n) > old.advance(n))
            and not self.grants_more(n, old.spoken(n))
            and all(m in old.network or m.peer != n for m in self.network.of(Healthy))
            for n in Replica
            if all((k, n) in old.cut for k in Replica if k != n)
        )

    @step_invariant
    def questions_have_a_cause(self, old: Self) -> bool:
        """A node asks its peers only when it hears no leader, and is none."""
        return all(
            old.heard[n] == 0 and not old.claims[n] for n in Replica if self.attempts[n] > old.attempts[n]
        )

    @invariant
    def no_node_is_cut_off_from_itself(self) -> bool:
        """Links join two nodes: what a node says to itself, it hears."""
        return all((n, n) not in self.cut for n in Replica)

    @invariant
    def peers_speak_for_others(self) -> bool:
        """No node is told by itself that it hears the leader."""
        return all(m.asker != m.peer for m in self.network.of(Healthy))
