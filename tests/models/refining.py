"""Small models that refine others, in the ways that the engines must agree on."""

from typing import Annotated

from checker import (
    Map,
    Model,
    Ordered,
    Param,
    Partial,
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    fault,
    initial,
    present,
    refines,
    require,
)


class Voter(Sort):
    """Who votes."""


class Choice(Sort):
    """What is voted for."""


class Place(Ordered):
    """Where a log has entries."""


class Decision(Model):
    """At most one choice is ever made."""

    chosen: Set[Choice]

    @action
    def choose(self, c: Choice) -> None:
        """Nothing was chosen before."""
        require(len(self.chosen) == 0)
        self.chosen.add(c)

    @action
    def revoke(self, c: Choice) -> None:
        """What was chosen is taken back; no vote ever does this."""
        require(c in self.chosen)
        self.chosen.discard(c)


class Election(Model):
    """Each voter votes once; a majority decides."""

    vote: Map[Voter, Choice | None]

    @action
    def cast(self, n: Voter, c: Choice) -> None:
        """A first vote."""
        require(self.vote[n] is None)
        self.vote[n] = c

    @fault("crash")
    def forget(self, n: Voter) -> None:
        """A crash that loses nothing."""
        require(self.vote[n] is not None)

    def won(self, c: Choice) -> bool:
        """A majority voted for it."""
        return any(all(self.vote[n] == c for n in q) for q in Quorum[Voter])

    @refines(Decision)
    def decides(self) -> Decision:
        """What has a majority."""
        return Decision(chosen=Set({c for c in Choice if self.won(c)}))


class Fickle(Election):
    """Voters vote again."""

    def cast(self, n: Voter, c: Choice) -> None:
        """Any vote."""
        self.vote[n] = c


class BornDecided(Election):
    """All begin with one choice."""

    @initial
    def begin(self, c: Choice) -> None:
        """Unanimous."""
        self.vote = Map({n: c for n in Voter})


class Item(Record):
    """What a store keeps at a place."""

    choice: Choice
    count: Annotated[int, Range(0, 3)]


class Change(Record):
    """A request to change an item."""

    at: Place
    choice: Choice


class Store(Model):
    """Abstract steps in every form that a relation can be made of."""

    limit: Param
    items: Partial[Place, Item]
    totals: Map[Choice, Annotated[int, Range(0, "limit")]]
    pairs: Map[tuple[Place, bool], bool]
    log: Seq[Choice, Place]
    last: Choice | None
    asked: Set[Change]

    @action
    def ask(self, p: Place, c: Choice) -> None:
        """A request, once."""
        require(Change(p, c) not in self.asked)
        self.asked |= Set({Change(p, c)})

    @action
    def put(self, change: Change) -> None:
        """A request is carried out."""
        require(change in self.asked)
        self.note(change.choice)
        if change.at in self.items and self.items[change.at].choice == change.choice:
            require(self.items[change.at].count < 3)
            self.items[change.at].count += 1
        else:
            self.items[change.at] = Item(change.choice, 1)
        self.asked.discard(change)

    def note(self, c: Choice) -> None:
        """A procedure that requires, and writes."""
        require(self.room() > 0)
        self.log.append(c)
        self.totals[c] += 1
        self.last = c

    def room(self) -> int:
        """How much of the log is free."""
        used = len(self.log)
        return len(Place) - used

    @action
    def drop(self, p: Place, only: Choice | None) -> None:
        """An item is dropped, if it is the one that is meant."""
        held = present(self.items.get(p))
        require(only is None or held.choice == only)
        del self.items[p]
        self.pairs[p, True] = not self.pairs[p, True]

    @action
    def cut(self, full: bool) -> None:
        """The log gets shorter."""
        require(present(self.last) in self.log)
        before = len(self.log)
        if full:
            self.log.clear()
            self.last = None
        else:
            self.log.truncate(before - 1)
        self.totals = Map({c: sum(1 for d in self.log if d == c) for c in Choice})


class Copy(Store):
    """A store that does twice as much as it should tell of, and a count that nobody sees."""

    busy: bool

    def ask(self, p: Place, c: Choice) -> None:
        """As there, and it is noted that there is work."""
        super().ask(p, c)
        self.busy = True

    @action
    def rest(self) -> None:
        """Nothing that can be seen."""
        require(self.busy)
        self.busy = False

    @refines(Store)
    def is_a_store(self) -> Store:
        """Everything but what is busy."""
        log, last = self.log, self.last
        if self.busy:
            return Store(
                asked=self.asked, items=self.items, totals=self.totals, pairs=self.pairs, log=log, last=last
            )
        return Store(
            items=Partial({p: self.items[p] for p in self.items}),
            totals=self.totals,
            pairs=self.pairs,
            log=log,
            last=last,
            asked=self.asked,
        )


class ForgetsTotals(Copy):
    """What is dropped stays in no total."""

    def drop(self, p: Place, only: Choice | None) -> None:
        """As there, and a total changes."""
        super().drop(p, only)
        self.totals = Map({c: 0 for c in Choice})


class Narrow(Model):
    """A count that must not be raised twice, which no guard says."""

    count: Annotated[int, Range(0, 1)]
    flag: bool

    @action
    def bump(self) -> None:
        """Raises the count, wherever it is."""
        self.count += 1

    @action
    def turn(self) -> None:
        """Turns the flag."""
        self.flag = not self.flag


class Broad(Model):
    """Its second step asks the abstract model for a step that has no value."""

    count: Annotated[int, Range(0, 5)]

    @action
    def step(self) -> None:
        """Up to the end."""
        require(self.count < 5)
        self.count += 1

    @refines(Narrow)
    def narrows(self) -> Narrow:
        """The first step counts, the second turns the flag."""
        return Narrow(count=min(self.count, 1), flag=self.count > 1)
