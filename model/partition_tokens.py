"""What a partition admits by itself: allocated, burst and node tokens, whatever the routers believe.

Source: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), sections 4.1 to 4.3: a partition has a bucket
for its allocated throughput and one for bursts, filled with what was not used for at most 300 seconds; a
burst needs tokens of the node, too, and a burst of writes those of all nodes that hold a copy; partitions
keep these limits beside global admission control; an on-demand table takes twice its previous peak at
once.

Every node holds a copy of every partition. Requests arrive as they like. One unit of capacity pays for
`unit` bytes. The network is the set of all messages ever sent.
"""

from typing import Annotated, Self

from checker import (
    Ghost,
    Map,
    Model,
    Ordered,
    Param,
    Range,
    Record,
    Set,
    Sort,
    action,
    assume,
    cover,
    fault,
    initial,
    invariant,
    present,
    require,
    step_invariant,
    terminal,
)


class Partition(Sort):
    """A part of the table, with a share of its throughput."""


class Host(Sort):
    """A storage node."""


class Burst(Ordered):
    """The bursts of writes of a partition."""


Rate = Annotated[int, Range(0, "node_rate")]
"""Tokens a period."""

Saved = Annotated[int, Range(0, 12)]
"""Tokens in a bucket for bursts."""

Balance = Annotated[int, Range(-12, 12)]
"""Tokens of a node; below zero when allocated requests have taken what bursts had used up."""

Bytes = Annotated[int, Range(0, 60)]
"""Bytes, counted over a window."""

Size = Annotated[int, Range(1, "bytes_max")]
"""The bytes of a request."""

Bursts = Annotated[int, Range(0, 4)]
"""How many bursts of writes."""


class Pending(Record):
    """A burst of writes that waits for the other nodes."""

    burst: Burst
    size: Annotated[int, Range(1, "bytes_max")]


class AskNode(Record):
    """A leader asks the nodes with copies for tokens: a burst of this many units."""

    partition: Partition
    burst: Burst
    cost: Annotated[int, Range(0, "bytes_max")]


class NodeGrants(Record):
    """The node has taken the tokens from its bucket."""

    partition: Partition
    burst: Burst
    host: Host


