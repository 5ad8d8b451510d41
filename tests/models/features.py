"""Models that use much of the language, for comparing what CPython does with what is captured."""

from enum import Enum
from typing import Annotated, ClassVar, Literal, Self

from checker import (
    Bag,
    Ghost,
    Map,
    Model,
    Param,
    Partial,
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    action,
    assume,
    constraint,
    cover,
    fault,
    initial,
    invariant,
    majority,
    maxima,
    minima,
    present,
    replace,
    require,
    step_invariant,
    terminal,
)
from tests.models import feature_helpers
from tests.models.feature_helpers import Era, Line, Member, count_of, newest, pair_up

Small = Annotated[int, Range(0, 4)]
Ticks = Annotated[int, Range(0, "horizon")]
LIMIT = 3
FAST = (1, 2)


class Phase(Enum):
    """Where a member is."""

    IDLE = 0
    BUSY = 1
    DONE = 2


STOPPED = frozenset({Phase.IDLE, Phase.DONE})


class Message(Record):
    """Anything sent."""

    sender: Member


class Ask(Message):
    """A question."""

    era: Era


class Answer(Message):
    """An answer, with what was known."""

    era: Era
    line: Line | None = None

    def is_empty(self) -> bool:
        """Says nothing."""
        return self.line is None


class Stop(Message):
    """The end."""


class Node(Record):
    """What a member keeps."""

    phase: Phase
    log: Seq[Line, Literal[3]]
    votes: Set[Member]
    count: Small


