"""A trace as versioned JSON, both ways, without loss: `from_json(to_json(trace)) == trace`.

Values: null, booleans, texts and arrays (sequences) are themselves; integers too, up to 2**53 - 1, beyond
that `{"int": "9007199254740992"}`; then `{"set": [...]}`, `{"tuple": [...]}`, `{"map": [[key, value], ...]}`,
`{"bag": [[element, count], ...]}`, `{"record": "Vote", "fields": {...}}`. States, scopes and fields are
objects whose keys stand in declaration order. Elements and entries are sorted, so equal traces give equal
text.
"""

from __future__ import annotations

import json
from typing import assert_never

from checker.traces.document import Json, Node, decimal, parse
from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, in_order
from checker.traces.trace import Attempt, State, Step, Trace

FORMAT = "lockstep-trace"
VERSION = 1
INT_MAX = 2**53 - 1  # the largest integer that every reader of JSON keeps exactly


def to_json(trace: Trace) -> str:
    """The text of the file, ASCII only, ended by a newline."""
    return json.dumps(to_object(trace), indent=1) + "\n"


def to_object(trace: Trace) -> dict[str, Json]:
    """The document, for embedding in another one."""
    found: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "model": trace.model,
        "scope": dict(trace.scope),
        "params": dict(trace.params),
        "faults": dict(trace.faults),
        "property": trace.property,
        "loop": trace.loop,
        "initial": _step_to_object(trace.initial),
        "steps": [_step_to_object(step) for step in trace.steps],
        "attempt": None,
    }
    if trace.attempt is not None:
        found["attempt"] = _call_to_object(trace.attempt)
    return found


def _call_to_object(call: Step | Attempt) -> dict[str, Json]:
    return {
        "action": call.action,
        "arguments": {name: value_to_object(value) for name, value in call.arguments},
        "file": call.file,
        "line": call.line,
    }


def _step_to_object(step: Step) -> dict[str, Json]:
    state: dict[str, Json] = {name: value_to_object(value) for name, value in step.state}
    return {**_call_to_object(step), "kind": step.kind, "state": state}


