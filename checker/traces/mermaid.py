"""A trace as a Mermaid sequence diagram.

Lanes are the members of the sorts by which some map of the initial state is keyed (those have a state of
their own); without such a map, the members of every class. The first argument of a step that is such a member
says who acts; the lane of all other steps is "environment". Only lanes that act or are sent to are drawn.

A record that a step adds to a set or a bag is a message from the acting lane: to the lane in its first field
named `to`, `dst` or `target`, else to the lane of the variable. All other changes are notes at the acting
lane. Reading a message is not drawn: the model does not say which one an action read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from checker.traces.plain import Plain, PlainMap, PlainRecord, member_of, show
from checker.traces.trace import Change, Element, State, Step, Trace, changes, show_path

ENVIRONMENT = "environment"
RECIPIENT_FIELDS = ("to", "dst", "target")
LABEL_MAX = 160  # characters of a label; a longer one is cut and ends in "..."

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_ .,()=[]>-")


@dataclass(frozen=True, slots=True)
class _Lane:
    """Orders the lanes: the environment, the members, the variables."""

    rank: int
    sort: str
    number: int

    @property
    def title(self) -> str:
        return f"{self.sort}{self.number}" if self.rank == 1 else self.sort


@dataclass(frozen=True, slots=True)
class _Message:
    to: _Lane
    label: str


@dataclass(frozen=True, slots=True)
class _Row:
    """What is drawn for one step."""

    lane: _Lane
    title: str
    messages: tuple[_Message, ...]
    notes: tuple[str, ...]


_ENVIRONMENT_LANE = _Lane(0, ENVIRONMENT, 0)


def to_mermaid(trace: Trace, sorts: Collection[str] | None = None) -> str:
    """The text of the diagram, ended by a newline. `sorts` names the classes whose members are lanes."""
    chosen = lane_sorts(trace) if sorts is None else frozenset(sorts)
    states = trace.states
    rows = [
        _row(number, step, states[number - 1], chosen) for number, step in enumerate(trace.steps, start=1)
    ]
    used = {row.lane for row in rows} | {message.to for row in rows for message in row.messages}
    lanes = sorted(used or {_ENVIRONMENT_LANE}, key=lambda lane: (lane.rank, lane.sort, lane.number))
    names = {lane: f"L{number}" for number, lane in enumerate(lanes)}
    everyone = f"L0,L{len(lanes) - 1}" if len(lanes) > 1 else "L0"
    lines = ["sequenceDiagram"]
    lines += [f"    participant {names[lane]} as {escape(lane.title)}" for lane in lanes]
    lines.append(f"    Note over {everyone}: {escape(trace.initial.call)}")
    for row in rows:
        lines.append(f"    Note over {names[row.lane]}: {escape(row.title)}")
        lines += [
            f"    {names[row.lane]}->>{names[message.to]}: {escape(message.label)}"
            for message in row.messages
        ]
        if row.notes:
            text = "<br/>".join([escape(note) for note in row.notes])
            lines.append(f"    Note right of {names[row.lane]}: {text}")
    lines += [f"    Note over {everyone}: {escape(text)}" for text in _endings(trace)]
    return "\n".join(lines) + "\n"


def lane_sorts(trace: Trace) -> frozenset[str]:
    """The sorts that key a map of the initial state; if there are none, all classes of arguments."""
    found = {
        member[0]
        for _, value in trace.initial.state
        if isinstance(value, PlainMap)
        for key, _ in value.items
        if (member := member_of(key)) is not None
    }
    if not found:
        arguments = [value for step in trace.steps for _, value in step.arguments]
        found = {member[0] for value in arguments if (member := member_of(value)) is not None}
    return frozenset(found)


def _lane(value: Plain, sorts: frozenset[str]) -> _Lane | None:
    member = member_of(value)
    return None if member is None or member[0] not in sorts else _Lane(1, *member)


def _row(number: int, step: Step, before: State, sorts: frozenset[str]) -> _Row:
    lanes = [lane for _, value in step.arguments if (lane := _lane(value, sorts)) is not None]
    messages: list[_Message] = []
    notes: list[str] = []
    for change in changes(before, step.state):
        place, sent = _records_added(change)
        for record in sent:
            messages.append(_Message(_recipient(record, sorts) or _Lane(2, place, 0), show(record)))
        if not sent:
            notes.append(str(change))
    fault = "" if step.kind == "action" else f"{step.kind} "
    return _Row(
        lanes[0] if lanes else _ENVIRONMENT_LANE,
        f"{number}. {fault}{step.call}",
        tuple(messages),
        tuple(notes),
    )


def _records_added(change: Change) -> tuple[str, list[PlainRecord]]:
    """The records that a change puts into a set, or once more into a bag, and where that stands.

    None unless all that the change adds are records.
    """
    if change.kind == "added" and not change.entry:
        found = [value for value in change.new if isinstance(value, PlainRecord)]
        return change.path, found if len(found) == len(change.new) else []
    match change.parts, change.old, change.new:
        case (*above, Element(PlainRecord() as record)), (int() as old,), (int() as new,) if new > old:
            return show_path(change.variable, tuple(above)), [record]
        case _:
            return change.path, []


def _recipient(record: PlainRecord, sorts: frozenset[str]) -> _Lane | None:
    lanes = [_lane(record.get(name), sorts) for name in RECIPIENT_FIELDS]
    return next((lane for lane in lanes if lane is not None), None)


def _endings(trace: Trace) -> list[str]:
    found: list[str] = []
    if trace.attempt is not None:
        found.append(f"{trace.attempt.call} cannot be evaluated")
    if trace.loop is not None:
        found.append(
            "back to the initial state" if trace.loop == 0 else f"back to the state after step {trace.loop}"
        )
    if trace.property is not None:
        found.append(f"violates {trace.property}")
    return found


def escape(label: str) -> str:
    """A label that no text can break: all but plain letters and a few signs become Mermaid's `#code;`."""
    short = label if len(label) <= LABEL_MAX else label[: LABEL_MAX - 3] + "..."
    return "".join([letter if letter in _SAFE else f"#{ord(letter)};" for letter in short])
