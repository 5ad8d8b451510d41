"""A trace: a behaviour of a model, from an initial state through steps, and what each step changed."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, in_order, show, show_name

State: TypeAlias = "tuple[tuple[str, Plain], ...]"
"""The value of each variable, in declaration order."""


@dataclass(frozen=True, slots=True)
class Step:
    """An action with its arguments and the state after it.

    `kind` is "action" or "fault:NAME"; `file` and `line` say where the action is written, if known.
    """

    action: str
    arguments: tuple[tuple[str, Plain], ...]
    state: State
    file: str | None = None
    line: int | None = None
    kind: str = "action"

    @property
    def call(self) -> str:
        """`promise(a=Acceptor1, b=Ballot2)`."""
        return show_call(self.action, self.arguments)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An action that was tried in the last state of a trace and could not be evaluated: no state follows."""

    action: str
    arguments: tuple[tuple[str, Plain], ...]
    file: str | None = None
    line: int | None = None

    @property
    def call(self) -> str:
        """`promise(a=Acceptor1, b=Ballot2)`."""
        return show_call(self.action, self.arguments)


@dataclass(frozen=True, slots=True)
class Trace:
    """A behaviour. `len(trace.steps)` is its number of steps; the initial state is not counted.

    `model` is "module:Class". `initial` is named after the `@initial` method, "init" without one. `loop` is
    the number of the state (0 is the initial one) to which the last state returns. `attempt` is the call
    whose evaluation failed in the last state.
    """

    model: str
    scope: tuple[tuple[str, int], ...]
    params: tuple[tuple[str, int], ...]
    faults: tuple[tuple[str, int], ...]
    initial: Step
    steps: tuple[Step, ...]
    property: str | None = None
    loop: int | None = None
    attempt: Attempt | None = None

    def __post_init__(self) -> None:
        names = self.variables
        assert len(set(names)) == len(names), "a variable occurs once"
        assert all(tuple([name for name, _ in step.state]) == names for step in self.steps), (
            "one list of variables"
        )
        assert self.loop is None or 0 <= self.loop <= len(self.steps), (
            "a loop returns to a state of the trace"
        )

    @builtins.property  # the class has a field of that name
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, in declaration order."""
        return tuple([name for name, _ in self.initial.state])

    @builtins.property
    def states(self) -> tuple[State, ...]:
        """All states, the initial one first: one more than steps."""
        return (self.initial.state, *[step.state for step in self.steps])


def show_call(action: str, arguments: tuple[tuple[str, Plain], ...]) -> str:
    """`promise(a=Acceptor1, b=Ballot2)`."""
    return (
        show_name(action)
        + "("
        + ", ".join([f"{show_name(name)}={show(value)}" for name, value in arguments])
        + ")"
    )


@dataclass(frozen=True, slots=True)
class Key:
    """The entry of a map under a key."""

    key: Plain


@dataclass(frozen=True, slots=True)
class Element:
    """How often an element occurs in a bag, perhaps 0."""

    item: Plain


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """An element of a sequence or tuple, from 0."""

    index: int


PathPart: TypeAlias = Key | Element | Field | Index
ChangeKind: TypeAlias = Literal["changed", "added", "removed", "appended", "truncated"]


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the state that a step changed.

    - changed: the one value in `old` became the one in `new` (the count, for an element of a bag)
    - added, removed, where `entry` is False: elements of the set at this place, in order
    - added, removed, where `entry` is True: this entry of a map, with its one value
    - appended, truncated: elements at the end of the sequence at this place
    """

    variable: str
    parts: tuple[PathPart, ...]
    kind: ChangeKind
    old: tuple[Plain, ...]
    new: tuple[Plain, ...]
    entry: bool = False

    @property
    def path(self) -> str:
        """`promised[Acceptor1]`, `network`, `log[Node1][2].term`."""
        return show_path(self.variable, self.parts)

    def __str__(self) -> str:
        """`promised[Acceptor1]: None -> Ballot2`, `network: added Prepare(ballot=Ballot1)`."""
        if self.kind == "changed":
            return f"{self.path}: {show(self.old[0])} -> {show(self.new[0])}"
        return f"{self.path}: {self.kind} " + ", ".join([show(value) for value in self.old + self.new])


