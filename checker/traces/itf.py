"""A trace in the Informal Trace Format of Apalache and Quint (`.itf.json`), both ways.

How values are written: integers `{"#bigint": "-12"}`, sequences as arrays, `#tup`, `#set`, `#map` (maps, and
bags as maps to counts). A record whose class is a member of a union is a variant `{"tag": "Vote", "value":
{...}}`, any other an object. `None` is the variant `{"tag": "Nothing", "value": "U_OF_UNIT"}` (not the tag
"None", which the Python reader `itf-py` cannot turn into a class); values that are not None stand bare,
without `Some`. The action and its arguments are the variables `mbt::actionTaken` and `mbt::nondetPicks` (bare
values, of this step only).

What ITF cannot carry stands in `#meta.lockstep`, so that our own files read back exactly. Of the whole trace:
model, scope, params, faults, property, attempt. Of each state: kind, file and line of the step, the names of
the records written as objects (per variable, in the order of the file) and which `#map`s are bags (their
numbers, so counted).

In files of other tools integers may be plain, `Some` is dropped, and `None` with any unit is None, an object
is a record named `Record`, a variant with another payload has it in a field `value`, `#unserializable` is a
record `Unserializable(text=...)`; the model is `#meta.source` or the name of the file.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import assert_never

from checker.traces.document import Json, Node, decimal, parse
from checker.traces.json_form import (
    attempt_from_node,
    attempt_to_object,
    distinct,
    loop_from_node,
    numbers_from_node,
    optional_line,
    optional_text,
)
from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, in_order
from checker.traces.trace import State, Step, Trace

ACTION = "mbt::actionTaken"
PICKS = "mbt::nondetPicks"
DESCRIPTION = "https://apalache-mc.org/docs/adr/015adr-trace.html"
VERSION = 1
UNIT = "U_OF_UNIT"
NOTHING = "Nothing"
_VARIANT = frozenset({"tag", "value"})


@dataclass(slots=True)
class _Names:
    """What the values of one variable in one state lose: collected by the writer, used by the reader."""

    records: list[str] = field(default_factory=list[str])
    bags: dict[int, None] = field(default_factory=dict[int, None])
    records_seen: int = 0
    maps_seen: int = 0


def to_itf(trace: Trace, unions: Collection[str] | None = None) -> str:
    """The text of the file, ASCII only, ended by a newline.

    `unions` names the records that are members of a union. None says that this is not known: then every
    record is written as a variant, so that no reader has to guess its class.
    """
    ours: dict[str, Json] = {
        "version": VERSION,
        "model": trace.model,
        "scope": dict(trace.scope),
        "params": dict(trace.params),
        "faults": dict(trace.faults),
        "property": trace.property,
        "attempt": None if trace.attempt is None else attempt_to_object(trace.attempt),
    }
    document: dict[str, Json] = {
        "#meta": {
            "format": "ITF",
            "format-description": DESCRIPTION,
            "source": trace.model,
            "lockstep": ours,
        },
        "params": [],
        "vars": [ACTION, PICKS, *trace.variables],
        "states": [_state(number, step, unions) for number, step in enumerate((trace.initial, *trace.steps))],
    }
    if trace.loop is not None:
        document["loop"] = trace.loop
    return json.dumps(document, indent=1) + "\n"


def _state(number: int, step: Step, unions: Collection[str] | None) -> dict[str, Json]:
    records: dict[str, Json] = {}
    bags: dict[str, Json] = {}
    values: dict[str, Json] = {}
    picks = PlainRecord("Picks", step.arguments)
    for name, value in ((PICKS, picks), *step.state):
        names = _Names()
        values[name] = _picks(picks, unions, names) if name == PICKS else _value(value, unions, names)
        if names.records:
            records[name] = [*names.records]
        if names.bags:
            bags[name] = [*names.bags]
    ours: dict[str, Json] = {"kind": step.kind, "file": step.file, "line": step.line}
    if records:
        ours["records"] = records
    if bags:
        ours["bags"] = bags
    return {"#meta": {"index": number, "lockstep": ours}, ACTION: step.action, **values}


def _picks(picks: PlainRecord, unions: Collection[str] | None, names: _Names) -> Json:
    """An object; arguments called tag and value would look like a variant, so they are put into one."""
    fields: Json = {name: _value(value, unions, names) for name, value in picks.fields}
    return {"tag": picks.name, "value": fields} if _has_fields(picks, _VARIANT) else fields


def _has_fields(record: PlainRecord, names: frozenset[str]) -> bool:
    return frozenset([name for name, _ in record.fields]) == names


def _value(value: Plain, unions: Collection[str] | None, names: _Names) -> Json:
    match value:
        case None:
            return {"tag": NOTHING, "value": UNIT}
        case bool() | str():
            return value
        case int():
            return {"#bigint": str(value)}
        case tuple():
            return [_value(item, unions, names) for item in value]
        case frozenset():
            return {"#set": [_value(item, unions, names) for item in in_order(value)]}
        case PlainTuple():
            return {"#tup": [_value(item, unions, names) for item in value.items]}
        case PlainMap():
            names.maps_seen += 1
            return {
                "#map": [
                    [_value(key, unions, names), _value(item, unions, names)] for key, item in value.items
                ]
            }
        case PlainBag():
            names.bags[names.maps_seen] = None
            names.maps_seen += 1
            return {
                "#map": [
                    [_value(item, unions, names), {"#bigint": str(count)}] for item, count in value.items
                ]
            }
        case PlainRecord():
            variant = unions is None or value.name in unions or _has_fields(value, _VARIANT)
            if not variant:
                names.records.append(value.name)
            fields: dict[str, Json] = {}
            for name, item in value.fields:
                assert not name.startswith("#"), "ITF keeps names that begin with # for itself"
                fields[name] = _value(item, unions, names)
            return {"tag": value.name, "value": fields} if variant else fields
        case _:
            assert_never(value)


def from_itf(data: bytes | str, source: str = "trace.itf.json") -> Trace:
    """The trace in a text or the content of a file; `source` names it in errors. Raises TraceFormatError."""
    document = parse(data, source)
    if not document.keys() >= {"vars", "states"}:
        document.fail('not a trace in ITF (it has the keys "vars" and "states")', "is this the right file?")
    members = document.object(("vars", "states"), ("#meta", "params", "loop"))
    meta = dict(members["#meta"].members()) if "#meta" in members else {}
    ours = None
    if "lockstep" in meta:
        ours = meta["lockstep"].object(
            ("version", "model", "scope", "params", "faults", "property", "attempt")
        )
        if ours["version"].integer() != VERSION:
            ours["version"].fail("unknown version", f"this reader knows {VERSION}")
    variables = _variables(members)
    steps = [
        _step(node, variables, number, ours is not None)
        for number, node in enumerate(members["states"].items())
    ]
    if not steps:
        members["states"].fail("a trace without states", "a trace has an initial state")
    foreign = meta["source"].text() if "source" in meta and isinstance(meta["source"].value, str) else source
    return Trace(
        model=foreign if ours is None else ours["model"].text(),
        scope=() if ours is None else numbers_from_node(ours["scope"]),
        params=() if ours is None else numbers_from_node(ours["params"]),
        faults=() if ours is None else numbers_from_node(ours["faults"]),
        initial=steps[0],
        steps=tuple(steps[1:]),
        property=None if ours is None else optional_text(ours["property"]),
        loop=loop_from_node(members["loop"], len(steps) - 1) if "loop" in members else None,
        attempt=None if ours is None or ours["attempt"].is_null() else attempt_from_node(ours["attempt"]),
    )


def _variables(members: dict[str, Node]) -> list[str]:
    """The names declared in vars, and those in params that the states carry."""
    found: dict[str, None] = {}
    for node in members["vars"].items():
        name = node.text()
        if name.startswith("#") or name in found:
            node.fail("a name that is reserved or occurs twice", "name each variable once")
        found[name] = None
    states = [state.keys() for state in members["states"].items()]
    everywhere = states[0].intersection(*states[1:]) if states else frozenset[str]()
    for node in members["params"].items() if "params" in members else []:
        if node.text() in everywhere and not node.text().startswith("#"):
            found[node.text()] = None
    return [name for name in found if name not in (ACTION, PICKS)]


def _step(node: Node, variables: list[str], number: int, own: bool) -> Step:
    members = node.object(variables, ("#meta", ACTION, PICKS))
    meta = dict(members["#meta"].members()) if "#meta" in members else {}
    hints: dict[str, Node] = {}
    if own:
        if "lockstep" not in meta:
            node.fail("no #meta.lockstep, which each state of this trace has")
        hints = meta["lockstep"].object(("kind", "file", "line"), ("records", "bags"))
    records = dict(hints["records"].members()) if "records" in hints else {}
    bags = dict(hints["bags"].members()) if "bags" in hints else {}

    def read(name: str) -> Plain:
        return _read(members[name], records.get(name), bags.get(name), own, name == PICKS)

    state: State = tuple([(name, read(name)) for name in variables])
    arguments: State = ()
    if PICKS in members:
        picks = read(PICKS)
        if not isinstance(picks, PlainRecord):
            members[PICKS].fail("not an object of names and values")
        arguments = picks.fields
        if not own:  # Quint lists the names of all actions, those not chosen here with None
            arguments = tuple([(name, value) for name, value in arguments if value is not None])
    action = members[ACTION].text() if ACTION in members else ("init" if number == 0 else "step")
    if not own:
        return Step(action, arguments, state)
    file, line = optional_text(hints["file"]), optional_line(hints["line"])
    return Step(action, arguments, state, file, line, hints["kind"].text())


def _read(node: Node, records: Node | None, bags: Node | None, own: bool, picks: bool) -> Plain:
    names = _Names(
        [item.text() for item in records.items()] if records is not None else [],
        {item.integer(0): None for item in bags.items()} if bags is not None else {},
    )
    if picks and own and node.keys() == _VARIANT:
        node = node.object(_VARIANT)["value"]
    if picks:
        value: Plain = PlainRecord("Picks", _fields(node, names, own))
    else:
        value = _from_node(node, names, own)
    if own and (
        names.records_seen != len(names.records) or any(bag >= names.maps_seen for bag in names.bags)
    ):
        node.fail("the values do not match #meta.lockstep of this state", "do not edit one without the other")
    return value


def _fields(node: Node, names: _Names, own: bool) -> State:
    found: list[tuple[str, Plain]] = []
    for name, item in node.members():
        if name.startswith("#"):
            item.fail("a key that ITF keeps for itself, in a record", "is this a newer version of ITF?")
        found.append((name, _from_node(item, names, own)))
    return tuple(found)


def _from_node(node: Node, names: _Names, own: bool) -> Plain:
    match node.value:
        case None:
            node.fail("null is not a value of ITF", "write None as a variant")
        case bool() | int():
            return node.value
        case str():
            return node.text()
        case list():
            return tuple([_from_node(item, names, own) for item in node.items()])
        case dict():
            pass
    keys = node.keys()
    if keys == _VARIANT:
        return _variant(node, names, own)
    if any(key.startswith("#") for key in keys):
        return _special(node, names, own)
    name = "Record"
    if own:
        if names.records_seen >= len(names.records):
            node.fail("a record whose name is not in #meta.lockstep", "do not edit one without the other")
        name = names.records[names.records_seen]
        names.records_seen += 1
    fields = _fields(node, names, own)
    if not name:
        node.fail("a record without a name")
    return PlainRecord(name, fields)


def _special(node: Node, names: _Names, own: bool) -> Plain:
    if len(node.keys()) != 1:
        node.fail("not a value", 'a key such as "#set" stands alone')
    ((tag, content),) = node.members()
    match tag:
        case "#bigint":
            return decimal(content)
        case "#tup":
            return PlainTuple(tuple([_from_node(item, names, own) for item in content.items()]))
        case "#set":
            return distinct([_from_node(item, names, own) for item in content.items()], content)
        case "#map":
            return _map(content, names, own)
        case "#unserializable":
            return PlainRecord("Unserializable", (("text", content.text()),))
        case _:
            node.fail(f"a value of unknown kind {json.dumps(tag[:40])}", "is this a newer version of ITF?")


def _map(node: Node, names: _Names, own: bool) -> PlainMap | PlainBag:
    is_bag = names.maps_seen in names.bags
    names.maps_seen += 1
    entries: list[tuple[Plain, Plain]] = []
    counts: list[tuple[Plain, int]] = []
    for pair in node.items():
        key, item = pair.items(2)
        entry = (_from_node(key, names, own), _from_node(item, names, own))
        entries.append(entry)
        if is_bag:
            count = entry[1]
            if isinstance(count, bool) or not isinstance(count, int) or count < 1:
                item.fail("not the count of an element of a bag", "a count is at least 1")
            counts.append((entry[0], count))
    distinct([key for key, _ in entries], node)
    return PlainBag.of(counts) if is_bag else PlainMap.of(entries)


def _variant(node: Node, names: _Names, own: bool) -> Plain:
    members = node.object(_VARIANT)
    tag, payload = members["tag"].text(), members["value"]
    if not tag:
        members["tag"].fail("a variant without a tag")
    if tag == NOTHING and payload.value == UNIT:
        return None
    has_fields = isinstance(payload.value, dict) and not _is_special(payload)
    if has_fields and (own or (payload.keys() != _VARIANT and tag != "Some")):
        return PlainRecord(tag, _fields(payload, names, own))
    if own:
        payload.fail("not the fields of a record", "do not edit the values of this file by hand")
    if _is_unit(payload):
        return None if tag == "None" else PlainRecord(tag, ())
    value = _from_node(payload, names, own)
    if tag == "Some" and value is not None:
        return value
    return PlainRecord(tag, (("value", value),))


def _is_special(node: Node) -> bool:
    keys = node.keys()
    return any(key.startswith("#") for key in keys)


def _is_unit(node: Node) -> bool:
    """Apalache's unit is a text, Quint's an empty tuple, or a variant that holds one."""
    if node.value == UNIT or node.value == {"#tup": []}:
        return True
    return isinstance(node.value, dict) and node.value.get("tag") == "UNIT"
