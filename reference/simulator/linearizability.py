"""Is a history of one key linearizable? The slots in the answers are tried as the order first, then a
search.

The witness costs n log n and settles almost every history. Where it does not fit, a depth-first search looks
for any order under a budget of steps (Wing and Gong, with Lowe's memory of what was tried), then a search
that keeps all candidates and goes by time (just in time), then the verdict is `Unknown`: never a pass.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from reference.messages.client import ConditionFailed, Found, Written
from reference.simulator.history import Entry
from reference.simulator.register import Impossible, State, step

FOR_EVER = 1 << 62


class Linearizable(Struct, frozen=True):
    """There is an order. `how` is "witness", "search" or "frontier"."""

    how: str


class Violation(Struct, frozen=True):
    """There is none: `reason` says what stands against the order by slots."""

    reason: str


class Unknown(Struct, frozen=True):
    """The budgets were spent."""

    steps: int


Verdict: TypeAlias = Linearizable | Violation | Unknown


def check(entries: list[Entry], steps_max: int = 200_000, frontier_max: int = 20_000) -> Verdict:
    """The verdict on the operations of one key, in order of invocation."""
    reason = witness(entries)
    if reason is None:
        return Linearizable("witness")
    found = search(entries, steps_max)
    if found is None:
        found = frontier(entries, frontier_max)
        if found is None:
            return Unknown(steps_max)
        return Linearizable("frontier") if found else Violation(reason)
    return Linearizable("search") if found else Violation(reason)


def witness(entries: list[Entry]) -> str | None:
    """Why the order by slots is no linearization; None if it is one."""
    order = in_order_of_slots(entries)
    return order if isinstance(order, str) else _order_fits(order)


def in_order_of_slots(entries: list[Entry]) -> list[Entry] | str:
    """The operations of one key that an answer places, or why the answers contradict each other.

    An ambiguous write has no slot of its own, but a read may have seen it: values are written once only.
    """
    written = {getattr(entry.operation, "value", None): entry for entry in entries if entry.ambiguous}
    placed: list[tuple[int, int, int, Entry]] = []
    seen: dict[int, int] = {}
    for entry in entries:
        match entry.answer:
            case Written(slot=slot) | ConditionFailed(slot=slot):
                placed.append((slot, 0, entry.invoked, entry))
            case Found(value=value, version=version, slot=slot):
                placed.append((slot, 1, entry.invoked, entry))
                source = written.get(value) if value is not None else None
                if source is not None and seen.setdefault(id(source), version) != version:
                    return f"{value!r} was seen as written in slots {seen[id(source)]} and {version}"
            case _:
                pass
    placed.extend([(seen[id(entry)], 0, entry.invoked, entry) for entry in entries if id(entry) in seen])
    placed.sort(key=lambda item: item[:3])
    return [entry for _, _, _, entry in placed]


def _order_fits(order: list[Entry]) -> str | None:
    state: State = None
    latest = -1
    for entry in order:
        returned = FOR_EVER if entry.returned is None or entry.ambiguous else entry.returned
        if returned < latest:
            return f"{entry.operation} of {entry.token} returned before one that its slot puts earlier began"
        latest = max(latest, entry.invoked)
        following = step(state, entry.operation, None if entry.ambiguous else entry.answer)
        if isinstance(following, Impossible):
            return (
                f"{entry.operation} of {entry.token} was answered {entry.answer} where the item was {state!r}"
            )
        state = following
    return None


def search(entries: list[Entry], steps_max: int) -> bool | None:
    """Whether any order fits, by depth-first search; None when the budget is spent."""
    count = len(entries)
    returns = [_returned(entry) for entry in entries]
    required = sum([1 << index for index, entry in enumerate(entries) if not entry.ambiguous])
    tried: dict[tuple[int, State], bool] = {}
    stack: list[tuple[int, State]] = [(0, None)]
    steps = 0
    while stack:
        done, state = stack.pop()
        if done & required == required:
            return True
        if (done, state) in tried:
            continue
        tried[done, state] = True
        deadline = min([returns[i] for i in range(count) if not done >> i & 1], default=FOR_EVER)
        for index in range(count - 1, -1, -1):
            entry = entries[index]
            if done >> index & 1 or entry.invoked > deadline:
                continue
            steps += 1
            if steps > steps_max:
                return None
            following = step(state, entry.operation, None if entry.ambiguous else entry.answer)
            if not isinstance(following, Impossible):
                stack.append((done | 1 << index, following))
    return False


def frontier(entries: list[Entry], frontier_max: int) -> bool | None:
    """Whether any order fits, by keeping every candidate as time passes; None when there are too many."""
    events = sorted(
        [(entry.invoked, 0, index) for index, entry in enumerate(entries)]
        + [(_returned(entry), 1, index) for index, entry in enumerate(entries) if not entry.ambiguous]
    )
    candidates: dict[tuple[int, State], bool] = {(0, None): True}
    open_now = 0
    for _, kind, index in events:
        if kind == 0:
            open_now |= 1 << index
            continue
        reached = _close(entries, candidates, open_now, frontier_max)
        if reached is None:
            return None
        bit = 1 << index
        candidates = {(done & ~bit, state): True for done, state in reached if done & bit}
        open_now &= ~bit
        if not candidates:
            return False
    return True


def _close(
    entries: list[Entry], candidates: dict[tuple[int, State], bool], open_now: int, frontier_max: int
) -> dict[tuple[int, State], bool] | None:
    """Every candidate after any of the open operations have taken effect; `done` has those that have."""
    reached = dict(candidates)
    queue = list(candidates)
    pending = [index for index in range(len(entries)) if open_now >> index & 1]
    while queue:
        done, state = queue.pop()
        for index in pending:
            if done >> index & 1:
                continue
            entry = entries[index]
            following = step(state, entry.operation, None if entry.ambiguous else entry.answer)
            if isinstance(following, Impossible):
                continue
            candidate = (done | 1 << index, following)
            if candidate not in reached:
                if len(reached) >= frontier_max:
                    return None
                reached[candidate] = True
                queue.append(candidate)
    return reached


def _returned(entry: Entry) -> int:
    return FOR_EVER if entry.returned is None or entry.ambiguous else entry.returned
