"""Eventual reads may be late, but each shows its key as it was after the slot that it names."""

from __future__ import annotations

from reference.messages.client import ConditionFailed, Delete, Found, Put, Written
from reference.simulator.history import Entry
from reference.simulator.linearizability import in_order_of_slots
from reference.simulator.register import Impossible, State, step


def misplaced_read(history: list[Entry]) -> str | None:
    """What an eventual read shows that its key did not hold in its slot; None if all is well.

    A delete without a clear answer may have taken effect in a slot that nobody names: keys with one are only
    judged by where their values come from.
    """
    keys: dict[bytes, list[Entry]] = {}
    for entry in history:
        keys.setdefault(entry.operation.key, []).append(entry)
    for entries in keys.values():
        wrong = _from_nowhere(entries)
        if wrong is None and not any(e.ambiguous and isinstance(e.operation, Delete) for e in entries):
            wrong = _out_of_place(entries)
        if wrong is not None:
            return wrong
    return None


def _from_nowhere(entries: list[Entry]) -> str | None:
    """A value that was never written to this key, or not in that slot."""
    writers = {getattr(entry.operation, "value", None): entry for entry in entries}
    for entry in entries:
        if entry.strong or not isinstance(entry.answer, Found) or entry.answer.value is None:
            continue
        writer = writers.get(entry.answer.value)
        known = None if writer is None else writer.answer
        if writer is None or isinstance(known, ConditionFailed):
            return f"{entry.token} saw {entry.answer}, which nobody wrote"
        if isinstance(known, Written) and known.slot != entry.answer.version:
            return f"{entry.token} saw {entry.answer}, written in slot {known.slot}"
    return None


def _out_of_place(entries: list[Entry]) -> str | None:
    """A value, or its absence, that the operations in the slots before do not give."""
    order = in_order_of_slots(entries)
    if isinstance(order, str):
        return order
    state: State = None
    for entry in order:
        following = step(state, entry.operation, None if entry.ambiguous else entry.answer)
        if isinstance(following, Impossible):
            if not entry.strong:
                return f"{entry.token} saw {entry.answer}, where the item was {state!r}"
            following = _told(entry, state)
        state = following
    return None


def _told(entry: Entry, state: State) -> State:
    """What the item is by an answer that is right, whatever is known of the slots before: a write that nobody
    acknowledged has no place there, if it was seen only by a condition that did not hold."""
    match entry.answer:
        case Found(value=value) | ConditionFailed(value=value):
            return value
        case Written():
            return entry.operation.value if isinstance(entry.operation, Put) else None
        case _:
            return state
