"""The log of a run: a line an event, numbered within each life of its node."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from reference.conformance.answers import Plain

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


class RunLog:
    """Writes the lines of one run.

    Attributes:
        lines: objects of JSON with sorted keys.
        life: how often each node has begun.
    """

    def __init__(self, run: int, nodes: Iterable[str]) -> None:
        self.lines: list[str] = []
        self.life = dict.fromkeys(nodes, 1)
        self._run = run
        self._count = dict.fromkeys(self.life, 0)

    def begin_again(self, node: str) -> None:
        """A node's next life: its events are numbered from 1."""
        self.life[node] += 1
        self._count[node] = 0

    def write(self, node: str, kind: str, state: Mapping[str, Json], more: Mapping[str, Json]) -> None:
        """An event, with what the node holds afterwards and what the kind needs."""
        self._count[node] += 1
        fields: dict[str, Json] = {
            "v": 1,
            "run": self._run,
            "node": node,
            "inc": self.life[node],
            "seq": self._count[node],
            "ev": kind,
            "state": dict(state),
            **more,
        }
        self.lines.append(json.dumps(fields, sort_keys=True))


def json_of(value: Plain) -> Json:
    """A value as a log has it: tuples are lists."""
    match value:
        case tuple():
            return [json_of(item) for item in value]
        case Mapping():
            return {key: json_of(item) for key, item in value.items()}
        case frozenset():
            raise AssertionError("nothing that is logged has a set")
        case _:
            return value
