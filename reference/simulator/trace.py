"""The history of a seed as a trace: versioned JSON in the format `lockstep-trace`, which `lockstep show`
reads.

The format is written here from its description, not from the checker's code: an object with the initial
state and the steps, each with its action, its arguments and the state after it; a map is `{"map": [[key,
value], ...]}`.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct

from reference.messages.client import Delete, Get, Operation, Put
from reference.replica.replica import Replica
from reference.simulator.event import Called, Ended, Event, Sent, Struck, Told
from reference.simulator.history import Entry
from reference.simulator.process import Process
from reference.simulator.storing_process import StoringProcess
from reference.simulator.world import World

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
Shown: TypeAlias = Called | Struck | Told
VALUE_SHOWN = 24


class _Step(Struct, frozen=True):
    event: Shown
    state: dict[str, Json]


class TraceRecorder:
    """Watches a world; keeps the last steps that change something shown, and all faults, questions and
    answers.
    """

    def __init__(self, steps_max: int) -> None:
        self._steps: deque[_Step] = deque(maxlen=steps_max + 1)
        self._world: World | None = None
        self._last: dict[str, Json] = {}

    def __call__(self, world: World, event: Event) -> None:
        """One step."""
        self._world = world
        if isinstance(event, Sent | Ended):
            return  # the call that sends is shown, and the fault that ends
        if isinstance(event, Told):
            self._last[event.entry.token.client] = _operation(event.entry)
        state = _state(world, self._last)
        if isinstance(event, Told | Struck) or not self._steps or state != self._steps[-1].state:
            self._steps.append(_Step(event, state))

    def document(self, failure: str | None) -> str:
        """The text of the file, once the world is over."""
        assert self._world is not None, "a world was watched"
        plan = self._world.plan
        first, *rest = self._steps
        content: dict[str, Json] = {
            "format": "lockstep-trace",
            "version": 1,
            "model": f"reference.simulator:seed {plan.seed}",
            "scope": {"machines": plan.machines, "clients": plan.clients, "keys": plan.keys},
            "params": {"lease_hold": plan.settings.lease_hold, "election_min": plan.settings.election_min},
            "faults": dict(Counter([injection.fault.value for injection in plan.faults])),
            "property": failure,
            "loop": None,
            "initial": {**_call(first.event), "kind": "action", "state": first.state},
            "steps": [{**_call(step.event), "kind": _kind(step.event), "state": step.state} for step in rest],
            "attempt": None,
        }
        return json.dumps(content, indent=1) + "\n"


def _call(event: Shown) -> dict[str, Json]:
    arguments: dict[str, Json] = {"at_us": event.time}
    match event:
        case Called(node=node, action=action, detail=detail):
            arguments["node"] = node
            if isinstance(detail, tuple):
                source, message = detail
                arguments["source"] = source
                arguments["message"] = short(message)
            elif detail is not None:
                arguments["detail"] = detail
        case Struck(victim=victim):
            action = "strike"
            arguments["victim"] = victim
        case Told(action=action, entry=entry):
            arguments["token"] = f"{entry.token.client}.{entry.token.number}"
        case _:
            assert_never(event)
    return {"action": action, "arguments": arguments, "file": None, "line": None}


def _kind(event: Shown) -> str:
    return f"fault:{event.fault}" if isinstance(event, Struck) else "action"


def short(value: object) -> str:
    """A value on one line of bounded length."""
    text = repr(value)
    return text if len(text) <= 160 else text[:157] + "..."


def _state(world: World, operations: Mapping[str, Json]) -> dict[str, Json]:
    roles: dict[str, Json] = {}
    promised: dict[str, Json] = {}
    commit: dict[str, Json] = {}
    applied: dict[str, Json] = {}
    durable: dict[str, Json] = {}
    members: dict[str, Json] = {}
    for name, process in world.processes.items():
        roles[name] = _role(process)
        node = process.node
        if isinstance(node, Replica) and isinstance(process, StoringProcess):
            promised[name] = str(node.ledger.promised)
            commit[name] = node.ledger.commit
            applied[name] = node.learner.applied
            durable[name] = 0 if process.wal is None else process.wal.durable
            members[name] = list(node.ledger.configuration.ids())
    return {
        "role": _map(roles),
        "promised": _map(promised),
        "commit": _map(commit),
        "applied": _map(applied),
        "log_durable": _map(durable),
        "members": _map(members),
        "operation": _map(operations),
    }


def _role(process: Process) -> str:
    node = process.node
    if isinstance(process, StoringProcess) and process.lost is not None:
        return f"lost: {process.lost}"
    if node is None:
        return "down"
    if not isinstance(node, Replica):
        return "up"
    if node.leadership is None:
        return "follower"
    if not node.leadership.elected:
        return f"candidate {node.leadership.ballot}"
    return f"{'serves' if node.can_serve(process.local()) else 'leads'} {node.leadership.ballot}"


def _operation(entry: Entry) -> str:
    return f"{describe(entry.operation)} -> {'?' if entry.answer is None else short(entry.answer)}"


def describe(operation: Operation) -> str:
    """`put k1 c2.7 if ValueIs(...)`, in short."""
    key = operation.key.decode(errors="replace")
    match operation:
        case Get(strong=strong):
            return f"get {key}{'' if strong else ' eventually'}"
        case Put(value=value, condition=condition):
            return f"put {key} {_text(value)} if {short(condition)}"
        case Delete(condition=condition):
            return f"delete {key} if {short(condition)}"


def _text(value: bytes) -> str:
    text = value.decode(errors="replace").replace("\0", "")
    return text if len(value) <= VALUE_SHOWN else f"{text[:VALUE_SHOWN]} ({len(value)} bytes)"


def _map(entries: Mapping[str, Json]) -> Json:
    return {"map": [[key, entries[key]] for key in sorted(entries)]}
