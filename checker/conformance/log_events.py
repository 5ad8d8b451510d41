"""Logs of an implementation: one event a line, each node's numbered without a gap, merged in a causal order.

A line is an object of JSON with the keys

    v      1
    run    which run; one log may hold several
    node   who acted
    inc    how often the node has begun, from 1
    seq    the number of the event in that life of the node, from 1
    ev     what happened: recv, send, request, reply, timer, sync_start, sync_done, crash, restart, ...
    id     of a message: the same when it is sent and when it is received; without it, messages are known by
           `src`, `to` and `msg`
    state  what the node's variables are after the event

and whatever else the mapping to the model reads. Keys are sorted when they are written; that is not demanded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias, cast

Fields: TypeAlias = Mapping[str, Any]

LINE_BYTES_MAX = 2**24
VERSION = 1


class BadLog(Exception):
    """A line that is no event, or events that do not follow each other. `place` is `file:line`."""

    def __init__(self, place: str, fact: str) -> None:
        super().__init__(f"{place}: {fact}")
        self.place = place
        self.fact = fact


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A line.

    Attributes:
        place: `file:line`.
        fields: all of the object.
    """

    place: str
    run: str
    node: str
    inc: int
    seq: int
    kind: str
    fields: Fields


def read_events(file: str, lines: Iterable[bytes]) -> Iterator[LogEvent]:
    """The events of a file, in its order; empty lines are skipped. Raises BadLog."""
    for number, line in enumerate(lines, start=1):
        place = f"{file}:{number}"
        if len(line) > LINE_BYTES_MAX:
            raise BadLog(place, f"more than {LINE_BYTES_MAX} bytes in a line")
        if line.strip():
            yield _event(place, line)


def _event(place: str, line: bytes) -> LogEvent:
    try:
        found: object = json.loads(line)
    except UnicodeDecodeError:
        raise BadLog(place, "not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadLog(place, f"not JSON: {error.msg.lower()} at column {error.colno}") from None
    except (RecursionError, ValueError):
        raise BadLog(place, "JSON that is nested too deep, or a number that is too long") from None
    if not isinstance(found, dict):
        raise BadLog(place, "an event is an object, {...}")
    fields = cast(dict[str, Any], found)
    version = fields.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version != VERSION:
        raise BadLog(place, f"v = {version!r}; this reads version {VERSION}")
    run = fields.get("run", "")
    if not isinstance(run, int | str) or isinstance(run, bool):
        raise BadLog(place, f"run = {run!r} is no name or number")
    for key in ("node", "ev"):
        if not isinstance(fields.get(key), str) or not fields[key]:
            raise BadLog(place, f"{key} = {fields.get(key)!r} is no name")
    for key in ("inc", "seq"):
        value = fields.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise BadLog(place, f"{key} = {value!r} is no number from 1")
    return LogEvent(place, str(run), fields["node"], fields["inc"], fields["seq"], fields["ev"], fields)


def by_run(events: Iterable[LogEvent]) -> dict[str, list[LogEvent]]:
    """The events of each run, as they come."""
    runs: dict[str, list[LogEvent]] = {}
    for event in events:
        runs.setdefault(event.run, []).append(event)
    return runs


def in_causal_order(events: Sequence[LogEvent], shuffle: Random | None = None) -> list[LogEvent]:
    """The events of one run in an order in which each node's stand as it wrote them, and a message is
    received after it was sent. Any such order is as good as any other for a model whose guards read the
    network positively.

    Args:
        shuffle: draws one of the orders; otherwise it is the one nearest to that of the lines.

    Raises:
        BadLog: a node's events have a gap, come twice, or a message is received before it was sent in every
            order.
    """
    queues: dict[str, list[LogEvent]] = {}
    for event in events:
        queues.setdefault(event.node, []).append(event)
    for queue in queues.values():
        queue.sort(key=lambda event: (event.inc, event.seq))
        _check_numbers(queue)
    position = {id(event): number for number, event in enumerate(events)}
    sends = {_message(event) for event in events if event.kind == "send"}
    sent: set[str] = set()
    at = dict.fromkeys(queues, 0)
    order: list[LogEvent] = []
    while len(order) < len(events):
        ready = [
            queue[at[node]]
            for node, queue in queues.items()
            if at[node] < len(queue) and _may_come(queue[at[node]], sends, sent)
        ]
        if not ready:
            stuck = min(
                [queue[at[node]] for node, queue in queues.items() if at[node] < len(queue)],
                key=lambda event: position[id(event)],
            )
            raise BadLog(stuck.place, "the message that is received here is only sent later, in every order")
        following = shuffle.choice(ready) if shuffle else min(ready, key=lambda event: position[id(event)])
        at[following.node] += 1
        if following.kind == "send":
            sent.add(_message(following))
        order.append(following)
    return order


def _check_numbers(queue: Sequence[LogEvent]) -> None:
    life, number = 0, 0
    for event in queue:
        if event.inc == life and event.seq == number:
            raise BadLog(event.place, f"event {number} of {event.node} comes twice")
        if event.inc != life:
            if event.inc != life + 1 and life != 0:
                raise BadLog(event.place, f"life {event.inc} of {event.node} follows life {life}")
            life, number = event.inc, 0
        if event.seq != number + 1:
            raise BadLog(
                event.place, f"event {event.seq} of {event.node} follows event {number}: lines are missing"
            )
        number = event.seq


def _message(event: LogEvent) -> str:
    """What tells a message from others."""
    fields = event.fields
    if fields.get("id") is not None:
        return json.dumps(["id", fields["id"]], sort_keys=True)
    source = event.node if event.kind == "send" else fields.get("src")
    target = fields.get("to") if event.kind == "send" else event.node
    return json.dumps([source, target, fields.get("msg")], sort_keys=True)


def _may_come(event: LogEvent, sends: set[str], sent: set[str]) -> bool:
    if event.kind != "recv":
        return True
    message = _message(event)
    return message in sent or message not in sends