class PartitionTokens(Model):
    """Buckets that fill with time, bursts that nobody else pays for, and splits that divide."""

    horizon: Param
    unit: Param
    bytes_max: Param
    burst_periods: Param
    node_rate: Param
    node_size: Param
    table_rate: Param
    on_demand: Param

    periods: Annotated[int, Range(0, "horizon")]
    leader: Map[Partition, Host | None]
    rate: Map[Partition, Rate]
    allocated: Map[Partition, Rate]
    saved: Map[Partition, Saved]
    used: Map[Partition, Rate]
    peak: Map[Partition, Rate]
    pending: Map[Partition, Pending | None]
    begun: Map[Partition, Bursts]
    node: Map[Host, Balance]
    granted: Map[Host, Set[tuple[Partition, Burst]]]
    network: Set[AskNode | NodeGrants]

    table_bytes: Ghost[Bytes]
    node_units: Ghost[Map[Host, Bytes]]

    @assume
    def rates_fit(self) -> bool:
        """A node can carry what is allocated to its partitions, and the types count far enough."""
        most = self.unit * self.table_rate * (1 + self.burst_periods)
        return (
            min(self.unit, self.bytes_max, self.table_rate, self.burst_periods) >= 1
            and self.table_rate <= self.node_rate
            and max(self.node_size, self.burst_periods * self.node_rate) <= 12
            and most + self.bytes_max <= 60
        )

    @initial
    def begin(self, p: Partition, h: Host) -> None:
        """One partition has the whole table; all buckets but that for bursts are full."""
        self.leader[p] = h
        self.rate[p] = self.table_rate
        self.allocated[p] = self.table_rate
        self.node = Map({k: self.node_size for k in Host})

    # ---------------------------------------------------------------- time

    @action
    def tick(self) -> None:
        """A period passes: what was not used is saved for bursts, for at most `burst_periods`."""
        require(self.periods < self.horizon)
        self.periods += 1
        self.saved = Map({p: self.save(p) for p in Partition})
        self.rate = Map({p: self.next_rate(p) for p in Partition})
        self.peak = Map({p: max(self.peak[p], self.used[p]) for p in Partition})
        self.allocated = self.rate
        self.used = Map({p: 0 for p in Partition})
        self.pending = Map({p: None for p in Partition})
        for h in Host:
            self.node[h] = min(self.node_size, self.node[h] + self.node_rate)
            self.node_units[h] = max(0, self.node_units[h] - self.node_rate)
        self.table_bytes = max(0, self.table_bytes - self.unit * self.rates())

    def save(self, p: Partition) -> int:
        """No more than what `burst_periods` bring."""
        return min(self.burst_periods * self.rate[p], self.saved[p] + self.allocated[p])

    def next_rate(self, p: Partition) -> int:
        """An on-demand partition can take twice what it has taken at most; others what was provisioned."""
        if self.on_demand == 0:
            rate = self.rate[p]
        else:
            rate = max(self.rate[p], min(self.rate_max(), 2 * max(self.peak[p], self.used[p])))
        return rate

    def rate_max(self) -> int:
        """A partition's share of a node; for more it has to be split."""
        return self.node_rate // len(Partition)

    def rates(self) -> int:
        """What the table has in all."""
        return sum(self.rate[p] for p in Partition)

    # ---------------------------------------------------------------- requests

    def cost(self, size: int) -> int:
        """Units are not divided: a request costs all that it touches."""
        return -(-size // self.unit)

    @action
    def admit(self, p: Partition, size: Size) -> None:
        """A request takes allocated tokens; its node is charged, and cannot refuse."""
        h = present(self.leader[p])
        cost = self.cost(size)
        require(cost <= self.allocated[p])
        self.allocated[p] -= cost
        self.charge(h, cost)
        self.note(p, size)
        self.node_units[h] += cost

    def charge(self, h: Host, cost: int) -> None:
        """A node without tokens goes into debt: what is allocated comes before later bursts."""
        self.node[h] -= cost

    def note(self, p: Partition, size: int) -> None:
        """A request is admitted."""
        self.used[p] = min(self.node_rate, self.used[p] + self.cost(size))
        self.table_bytes += size

    @action
    def burst_read(self, p: Partition, size: Size) -> None:
        """A read beyond the allocation takes saved tokens, if its node has tokens, too."""
        h = present(self.leader[p])
        cost = self.cost(size)
        require(self.may_burst(p, h, cost))
        self.saved[p] -= cost
        self.node[h] -= cost
        self.note(p, size)
        self.node_units[h] += cost

    def may_burst(self, p: Partition, h: Host, cost: int) -> bool:
        """The allocation is used up, enough was saved, and the node can carry it."""
        return self.allocated[p] < cost <= self.saved[p] and cost <= self.node[h]

    @action
    def burst_write(self, p: Partition, size: Size) -> None:
        """A write beyond the allocation takes the same tokens, and asks the other nodes for theirs."""
        h = present(self.leader[p])
        cost = self.cost(size)
        require(self.may_burst(p, h, cost))
        require(self.pending[p] is None and self.begun[p] < len(Burst))
        burst = Burst.at(self.begun[p])
        self.begun[p] += 1
        self.saved[p] -= cost
        self.node[h] -= cost
        self.pending[p] = Pending(burst, size)
        self.network.add(AskNode(p, burst, cost))

    @action
    def grant(self, h: Host, m: AskNode) -> None:
        """A node that has the tokens takes them for this burst, once."""
        require(m in self.network.of(AskNode))
        require(self.leader[m.partition] != h and (m.partition, m.burst) not in self.granted[h])
        require(self.can_carry(h, m.cost))
        self.node[h] -= m.cost
        self.granted[h].add((m.partition, m.burst))
        self.network.add(NodeGrants(m.partition, m.burst, h))

    def can_carry(self, h: Host, cost: int) -> bool:
        """It has the tokens."""
        return cost <= self.node[h]

    @action
    def admit_burst(self, p: Partition) -> None:
        """All nodes with a copy have granted the burst, in this period: the write is admitted."""
        h = present(self.leader[p])
        mine = present(self.pending[p])
        require(all(k == h or self.has_granted(k, p, mine.burst) for k in Host))
        self.pending[p] = None
        self.note(p, mine.size)
        for k in Host:
            self.node_units[k] += self.cost(mine.size)

    def has_granted(self, k: Host, p: Partition, burst: Burst) -> bool:
        """It has, for just this burst."""
        return NodeGrants(p, burst, k) in self.network

    # ---------------------------------------------------------------- splits

    @fault("split")
    def split(self, p: Partition, c: Partition, h: Host) -> None:
        """A partition is divided, and its tokens with it: what one half gets the other loses."""
        require(self.leader[p] is not None and self.leader[c] is None and self.rate[p] >= 2)
        self.leader[c] = h
        self.divide(p, c)
        self.pending[p] = None

    def divide(self, p: Partition, c: Partition) -> None:
        """In halves; an odd token stays where it was, if it fits."""
        self.rate[c] = self.rate[p] // 2
        self.rate[p] -= self.rate[p] // 2
        self.allocated[c] = self.allocated[p] // 2
        self.allocated[p] = min(self.rate[p], self.allocated[p] - self.allocated[p] // 2)
        self.saved[c] = self.saved[p] // 2
        self.saved[p] = min(self.burst_periods * self.rate[p], self.saved[p] - self.saved[p] // 2)
        self.peak[c] = self.peak[p] // 2
        self.peak[p] -= self.peak[p] // 2
        self.used[c] = self.used[p] // 2
        self.used[p] -= self.used[p] // 2

    # ---------------------------------------------------------------- properties

    @invariant
    def burst_range(self) -> bool:
        """Nothing is saved beyond `burst_periods`, and no more than a period's tokens are allocated."""
        return all(
            0 <= self.saved[p] <= self.burst_periods * self.rate[p] and self.allocated[p] <= self.rate[p]
            for p in Partition
        )

    @invariant
    def partition_cap(self) -> bool:
        """In any window as many bytes are admitted as are paid for meanwhile, and can be saved before."""
        return self.table_bytes <= self.unit * (1 + self.burst_periods) * self.rates()

    @invariant
    def node_cap(self) -> bool:
        """In any window a node carries what its tokens pay for, and is in debt for one period at most."""
        return all(self.node_units[h] <= self.node_size + self.rates() for h in Host)

    @invariant
    def split_divides(self) -> bool:
        """A provisioned table has what was provisioned, however it is split."""
        return self.on_demand == 1 or self.rates() == self.table_rate

    @step_invariant
    def peak_is_doubled(self, old: Self) -> bool:
        """With a new period an on-demand partition has twice the previous peak, or its share of a node."""
        return self.on_demand == 0 or all(
            min(self.rate_max(), 2 * old.used[p]) <= self.rate[p]
            and (self.rate[p] <= old.rate[p] or self.rate[p] <= 2 * max(old.used[p], old.peak[p]))
            for p in Partition
            if self.periods > old.periods
        )

    @step_invariant
    def all_nodes_pay(self, old: Self) -> bool:
        """A burst of writes is admitted when each other node has taken tokens for this very burst."""
        return self.table_bytes <= old.table_bytes or all(
            self.pending[p] is not None or self.has_paid(k, p, mine.burst)
            for p, mine in old.pending.items()
            if mine is not None
            for k in Host
        )

    def has_paid(self, k: Host, p: Partition, burst: Burst) -> bool:
        """It leads the partition and began the burst, or was asked and has granted it."""
        return self.leader[p] == k or (p, burst) in self.granted[k]

    @invariant
    def shares_are_served(self) -> bool:
        """What has a share of the throughput has a leader, and the other way round."""
        return all((self.rate[p] > 0) == (self.leader[p] is not None) for p in Partition)

    @invariant
    def allocation_lasts(self) -> bool:
        """Of what is allocated for a period nothing is lost: what is there no more was used."""
        return sum(self.allocated[p] + self.used[p] for p in Partition) >= self.rates()

    @step_invariant
    def periods_bring_tokens(self, old: Self) -> bool:
        """With a new period nothing is used yet, and each node has `node_rate` more, or is full."""
        return self.periods == old.periods or (
            all(self.used[p] == 0 for p in Partition)
            and all(self.node[h] in (self.node_size, old.node[h] + self.node_rate) for h in Host)
        )

    @step_invariant
    def savings_are_of_the_rate_before(self, old: Self) -> bool:
        """With a new period no more is saved than what `burst_periods` bring at the rate of the last."""
        return all(
            self.saved[p] <= self.burst_periods * old.rate[p] for p in Partition if self.periods > old.periods
        )

    @step_invariant
    def peak_is_remembered(self, old: Self) -> bool:
        """A new period knows what was used in the one before, and in all others."""
        return all(
            self.peak[p] >= max(old.peak[p], old.used[p]) for p in Partition if self.periods > old.periods
        )

    @step_invariant
    def requests_take_what_they_use(self, old: Self) -> bool:
        """Within a period each token is allocated, saved, held for a burst or used, and in one of these only.

        `used` counts to `node_rate`; what a split does is said by `split_hands_over`.
        """
        return (
            self.periods > old.periods
            or self.leader != old.leader
            or any(self.used[p] == self.node_rate for p in Partition)
            or self.table_tokens() == old.table_tokens()
        )

    def table_tokens(self) -> int:
        """All tokens of the table's partitions, and what they have paid for."""
        return sum(self.allocated[p] + self.saved[p] + self.held(p) + self.used[p] for p in Partition)

    def held(self, p: Partition) -> int:
        """The tokens of a burst that waits."""
        mine = self.pending[p]
        return 0 if mine is None else self.cost(mine.size)

    @step_invariant
    def savings_are_for_bursts(self, old: Self) -> bool:
        """No request takes saved tokens that could be paid for by the allocation."""
        return all(
            self.saved[p] >= old.saved[p] or old.allocated[p] < old.saved[p] - self.saved[p]
            for p in Partition
            if self.periods == old.periods and self.leader == old.leader
        )

    @step_invariant
    def nodes_pay_once(self, old: Self) -> bool:
        """Within a period a node takes tokens for what it carries, once, and carries what was paid for.

        Only what it grants to a burst that waits no longer is paid for nothing.
        """
        return all(
            self.node_tokens(h) == old.node_tokens(h)
            or (self.node_tokens(h) < old.node_tokens(h) and self.grants_for_nothing(h, old.granted[h]))
            for h in Host
            if self.periods == old.periods and self.leader == old.leader
        )

    def node_tokens(self, h: Host) -> int:
        """A node's tokens, those that it holds for bursts, and those that it has used."""
        return self.node[h] + sum(self.held_by(h, p) for p in Partition) + self.node_units[h]

    def held_by(self, h: Host, p: Partition) -> int:
        """What a node has paid for a burst that waits."""
        mine = self.pending[p]
        return self.cost(mine.size) if mine is not None and self.has_paid(h, p, mine.burst) else 0

    def grants_for_nothing(self, h: Host, before: Set[tuple[Partition, Burst]]) -> bool:
        """It has granted one more burst, for which the partition waits no more."""
        return any(not self.waits_for(p, burst) for p, burst in self.granted[h] if (p, burst) not in before)

    def waits_for(self, p: Partition, burst: Burst) -> bool:
        """This burst is pending."""
        mine = self.pending[p]
        return mine is not None and mine.burst == burst

    @step_invariant
    def split_hands_over(self, old: Self) -> bool:
        """A split neither makes tokens nor loses them, nor what is known of their use."""
        return self.leader == old.leader or (
            sum(self.allocated[p] - old.allocated[p] for p in Partition) == 0
            and sum(self.saved[p] - old.saved[p] for p in Partition) == 0
            and sum(self.used[p] - old.used[p] for p in Partition) == 0
            and sum(self.peak[p] - old.peak[p] for p in Partition) == 0
        )

    @step_invariant
    def splits_end_bursts(self, old: Self) -> bool:
        """No burst waits in a partition that is divided: what it would write may be the other's by now."""
        return self.leader == old.leader or all(
            self.pending[p] is None for p in Partition if self.rate[p] != old.rate[p]
        )

    @terminal
    def time_is_up(self) -> bool:
        """No time is left; requests beyond the tokens are refused."""
        return self.periods == self.horizon

    @cover
    def bursts(self) -> bool:
        """More than the allocation can be used in a period."""
        return any(self.used[p] > self.rate[p] for p in Partition)

    @cover
    def node_refuses(self) -> bool:
        """A partition can have saved tokens and its node none."""
        return any(self.saved[p] > 0 and self.node[h] <= 0 for p in Partition for h in Host)

    @cover
    def node_is_in_debt(self) -> bool:
        """Allocated requests can take more than their node has left."""
        return any(self.node[h] < 0 for h in Host)

    @cover
    def writes_in_a_burst(self, old: Self) -> bool:
        """A burst of writes can be admitted."""
        return any(
            old.pending[p] is not None and self.pending[p] is None and self.table_bytes > old.table_bytes
            for p in Partition
        )

    @cover
    def splits_with_savings(self) -> bool:
        """Both halves can have saved tokens."""
        return sum(1 for p in Partition if self.saved[p] > 0) > 1
