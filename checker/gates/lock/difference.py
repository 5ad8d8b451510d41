"""Two lock files, compared check by check: what a change did to the state spaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.gates.lock.compare import moved
from checker.gates.lock.entry import Entry, Key, Numbers
from checker.gates.outcome import Moved

Kind: TypeAlias = Literal["changed", "new", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A count that moved, and what a reviewer should see in it, if anything."""

    what: str
    old: str | int | None
    new: str | int | None
    remark: str = ""

    @property
    def change(self) -> str:
        """`+9 (+0.2%)`; nothing where one side is no number."""
        if not isinstance(self.old, int) or not isinstance(self.new, int):
            return ""
        by = self.new - self.old
        if self.old == 0:
            return f"{by:+,}"
        # Of a percent the tenths, rounded half up, in integers: a count may be larger than a float is exact.
        tenths = (abs(by) * 2000 + self.old) // (2 * self.old)
        sign = "-" if by < 0 else "+"
        return f"{by:+,} ({sign}{tenths // 10:,}.{tenths % 10}%)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A check that is not what it was.

    Attributes:
        remark: what became of a negative control.
    """

    spec: str
    check: str
    kind: Kind
    changes: tuple[Change, ...] = ()
    remark: str = ""


def differences(old: Mapping[Key, Entry], new: Mapping[Key, Entry]) -> list[Difference]:
    """What differs, sorted by spec and check."""
    found: list[Difference] = []
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before is None and after is not None:
            found.append(Difference(*key, "new", _all(after), _appeared(after)))
        elif before is not None and after is None:
            found.append(Difference(*key, "removed", (), _vanished(before)))
        elif before is not None and after is not None and before != after:
            changes = tuple([_change(one, before, after) for one in moved(before, after)])
            found.append(Difference(*key, "changed", changes, _control(before, after)))
    return found


def _all(entry: Entry) -> tuple[Change, ...]:
    counts: list[tuple[str, str | int | None]] = [("verdict", entry.verdict), ("steps", entry.steps)]
    counts += [("distinct", entry.distinct), ("generated", entry.generated), ("depth", entry.depth)]
    return tuple([Change(what, None, value) for what, value in counts if value is not None])


def _change(one: Moved, before: Entry, after: Entry) -> Change:
    return Change(one.what, one.old, one.new, _remark(one, before, after))


def _remark(one: Moved, before: Entry, after: Entry) -> str:
    kind, _, name = one.what.partition(" ")
    match kind:
        case "action":
            return _of_action(one.old, one.new, same_numbers=_numbers(before) == _numbers(after))
        case "cover":
            return "no longer reached" if name in before.covers else ""
        case "steps" if isinstance(one.old, int) and isinstance(one.new, int):
            return "found later" if one.new > one.old else "found earlier"
        case _:
            return ""


def _numbers(entry: Entry) -> tuple[Numbers, Numbers, Numbers, tuple[str, ...]]:
    return entry.scope, entry.params, entry.faults, entry.symmetry


def _of_action(old: str | int | None, new: str | int | None, *, same_numbers: bool) -> str:
    """In another scope every action has another count; there only what is all or nothing says something."""
    if new is None:
        return "no longer an action"
    if old is None:
        return "a new action" if new else "a new action that never fires"
    assert isinstance(old, int), "an action has a count"
    assert isinstance(new, int), "an action has a count"
    if new == 0:
        return "impossible now"
    if old == 0:
        return "possible now"
    return "rarer" if same_numbers and new < old else ""


def _control(before: Entry, after: Entry) -> str:
    """What became of a check that must fail."""
    was, now = before.steps is not None, after.steps is not None
    if was and not now:
        return "violates nothing any more"
    if now and not was:
        return "is violated now"
    if was and before.verdict != after.verdict:
        return f"violates {after.verdict.partition(' ')[2]}, no longer {before.verdict.partition(' ')[2]}"
    return ""


def _appeared(entry: Entry) -> str:
    return "a new negative control" if entry.steps is not None else ""


def _vanished(entry: Entry) -> str:
    if entry.steps is None:
        return "is checked no more"
    return f"shows no more that {entry.verdict.partition(' ')[2]} can be violated"
