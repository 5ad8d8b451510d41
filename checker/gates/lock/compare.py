"""Two entries of a check: what moved."""

from __future__ import annotations

from collections.abc import Iterator

from checker.gates.lock.entry import Entry, Numbers
from checker.gates.outcome import Moved


def moved(old: Entry, new: Entry) -> tuple[Moved, ...]:
    """What differs, in the order of the lines of the file."""
    return tuple(_moved(old, new))


def _moved(old: Entry, new: Entry) -> Iterator[Moved]:
    for name in ("scope", "params", "faults"):
        before, after = _shown(getattr(old, name)), _shown(getattr(new, name))
        if before != after:
            yield Moved(name, before, after)
    if old.symmetry != new.symmetry:
        yield Moved("symmetry", *[", ".join(entry.symmetry) or None for entry in (old, new)])
    for name in ("verdict", "steps", "distinct", "generated", "depth"):
        if getattr(old, name) != getattr(new, name):
            yield Moved(name, getattr(old, name), getattr(new, name))
    counts, counts_now = dict(old.actions), dict(new.actions)
    for name in sorted({*counts, *counts_now}):
        if counts.get(name) != counts_now.get(name):
            yield Moved(f"action {name}", counts.get(name), counts_now.get(name))
    if old.steps is not None or new.steps is not None:
        return  # a search that found a violation looked no further for covers
    for name in sorted({*old.covers} ^ {*new.covers}):
        states = ("reached", "not reached") if name in old.covers else ("not reached", "reached")
        yield Moved(f"cover {name}", *states)


def _shown(numbers: Numbers) -> str | None:
    return ", ".join([f"{name}={value}" for name, value in numbers]) or None


def show_moved(one: Moved) -> str:
    """`distinct 3,921 -> 3,930`."""
    return f"{one.what} {show_side(one.old)} -> {show_side(one.new)}"


def show_side(value: str | int | None) -> str:
    """A value before or after."""
    match value:
        case None:
            return "none"
        case int():
            return f"{value:,}"
        case str():
            return value
