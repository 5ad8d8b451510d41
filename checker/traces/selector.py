"""Parts of a state by the way to them: `role[Node1]`, `leadership[Replica1].elected`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.traces.plain import Plain, PlainMap, PlainRecord, show
from checker.traces.trace import State

_STEP = re.compile(r"\[(?P<key>[^\[\]]+)\]|\.(?P<field>[^\W\d]\w*)")


class SelectorError(ValueError):
    """A text that is no way to a part of a state."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A variable, and keys and fields into it. What is not there, or is a field of None, is None.

    Attributes:
        steps: each a key, as values are shown, or a field with a dot before it.
    """

    text: str
    variable: str
    steps: tuple[str, ...]

    def of(self, state: State) -> Plain:
        """The part of a state. The state has the variable."""
        value = dict(state)[self.variable]
        for step in self.steps:
            value = _field(value, step[1:]) if step.startswith(".") else _entry(value, step)
        return value


def parse_selector(text: str) -> Selector:
    """Reads `leadership[Replica1].elected`.

    Raises:
        SelectorError: it is none.
    """
    name = re.match(r"[^\W\d]\w*", text)
    if name is None:
        raise SelectorError(f"'{text}' does not begin with the name of a variable")
    at, steps = name.end(), list[str]()
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise SelectorError(f"'{text[at:]}' in '{text}' is neither [KEY] nor .FIELD")
        steps.append(found["key"].strip() if found["key"] is not None else f".{found['field']}")
        at = found.end()
    return Selector(text, name[0], tuple(steps))


def _entry(value: Plain, key: str) -> Plain:
    if isinstance(value, PlainMap):
        return next((item for known, item in value.items if show(known) == key), None)
    if isinstance(value, tuple) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    return None


def _field(value: Plain, name: str) -> Plain:
    if isinstance(value, PlainRecord):
        return dict(value.fields).get(name)
    return None
