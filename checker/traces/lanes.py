"""A trace as lanes, planned: a lane for each member that acts, arrows for messages; renderers only draw it.

Lanes are the members of the sorts by which some map of the initial state is keyed (those have a state of
their own) and which are arguments of steps; and of the sorts that are parameters of more than half of the
actions, where those act that have no such member. The first argument that is a member of the former, else of
the latter, says who acts. Where no argument does, it is the one member whose entries the step changes.

An arrow leads from the lane that added a record to the lane that reads it: whose step removes it, or, where
it is known what steps read, needs it to be there. A record that names its recipient has an arrow where it is
added, unless the recipient reads it later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from checker.traces.plain import Plain, PlainMap, PlainRecord, member_of, show
from checker.traces.trace import Change, Element, Key, Step, Trace, changes, show_path

RECIPIENT_FIELDS = ("to", "dst", "target", "recipient", "destination")
SENDER_FIELDS = ("sender", "src", "source", "origin")

Message: TypeAlias = "tuple[str, PlainRecord]"
"""A record and the place of the set, bag or sequence that it is in, such as `network` or `inbox[Node1]`."""

Reads: TypeAlias = "Sequence[frozenset[Message]]"
"""For each step the messages without which it would not be what it is."""

TEXTS = ""
"""Stands for the sort of nodes that are texts and no members."""

_APALACHE_MEMBER = re.compile(r"([0-9]+)_OF_(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A message from lane to lane; `sent` is the number of the step that added it, if it is another one."""

    source: str
    target: str
    label: str
    sent: int | None = None


