"""Arguments drawn from a collection that cannot always be evaluated."""

from typing import Annotated

from checker import Model, Ordered, Partial, Range, Record, Set, action, initial, require

Count = Annotated[int, Range(0, 2)]
Number = Annotated[int, Range(0, 1)]


class Shelf(Ordered):
    """Where notes are."""


class Note(Record):
    """What is drawn."""

    number: Number
    other: Number


class Drawn(Model):
    """Two shelves with notes; the third shelf is not there, so nothing can be drawn from it.

    tests/unit/engines/native/fixtures/drawn.c is the same model, written by hand.
    """

    shelf: Shelf
    notes: Partial[Shelf, Set[Note]]
    count: Count

    @initial
    def begin(self) -> None:
        """A note on each of the first two shelves."""
        self.shelf = Shelf.first
        for s in Shelf:
            if s != Shelf.last:
                self.notes[s] = Set({Note(0, 1)})

    @action
    def take(self, m: Note) -> None:
        """Counts a note."""
        require(m in self.notes[self.shelf])
        require(self.count < 2)
        self.count += 1

    @action
    def walk(self) -> None:
        """To the next shelf, with nothing or with all."""
        require(self.shelf != Shelf.last)
        require(self.count != 1)
        self.shelf = self.shelf.next