def value_to_object(value: Plain) -> Json:
    """One value as JSON."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -INT_MAX <= value <= INT_MAX else {"int": str(value)}
        case tuple():
            return [value_to_object(item) for item in value]
        case frozenset():
            return {"set": [value_to_object(item) for item in in_order(value)]}
        case PlainTuple():
            return {"tuple": [value_to_object(item) for item in value.items]}
        case PlainRecord():
            return {
                "record": value.name,
                "fields": {name: value_to_object(item) for name, item in value.fields},
            }
        case PlainMap():
            return {"map": [[value_to_object(key), value_to_object(item)] for key, item in value.items]}
        case PlainBag():
            return {"bag": [[value_to_object(item), count] for item, count in value.items]}
        case _:
            assert_never(value)


def from_json(data: bytes | str, source: str = "trace") -> Trace:
    """The trace in a text or the content of a file; `source` names it in errors. Raises TraceFormatError."""
    return from_node(parse(data, source))


def from_node(node: Node) -> Trace:
    """The trace in a document that is parsed already, perhaps a part of another one."""
    if node.keys().isdisjoint({"format"}):
        node.fail('not a trace (no key "format")', f'a trace begins with "format": "{FORMAT}"')
    members = dict(node.members())
    if members["format"].text() != FORMAT:
        members["format"].fail("not the format of a trace", f'a trace has "{FORMAT}" here')
    if "version" in members and members["version"].integer() != VERSION:
        members["version"].fail(
            f"unknown version {members['version'].integer()}", f"this reader knows {VERSION}"
        )
    required = (
        "format",
        "version",
        "model",
        "scope",
        "params",
        "faults",
        "property",
        "loop",
        "initial",
        "steps",
    )
    members = node.object(required, ("attempt",))
    initial = _step_from_node(members["initial"], None)
    variables = [name for name, _ in initial.state]
    steps = tuple([_step_from_node(item, variables) for item in members["steps"].items()])
    attempt = members.get("attempt")
    return Trace(
        model=members["model"].text(),
        scope=numbers_from_node(members["scope"]),
        params=numbers_from_node(members["params"]),
        faults=numbers_from_node(members["faults"]),
        initial=initial,
        steps=steps,
        property=optional_text(members["property"]),
        loop=loop_from_node(members["loop"], len(steps)),
        attempt=None if attempt is None or attempt.is_null() else attempt_from_node(attempt),
    )


def numbers_from_node(node: Node) -> tuple[tuple[str, int], ...]:
    """An object of integers, such as a scope."""
    return tuple([(name, item.integer()) for name, item in node.members()])


def optional_text(node: Node) -> str | None:
    """A text or null."""
    return None if node.is_null() else node.text()


def optional_line(node: Node) -> int | None:
    """A line number or null."""
    return None if node.is_null() else node.integer(1)


def loop_from_node(node: Node, steps: int) -> int | None:
    """The number of a state of a trace with so many steps, or null."""
    if node.is_null():
        return None
    loop = node.integer(0)
    if loop > steps:
        node.fail(
            f"state {loop} of a trace whose last state is {steps}", "a loop returns to a state of the trace"
        )
    return loop


def attempt_from_node(node: Node) -> Attempt:
    """The call that could not be evaluated."""
    members = node.object(("action", "arguments"), ("file", "line"))
    return Attempt(members["action"].text(), _values(members["arguments"]), *_place(members))


def attempt_to_object(attempt: Attempt) -> Json:
    """The inverse of `attempt_from_node`."""
    return _call_to_object(attempt)


def _place(members: dict[str, Node]) -> tuple[str | None, int | None]:
    file = optional_text(members["file"]) if "file" in members else None
    line = optional_line(members["line"]) if "line" in members else None
    return file, line


def _step_from_node(node: Node, variables: list[str] | None) -> Step:
    members = node.object(("action", "arguments", "state"), ("file", "line", "kind"))
    state = _values(members["state"])
    if variables is not None and [name for name, _ in state] != variables:
        members["state"].fail(
            "not the variables of the initial state", "each state has the same, in the same order"
        )
    file, line = _place(members)
    kind = members["kind"].text() if "kind" in members else "action"
    return Step(members["action"].text(), _values(members["arguments"]), state, file, line, kind)


def _values(node: Node) -> State:
    return tuple([(name, value_from_node(item)) for name, item in node.members()])


def value_from_node(node: Node) -> Plain:
    """One value."""
    match node.value:
        case None | bool() | int():
            return node.value
        case str():
            return node.text()
        case list():
            return tuple([value_from_node(item) for item in node.items()])
        case dict():
            return _tagged_from_node(node)


def _tagged_from_node(node: Node) -> Plain:
    keys = node.keys()
    if keys == frozenset(("record", "fields")):
        members = node.object(("record", "fields"))
        name = members["record"].text()
        if not name:
            members["record"].fail("a record without a name")
        return PlainRecord(name, _values(members["fields"]))
    if len(keys) != 1:
        node.fail(
            "not a value", 'an object is {"record": ..., "fields": ...} or has one key such as "set" or "map"'
        )
    ((tag, content),) = node.members()
    match tag:
        case "int":
            return decimal(content)
        case "set":
            return distinct([value_from_node(item) for item in content.items()], content)
        case "tuple":
            return PlainTuple(tuple([value_from_node(item) for item in content.items()]))
        case "map":
            pairs = [pair.items(2) for pair in content.items()]
            entries = [(value_from_node(key), value_from_node(item)) for key, item in pairs]
            distinct([key for key, _ in entries], content)
            return PlainMap.of(entries)
        case "bag":
            pairs = [pair.items(2) for pair in content.items()]
            counts = [(value_from_node(item), count.integer(1)) for item, count in pairs]
            distinct([item for item, _ in counts], content)
            return PlainBag.of(counts)
        case _:
            node.fail(
                f"a value of unknown kind {json.dumps(tag[:40])}",
                "the kinds are int, set, tuple, map, bag, record",
            )


def distinct(values: list[Plain], node: Node) -> frozenset[Plain]:
    """The values as a set; they are distinct."""
    found = frozenset(values)
    if len(found) != len(values):
        node.fail("an element or key occurs twice", "list each once")
    return found
