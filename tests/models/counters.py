"""Small models for tests of the engines: each shows one thing."""

from typing import Annotated, Literal, Self

from checker import (
    Bag,
    Ghost,
    Map,
    Model,
    Ordered,
    Param,
    Partial,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    assume,
    constraint,
    cover,
    fault,
    initial,
    invariant,
    present,
    require,
    step_invariant,
    terminal,
)

Small = Annotated[int, Range(0, 5)]


class Node(Sort):
    """Anybody."""


class Slot(Ordered):
    """Places."""


class Counter(Model):
    """Counts up to five, then stops: 6 states on 6 levels, a deadlock at the end."""

    count: Small

    @action
    def up(self) -> None:
        """One more."""
        require(self.count < 5)
        self.count += 1

    @invariant
    def small(self) -> bool:
        """Never reaches four."""
        return self.count < 4

    @step_invariant
    def by_one(self, old: Self) -> bool:
        """A step changes the count by one."""
        return self.count == old.count + 1

    @cover
    def three(self) -> bool:
        """Reaches three."""
        return self.count == 3

    @cover
    def seven(self) -> bool:
        """Never happens."""
        return self.count == 7


class Ended(Counter):
    """As Counter, but five is its proper end, and four is allowed."""

    def small(self) -> bool:
        """Anything goes."""
        return self.count <= 5

    @terminal
    def five(self) -> bool:
        """Where it ends."""
        return self.count == 5


class Jumping(Ended):
    """A step of two breaks the step invariant."""

    @action
    def jump(self) -> None:
        """Two more, once."""
        require(self.count == 2)
        self.count += 2


class Overflowing(Ended):
    """A store past the range."""

    def up(self) -> None:
        """Without the guard."""
        self.count += 1


class Within(Ended):
    """Explored up to two; three is checked but not counted."""

    @constraint
    def at_most_two(self) -> bool:
        """Few."""
        return self.count <= 2


class WithinBroken(Within):
    """The invariant is false beyond the constraint only."""

    def small(self) -> bool:
        """False at three."""
        return self.count < 3


class Wrong(Ended):
    """An invariant that cannot be evaluated at three."""

    def small(self) -> bool:
        """Divides by zero."""
        return 6 // (3 - self.count) != 100


class Idle(Ended):
    """An action that can never fire, and one that loops."""

    @action
    def never(self) -> None:
        """Never enabled."""
        require(self.count > 5)

    @action
    def stay(self) -> None:
        """Changes nothing."""
        self.count = self.count


class Starts(Model):
    """Initial states from two methods; one binding is disabled, one state comes twice."""

    count: Small
    who: Node

    @initial
    def anybody(self, n: Node, c: Small) -> None:
        """Any node with 0 or 1."""
        require(c < 2)
        self.who = n
        self.count = c

    @initial
    def first_again(self, n: Node) -> None:
        """A repetition."""
        self.who = n
        self.count = 0

    @action
    def done(self) -> None:
        """Nothing happens."""
        require(self.count >= 0)


class NoStart(Starts):
    """No initial state."""

    def anybody(self, n: Node, c: Small) -> None:
        """Disabled."""
        require(c > 5)
        self.who = n

    def first_again(self, n: Node) -> None:
        """Disabled."""
        require(self.count > 5)
        self.who = n


class Crashes(Model):
    """A fault with a budget; the budget is part of the state."""

    up: Map[Node, bool]

    @initial
    def all_up(self) -> None:
        """Everybody runs."""
        self.up = Map({n: True for n in Node})

    @fault("crash")
    def crash(self, n: Node) -> None:
        """One stops."""
        require(self.up[n])
        self.up[n] = False

    @action
    def restart(self, n: Node) -> None:
        """One starts."""
        require(not self.up[n])
        self.up[n] = True

    @action
    def tick(self) -> None:
        """Time passes."""
        require(True)


class Ping(Record):
    """A message."""

    to: Node
    number: Small


class Pong(Record):
    """An answer."""

    to: Node
    number: Small


class Mail(Model):
    """Messages drawn from a set, and dependent on an earlier parameter."""

    network: Set[Ping | Pong]
    seen: Ghost[Set[Ping]]
    inbox: Map[Node, Seq[Ping, Literal[2]]]

    @action
    def send(self, n: Node) -> None:
        """A first message to somebody."""
        self.network.add(Ping(n, 0))

    @action
    def receive(self, n: Node, m: Ping) -> None:
        """Its receiver takes it in."""
        require(m in self.network)
        require(m.to == n)
        require(len(self.inbox[n]) < 2)
        self.inbox[n].append(m)
        self.seen.add(m)

    @action
    def answer(self, n: Node, m: Ping) -> None:
        """And answers what is in its box."""
        require(m in self.inbox[n])
        self.network.add(Pong(n, m.number))

    @invariant
    def seen_was_sent(self) -> bool:
        """What was seen was sent."""
        return self.seen <= self.network


class Timers(Model):
    """Parameters, partial maps, bags and an assumption."""

    low: Param
    high: Param
    clock: Annotated[int, Range(0, "high")]
    grant: Partial[Node, Annotated[int, Range(0, "high")]]
    sent: Bag[Node, Literal[2]]

    @assume
    def ordered(self) -> bool:
        """The bounds are in order."""
        return self.low < self.high

    @action
    def tick(self) -> None:
        """Time passes."""
        require(self.clock < self.high)
        self.clock += 1

    @action
    def give(self, n: Node) -> None:
        """A grant until low ticks from now, if that is in range."""
        require(n not in self.grant)
        require(self.clock + self.low <= self.high)
        self.grant[n] = self.clock + self.low

    @action
    def expire(self, n: Node) -> None:
        """It ends."""
        require(present(self.grant.get(n)) <= self.clock)
        del self.grant[n]

    @action
    def send(self, n: Node) -> None:
        """Into the bag."""
        require(len(self.sent) < 2)
        self.sent.add(n)

    @action
    def lose(self, n: Node) -> None:
        """Out of the bag."""
        require(n in self.sent)
        self.sent.remove(n)

    @terminal
    def over(self) -> bool:
        """Time is up."""
        return self.clock == self.high
