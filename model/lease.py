"""A lease with clocks: at most one node serves, although nobody's clock is right.

Sources: Gray and Cheriton, Leases (1989); Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), where a leader
keeps its role by renewing a lease and a new one waits until the old lease is over.

A holder asks all nodes, itself included; each that agrees binds itself to the holder for `grant_ticks` of its
own clock. With a majority bound, the holder serves for `lease_ticks` of its own clock, counted from the
moment it *asked*. Clocks are read only by their own node and differ by at most `drift`, so the two durations
must differ: by 2 * drift, for a clock may be `drift` behind when the interval begins and as much ahead when
it ends. The network loses, repeats, delays and reorders messages: it is the set of all messages ever sent.
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
    Record,
    Set,
    Sort,
    action,
    assume,
    constraint,
    cover,
    fault,
    invariant,
    require,
    step_invariant,
    terminal,
)


class Node(Sort):
    """Who grants, and who may hold the lease."""


Tick = Annotated[int, Range(0, "horizon")]
"""A reading of a clock."""

Deadline = Annotated[int, Range(0, 30)]
"""A reading that may lie beyond the horizon."""


class Grant(Record):
    """What binds a node until its own clock shows `until`; to whom, is forgotten in a restart."""

    holder: Node | None
    until: Deadline


class Ask(Record):
    """A node asks for the lease, or for a longer one."""

    holder: Node
    sent: Tick


class Granted(Record):
    """A node has bound itself; the answer repeats when the question was sent."""

    grantor: Node
    holder: Node
    sent: Tick


class Lease(Model):
    """One holder, majorities of grantors, clocks that differ."""

    horizon: Param
    drift: Param
    lease_ticks: Param
    grant_ticks: Param
    asks_max: Param

    clock: Map[Node, Tick]
    grant: Partial[Node, Grant]
    lease: Partial[Node, Deadline]
    network: Set[Ask | Granted]
    served: Ghost[Set[Node]]

    @assume
    def durations_make_sense(self) -> bool:
        """A lease lasts, grants last as long at least, and no deadline is too large for its type."""
        return 1 <= self.lease_ticks <= self.grant_ticks and self.horizon + self.grant_ticks <= 30

    @assume
    def clocks_can_move(self) -> bool:
        """With no drift at all, no clock could tick first."""
        return self.drift >= 1

    # ---------------------------------------------------------------- time

    @action
    def tick(self, n: Node) -> None:
        """A clock moves on, but not further ahead of another than the drift allows; what it passes is over.

        This is what the world does, not the node: a node never reads the clock of another.
        """
        require(self.clock[n] < self.horizon)
        require(all(self.clock[n] < self.clock[k] + self.drift for k in Node))
        self.clock[n] += 1
        if n in self.lease and self.lease[n] <= self.clock[n]:
            del self.lease[n]
        if n in self.grant and self.grant[n].until <= self.clock[n]:
            del self.grant[n]

    @fault("crash")
    def restart(self, n: Node) -> None:
        """A node loses what it knew, except the time, and serves no more.

        It may be bound and not know to whom: it waits for as long as any grant made before can last.
        """
        if n in self.lease:
            del self.lease[n]
        self.grant[n] = Grant(None, self.end_of_grant(n))

    # ---------------------------------------------------------------- the protocol

    def end_of_grant(self, n: Node) -> int:
        """Counted from now, and longer than a lease by what the clocks may differ."""
        return self.clock[n] + self.grant_ticks

    def is_free_for(self, n: Node, holder: Node) -> bool:
        """Bound to nobody, or to the one who asks again."""
        return n not in self.grant or self.grant[n].holder == holder

    @action
    def ask(self, n: Node) -> None:
        """A node asks for the lease, or a longer one; it binds itself first, so it grants to nobody else."""
        require(self.is_free_for(n, n))
        self.grant[n] = Grant(n, self.end_of_grant(n))
        self.network.add(Ask(n, self.clock[n]))

    @action
    def agree(self, n: Node, m: Ask) -> None:
        """A node that is bound to nobody else binds itself, from the moment the question arrives."""
        require(m in self.network.of(Ask))
        require(m.holder != n and self.is_free_for(n, m.holder))
        self.grant[n] = Grant(m.holder, self.end_of_grant(n))
        self.network.add(Granted(n, m.holder, m.sent))

    @action
    def serve(self, n: Node, m: Ask, q: Quorum[Node]) -> None:
        """A node with a majority bound by one question of its own serves for `lease_ticks` since it asked."""
        require(m in self.network.of(Ask))
        require(m.holder == n)
        require(n in q and all(k == n or Granted(k, n, m.sent) in self.network for k in q))
        until = self.end_of_lease(n, m)
        require(self.clock[n] < until and (n not in self.lease or self.lease[n] < until))
        self.lease[n] = until
        self.served.add(n)

    def end_of_lease(self, n: Node, m: Ask) -> int:
        """Counted from the question, for the grantors count from a moment after it."""
        return m.sent + self.lease_ticks

    # ---------------------------------------------------------------- properties

    @constraint
    def few_questions(self) -> bool:
        """Bounds how often nodes ask."""
        return len(self.network.of(Ask)) <= self.asks_max

    @terminal
    def time_is_up(self) -> bool:
        """All clocks have reached the horizon."""
        return all(self.clock[n] == self.horizon for n in Node)

    @invariant
    def one_serves(self) -> bool:
        """At most one node believes that it holds the lease."""
        return all(a == b for a in self.lease for b in self.lease)

    @invariant
    def nothing_outlives_its_end(self) -> bool:
        """What a node's clock has passed is over."""
        return all(self.clock[n] < self.lease[n] for n in self.lease) and all(
            self.clock[n] < self.grant[n].until for n in self.grant
        )

    @step_invariant
    def no_early_grant(self, old: Self) -> bool:
        """A node that is bound stays so, and to the same node, until its own clock shows the end."""
        return all(
            self.clock[n] >= old.grant[n].until
            or (
                n in self.grant
                and self.grant[n].until >= old.grant[n].until
                and (self.grant[n].holder is None or self.grant[n].holder == old.grant[n].holder)
            )
            for n in old.grant
        )

    @step_invariant
    def restarts_end_leases(self, old: Self) -> bool:
        """A node that does not know any more to whom it is bound does not believe that it holds the lease.

        It may, later, by answers to a question of its own: those are in the network.
        """
        return all(
            n not in self.lease
            for n in self.grant
            if self.grant[n].holder is None and (n not in old.grant or old.grant[n].holder is not None)
        )

    @invariant
    def answers_are_from_others(self) -> bool:
        """A holder counts itself without an answer, so that none of its own is counted again."""
        return all(m.grantor != m.holder for m in self.network.of(Granted))

    @step_invariant
    def clocks_rise(self, old: Self) -> bool:
        """Clocks never go back."""
        return all(self.clock[n] >= old.clock[n] for n in Node)

    @cover
    def renews(self, old: Self) -> bool:
        """A holder can prolong its lease while it serves."""
        return any(n in self.lease and self.lease[n] > old.lease[n] for n in old.lease)

    @cover
    def lapses(self, old: Self) -> bool:
        """A lease can end because its time is over."""
        return any(n not in self.lease and self.clock[n] > old.clock[n] for n in old.lease)

    @cover
    def changes_hands(self) -> bool:
        """Two nodes can serve, one after the other."""
        return len(self.served) > 1