class Features(Model):
    """Records with sequences inside maps, unions, matches, helpers, loops."""

    STEP: ClassVar[int] = 2

    horizon: Param
    node: Map[Member, Node]
    seen: Partial[tuple[Member, Era], Small]
    network: Set[Message]
    post: Bag[Ask | Stop, Literal[3]]
    clock: Ticks
    leader: Member | None
    grid: Map[tuple[Member, Phase], bool]
    known: Ghost[Set[Member]]

    # ---------------------------------------------------------------- records in maps

    @action
    def write(self, n: Member, e: Era) -> None:
        """A place inside a record inside a map."""
        require(len(self.node[n].log) < LIMIT and self.node[n].phase not in (Phase.DONE,))
        last = newest(self.node[n].log)
        require(last is None or e >= last)
        self.node[n].log.append(Line(e, n))
        self.node[n].count += 1
        self.node[n] = replace(self.node[n], phase=Phase.BUSY)
        self.known.add(n)

    @action
    def cut(self, n: Member, size: Small) -> None:
        """Slices and truncation."""
        log = self.node[n].log
        require(size < len(log))
        if size > 1:
            self.node[n].log = log[:size] + log[size + 1 :]
        else:
            self.node[n].log.truncate(size)
        self.node[n].count = len(self.node[n].log) // self.STEP

    @action
    def tally(self, q: Quorum[Member]) -> None:
        """Loops over things without order."""
        for m in q:
            self.node[m].votes |= q
            self.grid[m, Phase.DONE] = m in self.node[m].votes
            for p in Phase:
                if p in STOPPED and self.node[m].phase != p:
                    self.grid[(m, p)] = True
        for m, node in self.node.items():
            if majority(node.votes, Set(Member)):
                self.network.add(Stop(m))
            self.node[m].votes.discard(m)

    # ---------------------------------------------------------------- unions and matches

    @action
    def ask(self, n: Member, e: Era, also: bool) -> None:
        """Sends one question, or two."""
        message = Ask(n, e)
        require(message not in self.network)
        self.network.add(message)
        if also and len(self.post) < 3:
            self.post.add(Ask(era=e, sender=n))

    @action
    def answer(self, n: Member, m: Ask) -> None:
        """A message drawn from the network."""
        require(m in self.network)
        require(n != m.sender)
        mine = [line for line in self.node[n].log if line.era <= m.era]
        best: Line | None = None
        for line in mine:
            if best is None or line.era > best.era:
                best = line
        self.network.add(Answer(n, m.era, best))
        self.seen[n, m.era] = count_of(n, mine) if best is not None else 0

    @action
    def receive(self, n: Member, m: Ask | Answer) -> None:
        """A match with patterns inside."""
        require(m in self.network)
        era = m.era
        match m:
            case Answer(sender=s, line=Line(era=e, owner=o)) if o == n:
                self.leader = s
                era = e
            case Answer(line=None):
                self.leader = None
            case Ask(s):
                require(s == n)
                self.leader = s
            case _:
                require(self.clock > 0)
        self.node[n].phase = Phase.DONE if era == Era.last else Phase.IDLE
        owner, when = pair_up(n, era)
        self.seen[owner, when] = min(feature_helpers.distance(len(self.network)), 4)

    @action
    def deliver(self, m: Ask | Stop) -> None:
        """A message taken out of a bag."""
        require(m in self.post)
        if isinstance(m, Ask) and m.era != Era.first:
            self.post.remove(m)
            self.post.add(Ask(m.sender, m.era.prev))
        elif self.post.count(m) > 1:
            self.post.clear()
        else:
            self.post.remove(m)

    # ---------------------------------------------------------------- options, partial maps, arithmetic

    def expire(self, n: Member) -> None:
        """A helper that writes."""
        for e in Era:
            if (n, e) in self.seen:
                del self.seen[n, e]

    @action
    def tick(self) -> None:
        """Chained comparisons, present, a helper that writes."""
        leader = present(self.leader)
        require(0 <= self.clock < self.horizon <= 10)
        self.clock, before = self.clock + 1, self.clock
        if (before % 2 == 0 and before in FAST) or self.clock == 1:
            self.expire(leader)
        else:
            self.leader = None

    @action
    def reset(self, n: Member) -> None:
        """Ordered loops carry locals over."""
        total = 0
        eras: list[Era] = []
        for i, line in enumerate(self.node[n].log):
            total += i + line.era.index
            eras = [*eras, line.era]
        require(total > 0)
        self.node[n].log = Seq([Line(e, n) for e in reversed(eras)])
        self.node[n].count = abs(total - 2) - 1
        self.grid = Map({(m, p): False for m in Member for p in Phase})

    @action
    def overflow(self, n: Member) -> None:
        """Stores that may not fit."""
        require(self.clock == self.horizon)
        self.node[n].count = self.clock * 2
        self.clock += 1

    @action
    def neighbours(self, n: Member, e: Era, f: Era | None) -> None:
        """Partial operations."""
        require((n, e) in self.seen and f is not None)
        self.seen[n, e.next] = self.seen[n, e] - 1
        self.seen[n, present(f)] = self.seen[n, Era.at(self.seen[n, e])]

    @fault("crash")
    def crash(self, n: Member) -> None:
        """Everything kept is lost."""
        self.node[n] = Node(Phase.IDLE, Seq(), Set(), 0)
        if self.leader == n:
            self.leader = None

    # ---------------------------------------------------------------- properties

    def best(self, n: Member) -> Set[Line]:
        """The newest lines."""
        return maxima(self.node[n].log, key=lambda line: (line.era, self.rank(line.owner)))

    def rank(self, n: Member) -> int:
        """Ranks by what is kept."""
        node = self.node[n]
        match node.phase:
            case Phase.IDLE:
                value = 0
            case Phase.BUSY if len(node.log) > 1:
                value = 2
            case Phase.BUSY | Phase.DONE:
                value = 1
        if value > 1:
            value = value * 2
            other = 1
        else:
            other = 0
        return value + other

    def has_stopped(self, n: Member) -> bool:
        """A loop that looks for something."""
        for m in self.network.of(Stop, Ask):  # noqa: SIM110  # the loop is what is captured
            if isinstance(m, Stop) and m.sender == n:
                return True
        return False

    @invariant
    def lines_are_sorted(self) -> bool:
        """Quantifiers over pairs."""
        return all(
            a.era <= b.era or a == b or (a.era, i) < (b.era, i + 1)
            for n in Member
            for i, (a, b) in enumerate(zip(self.node[n].log, self.node[n].log[1:], strict=False))
            if a.owner == n
        )

    @invariant
    def logs_agree(self) -> bool:
        """Prefixes, sums, sizes."""
        total = sum(len(node.log) for node in self.node.values())
        if total > 2 * LIMIT:
            return False
        return all(
            n == m or not self.node[n].log.is_prefix_of(self.node[m].log) or len(self.best(n)) <= 1
            for n in Member
            for m in Member
        )

    def order(self, n: Member) -> int:
        """How often a member has asked."""
        return len([m for m in self.network.of(Ask) if m.sender == n])

    @invariant
    def answers(self) -> bool:
        """Record methods, unions, dictionaries."""
        eras = {m.era for m in self.network.of(Ask, Answer)}
        empty = [m for m in self.network.of(Answer) if m.is_empty()]
        counts = Partial({n: self.order(n) for n in Member if self.order(n) > 0})
        return (
            len(empty) <= 8
            and eras <= Set(Era)
            and all(0 < counts[n] <= len(Era) for n in counts)
            and all(counts.get(n, 0) >= 0 for n in Member)
            and all(counts.get(n) is None or counts.get(n) != 0 for n in Member)
            and max((counts[n] for n in counts), default=0) <= 4
            and min(3, len(eras), 5) <= 3
        )

    @invariant
    def options(self) -> bool:
        """None in comparisons."""
        asked = minima(self.network.of(Ask), key=lambda m: m.era)
        lowest = min((m.era for m in asked), default=None)
        leader = self.leader
        if leader is None:
            return True
        if leader not in self.node:
            return False
        return lowest is None or lowest <= Era.last or newest(self.node[leader].log) is None

    @step_invariant
    def clock_moves(self, old: Self) -> bool:
        """The old state, and helpers on it."""
        return old.clock <= self.clock and all(old.order(n) <= self.order(n) for n in Member)

    @cover
    def somebody_is_done(self) -> bool:
        """Looks at keys."""
        return any(node.phase == Phase.DONE for node in self.node.values())

    @constraint
    def small(self) -> bool:
        """Few messages."""
        return len(self.network) < 4

    @assume
    def there_is_time(self) -> bool:
        """Parameters and sizes."""
        return self.horizon >= 1 and len(Member) >= 2 and len(Quorum[Member]) > 0

    @terminal
    def over(self) -> bool:
        """Any."""
        return self.clock == self.horizon

    @initial
    def begin(self, ready: bool) -> None:
        """One way to start."""
        self.leader = None
        if not ready:
            require(self.clock == 0)
            self.clock = 1


class Louder(Features):
    """Overrides that call what they override."""

    def rank(self, n: Member) -> int:
        """One more."""
        return super().rank(n) + 1

    def expire(self, n: Member) -> None:
        """For everybody."""
        for m in Member:
            super().expire(m)

    def write(self, n: Member, e: Era) -> None:
        """Only the newest."""
        require(e == Era.last)
        super().write(n, e)
        self.leader = n
