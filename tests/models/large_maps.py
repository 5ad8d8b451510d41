"""Maps with thousands of keys."""

from typing import Annotated

from checker import Map, Model, Partial, Range, Record, action, invariant, require

Number = Annotated[int, Range(0, 69)]
Small = Annotated[int, Range(0, 2)]


class Pair(Record):
    """A key of several parts: 4,900 of them."""

    first: Number
    second: Number


class Large(Model):
    """Few of the keys are ever used."""

    place: Small
    seen: Partial[Pair, Small]
    marked: Map[Pair, bool]

    @action
    def walk(self, step: Small) -> None:
        """Somewhere else, with a note of where it was."""
        require(self.place != step)
        here = Pair(69 - self.place, 30 * self.place)
        self.seen[here] = step
        self.marked[here] = True
        self.place = step

    @action
    def forget(self, step: Small) -> None:
        """A note goes."""
        key = Pair(69 - step, 30 * step)
        require(key in self.seen and self.seen[key] == self.place)
        del self.seen[key]

    @invariant
    def seen_is_marked(self) -> bool:
        """What was noted is marked."""
        return all(self.marked[key] for key in self.seen)
