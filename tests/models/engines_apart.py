"""Small models on which the engines once disagreed, or capture gave what is no IR."""

from typing import Annotated, Self

from checker import (
    Map,
    Model,
    Ordered,
    Param,
    Range,
    Record,
    Seq,
    action,
    assume,
    constraint,
    cover,
    require,
)

Small = Annotated[int, Range(0, 3)]


class Term(Ordered): ...


class Entry(Record):
    node: bool
    value: Term


class Counts(Model):
    count: Small

    @action
    def up(self) -> None:
        require(self.count < 3)
        self.count += 1


class CoverFails(Counts):
    """A cover that cannot be evaluated is not reached."""

    log: Seq[Small, Term]

    @cover
    def at_the_start(self) -> bool:
        return self.log[self.count] == 0


class StepCoverFails(Counts):
    log: Seq[Small, Term]

    @cover
    def on_a_step(self, old: Self) -> bool:
        return self.log[old.count] == 0


class IgnoresOld(Model):
    """A cover of steps that looks at no state before them, in a model without steps."""

    count: Small

    @cover
    def whatever(self, old: Self) -> bool:
        return self.count == 0


class Assumes(Counts):
    limit: Param

    @assume
    def there_is_room(self) -> bool:
        return self.limit > 1

    @cover
    def full(self) -> bool:
        return self.count == self.limit

    @constraint
    def low(self) -> bool:
        return self.count < self.limit


class FailsAtTheEnd(Model):
    """Nothing new is reached, and one step cannot be evaluated."""

    term: Term

    @action
    def stay(self) -> None:
        self.term = Term.first

    @action
    def back(self) -> None:
        self.term = self.term.prev


class KeysOnTheWay(Model):
    """The key of a place below it is computed, and may be outside."""

    entries: Map[Small, Entry]
    count: Small

    @action
    def write(self) -> None:
        self.entries[self.entries[self.count].value.index].value = self.entries[self.count + 1].value.next

    @action
    def up(self) -> None:
        self.count = min(self.count + 1, 3)
