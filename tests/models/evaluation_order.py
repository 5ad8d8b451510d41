"""A model whose steps fail in several ways at once: which error comes first is that of CPython."""

from typing import Annotated, Literal

from checker import Map, Model, Ordered, Partial, Range, Record, Seq, Sort, action, present, replace, require

Digit = Annotated[int, Range(0, 3)]


class Key(Sort):
    """Any."""


class Step(Ordered):
    """Ordered."""


class Pair(Record):
    """Two checked fields."""

    left: Digit
    right: Digit
    step: Step


class Order(Model):
    """Every action may be undefined in more than one way."""

    digit: Digit
    table: Partial[Key, Digit]
    steps: Map[Key, Step]
    pair: Pair | None
    log: Seq[Digit, Literal[2]]

    @action
    def set(self, k: Key, d: Digit) -> None:
        """Fills."""
        self.table[k] = d
        self.digit = d

    @action
    def move(self, k: Key) -> None:
        """Past the last step at the end."""
        self.steps[k] = self.steps[k].next

    @action
    def make(self, k: Key) -> None:
        """Fields are checked when all are there."""
        self.pair = Pair(self.digit + 1, self.table[k], self.steps[k].next)

    @action
    def make_named(self, k: Key) -> None:
        """Arguments are evaluated as written."""
        self.pair = Pair(step=self.steps[k].next, right=self.digit - 1, left=self.table[k])

    @action
    def change(self, k: Key) -> None:
        """As make."""
        pair = present(self.pair)
        self.pair = replace(pair, left=pair.right + pair.left, right=self.table[k])

    @action
    def store(self, k: Key) -> None:
        """The value, then the key, then the check."""
        self.table[k] = self.table[k] * 2 + self.log[self.digit]
        self.digit = 6 // self.digit

    @action
    def push(self, k: Key) -> None:
        """The element is checked, then the capacity."""
        self.log.append(self.table[k] - 1)

    @action
    def pushes(self, k: Key, j: Key) -> None:
        """All elements, then the capacity."""
        self.log.extend([self.table[k], self.table[j] + self.digit])

    @action
    def chain(self, k: Key, j: Key) -> None:
        """Only as far as needed."""
        require(self.digit <= self.table[k] < self.table[j])
        self.digit += 6 % self.table[k]

    @action
    def compare(self, k: Key, j: Key) -> None:
        """Operands from the left, whatever the operator."""
        require(self.table[k] > 6 // self.digit or self.steps[j].prev >= self.steps[k].next)
        require((self.table[k], self.steps[j]) > (6 // self.digit, self.steps[k].prev))

    @action
    def best(self) -> None:
        """Empty collections and ties."""
        self.digit = max(self.table.values()) + min((d for d in self.log), default=6 % self.digit)
        require(max(self.table.items(), key=lambda item: item[1])[1] == self.digit)

    @action
    def swap(self, k: Key, j: Key) -> None:
        """Both sides first."""
        self.table[k], self.table[j] = self.table[j], self.table[k]

    @action
    def remove(self, k: Key) -> None:
        """Missing keys."""
        del self.table[k]
        self.log.truncate(self.digit - 1)

    @action
    def field(self, k: Key) -> None:
        """None has no fields."""
        pair = self.pair
        self.digit = pair.right if pair is not None and self.digit > 0 else pair.left  # type: ignore[union-attr]  # that is the point