def show_path(variable: str, parts: tuple[PathPart, ...]) -> str:
    """`promised[Acceptor1]`, `network`, `log[Node1][2].term`."""
    text = show_name(variable)
    for part in parts:
        match part:
            case Key():
                text += f"[{show(part.key)}]"
            case Element():
                text += f"[{show(part.item)}]"
            case Index():
                text += f"[{part.index}]"
            case Field():
                text += f".{show_name(part.name)}"
            case _:
                assert_never(part)
    return text


def changes(before: State, after: State) -> list[Change]:
    """The places that differ, variables in declaration order, each place as deep as the difference goes."""
    found: list[Change] = []
    for (name, old), (name_after, new) in zip(before, after, strict=True):
        assert name == name_after, "both states have the same variables"
        found.extend(_compare(name, (), old, new))
    return found


def _compare(variable: str, parts: tuple[PathPart, ...], old: Plain, new: Plain) -> Iterator[Change]:
    if old == new:
        return
    match old, new:
        case frozenset(), frozenset():
            if removed := in_order(old - new):
                yield Change(variable, parts, "removed", tuple(removed), ())
            if added := in_order(new - old):
                yield Change(variable, parts, "added", (), tuple(added))
        case tuple(), tuple():
            yield from _compare_sequences(variable, parts, old, new)
        case PlainTuple(), PlainTuple() if len(old.items) == len(new.items):
            for index, (a, b) in enumerate(zip(old.items, new.items, strict=True)):
                yield from _compare(variable, (*parts, Index(index)), a, b)
        case PlainRecord(), PlainRecord() if _same_class(old, new):
            for (name, a), (_, b) in zip(old.fields, new.fields, strict=True):
                yield from _compare(variable, (*parts, Field(name)), a, b)
        case PlainMap(), PlainMap():
            yield from _compare_maps(variable, parts, old, new)
        case PlainBag(), PlainBag():
            counts, counts_new = dict(old.items), dict(new.items)
            for item in in_order(counts.keys() | counts_new.keys()):
                yield from _compare(
                    variable, (*parts, Element(item)), counts.get(item, 0), counts_new.get(item, 0)
                )
        case _:
            yield Change(variable, parts, "changed", (old,), (new,))


def _same_class(old: PlainRecord, new: PlainRecord) -> bool:
    return old.name == new.name and [name for name, _ in old.fields] == [name for name, _ in new.fields]


def _compare_sequences(
    variable: str, parts: tuple[PathPart, ...], old: tuple[Plain, ...], new: tuple[Plain, ...]
) -> Iterator[Change]:
    if len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _compare(variable, (*parts, Index(index)), a, b)
        return
    common = 0
    while common < min(len(old), len(new)) and old[common] == new[common]:
        common += 1
    if old[common:]:
        yield Change(variable, parts, "truncated", old[common:], ())
    if new[common:]:
        yield Change(variable, parts, "appended", (), new[common:])


def _compare_maps(
    variable: str, parts: tuple[PathPart, ...], old: PlainMap, new: PlainMap
) -> Iterator[Change]:
    entries, entries_new = dict(old.items), dict(new.items)
    for key in in_order(entries.keys() | entries_new.keys()):
        place = (*parts, Key(key))
        if key not in entries_new:
            yield Change(variable, place, "removed", (entries[key],), (), entry=True)
        elif key not in entries:
            yield Change(variable, place, "added", (), (entries_new[key],), entry=True)
        else:
            yield from _compare(variable, place, entries[key], entries_new[key])