@dataclass(frozen=True, slots=True)
class LaneStep:
    """A step: who acts, if a lane does, what it reads and sends, and what it changes."""

    number: int
    step: Step
    lane: str | None
    arrows: tuple[Arrow, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class LanePlan:
    """What is drawn: the lanes from left to right, and the steps."""

    lanes: tuple[str, ...]
    steps: tuple[LaneStep, ...]


Origins: TypeAlias = "dict[Message, tuple[str | None, int]]"
"""For each message the lane and the step that added it last."""


def plan_lanes(trace: Trace, reads: Reads | None = None) -> LanePlan:
    """The plan of a trace. `reads` says what each step reads, where that is known."""
    primary, secondary = lane_sorts(trace)
    steps: list[LaneStep] = []
    origins: Origins = {}
    before = trace.initial.state
    for number, step in enumerate(trace.steps, start=1):
        found = tuple(changes(before, step.state))
        lane = actor(step, found, primary, secondary)
        known = reads[number - 1] if reads is not None else frozenset[Message]()
        arrows = tuple(_received(lane, found, known, origins))
        for message in [one for change in found for one in added(change)]:
            origins[message] = (lane, number)
        steps.append(LaneStep(number, step, lane, arrows, found))
        before = step.state
    whole = tuple(_with_sent(steps, primary | secondary))
    used = {one.lane for one in whole if one.lane is not None}
    used |= {name for one in whole for arrow in one.arrows for name in (arrow.source, arrow.target)}
    order = _sorts_in_order(trace, primary, secondary)
    return LanePlan(tuple(sorted(used, key=lambda name: _place_of(name, order))), whole)


def sort_of(value: Plain) -> tuple[str, int] | None:
    """The sort and number of a member, also as Apalache writes one: `1_OF_NODE`."""
    if isinstance(value, str) and (match := _APALACHE_MEMBER.fullmatch(value[:200])) is not None:
        return match[2], int(match[1])
    return member_of(value)


def lane_sorts(trace: Trace) -> tuple[frozenset[str], frozenset[str]]:
    """The sorts that have a state of their own, and those that are parameters of most actions."""
    parameters: dict[str, dict[str, None]] = {}
    for step in trace.steps:
        inside = parameters.setdefault(step.action, {})
        inside.update({member[0]: None for _, value in step.arguments if (member := sort_of(value))})
    keyed = {
        member[0]
        for _, value in trace.initial.state
        if isinstance(value, PlainMap)
        for key, _ in value.items
        if (member := sort_of(key))
    }
    if not keyed and _texts_of(trace):
        return frozenset([TEXTS]), frozenset()
    named = {sort for sorts in parameters.values() for sort in sorts}
    primary = frozenset(keyed & named or (keyed if not named else set()))
    left = [sorts for sorts in parameters.values() if not primary.intersection(sorts)]
    often = [
        sort
        for sort in sorted(named - primary)
        if 2 * sum(sort in sorts for sorts in parameters.values()) > len(parameters)
        and any(sort in sorts for sorts in left)
    ]
    most = max([sum(sort in sorts for sorts in left) for sort in often], default=0)
    return primary, frozenset([sort for sort in often if sum(sort in sorts for sorts in left) == most])


def _texts_of(trace: Trace) -> bool:
    """Whether the nodes are texts, as in other tools: arguments that are keys of a map, such as "alice"."""
    keys = {
        key
        for _, value in trace.initial.state
        if isinstance(value, PlainMap)
        for key, _ in value.items
        if isinstance(key, str)
    }
    return any(
        isinstance(value, str) and value in keys for step in trace.steps for _, value in step.arguments
    )


def actor(
    step: Step, found: Sequence[Change], primary: frozenset[str], secondary: frozenset[str] = frozenset()
) -> str | None:
    """The member that takes a step, if one does."""
    for sorts in (primary, secondary):
        for _, value in step.arguments:
            if isinstance(value, str) and _is_of(value, sorts):
                return value
    keys = {key for change in found for key in _keys(change) if _is_of(key, primary)}
    return next(iter(keys)) if len(keys) == 1 else None


def _is_of(value: Plain, sorts: frozenset[str]) -> bool:
    member = sort_of(value)
    if member is None:
        return isinstance(value, str) and TEXTS in sorts
    return member[0] in sorts


def _keys(change: Change) -> Iterator[str]:
    for part in change.parts:
        if isinstance(part, Key) and isinstance(part.key, str):
            yield part.key


def added(change: Change) -> list[Message]:
    """The records that a change puts into a set, a bag or at the end of a sequence."""
    match change.parts, change.kind:
        case (_, "added" | "appended") if not change.entry:
            return [(change.path, one) for one in change.new if isinstance(one, PlainRecord)]
        case ((*above, Element(PlainRecord() as record)), "changed") if _count(change.new) > _count(
            change.old
        ):
            return [(show_path(change.variable, tuple(above)), record)]
        case _:
            return []


def removed(change: Change) -> list[Message]:
    """The records that a change takes out of a set, a bag or a sequence."""
    match change.parts, change.kind:
        case (_, "removed" | "truncated") if not change.entry:
            return [(change.path, one) for one in change.old if isinstance(one, PlainRecord)]
        case ((*above, Element(PlainRecord() as record)), "changed") if _count(change.new) < _count(
            change.old
        ):
            return [(show_path(change.variable, tuple(above)), record)]
        case _:
            return []


def _count(values: tuple[Plain, ...]) -> int:
    (count,) = values
    return count if isinstance(count, int) else 0


def _received(
    lane: str | None, found: Sequence[Change], known: frozenset[Message], origins: Origins
) -> Iterator[Arrow]:
    """Arrows to the lane that acts, from those who sent what it reads or takes away."""
    if lane is None:
        return
    taken = [message for change in found for message in removed(change)]
    for message in sorted({*taken, *known}, key=lambda one: (one[0], show(one[1]))):
        source, number = origins.get(message, (None, None))
        source = source or _named(message[1], SENDER_FIELDS)
        if source is not None and source != lane:
            yield Arrow(source, lane, show(message[1]), number)


def _with_sent(steps: Sequence[LaneStep], sorts: frozenset[str]) -> Iterator[LaneStep]:
    """The steps with arrows for messages that name, or lie with, a recipient that never reads them."""
    delivered = {(arrow.target, arrow.label, arrow.sent) for one in steps for arrow in one.arrows}
    for one in steps:
        arrows = list(one.arrows)
        for change in one.changes:
            keys = [key for key in _keys(change) if _is_of(key, sorts)]
            for _, record in added(change) if one.lane is not None else []:
                target = next(iter(keys), None) or _named(record, RECIPIENT_FIELDS)
                ours = target is None or target == one.lane or not _is_of(target, sorts)
                if not ours and (target, show(record), one.number) not in delivered:
                    assert target is not None
                    assert one.lane is not None
                    arrows.append(Arrow(one.lane, target, show(record)))
        yield LaneStep(one.number, one.step, one.lane, tuple(arrows), one.changes)


def _named(record: PlainRecord, names: Sequence[str]) -> str | None:
    """The member that a record names in a field."""
    found = [record.get(name) for name in names]
    return next((one for one in found if isinstance(one, str) and sort_of(one)), None)


def _sorts_in_order(trace: Trace, primary: frozenset[str], secondary: frozenset[str]) -> Mapping[str, int]:
    """The sorts by when one of their members acts first."""
    order: dict[str, int] = {}
    before = trace.initial.state
    for step in trace.steps:
        name = actor(step, changes(before, step.state), primary, secondary)
        if name is not None and (member := sort_of(name)) is not None:
            order.setdefault(member[0], len(order))
        before = step.state
    return order


def _place_of(name: str, order: Mapping[str, int]) -> tuple[int, str, int, str]:
    sort, number = sort_of(name) or ("", 0)
    return order.get(sort, len(order)), sort, number, name
