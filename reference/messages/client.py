"""What clients ask, and every answer that there is."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

VALUE_BYTES_MAX = 400 * 1024
KEY_BYTES_MAX = 500  # with its prefix, what an LMDB key may have
CLIENT_BYTES_MAX = 500


class Token(Struct, frozen=True, order=True, array_like=True):
    """Names a request for ever. A client numbers its requests upwards and has one open at a time."""

    client: str
    number: int


class Always(Struct, frozen=True, array_like=True, tag="always"):
    """No condition."""


class Absent(Struct, frozen=True, array_like=True, tag="absent"):
    """The item does not exist."""


class ValueIs(Struct, frozen=True, array_like=True, tag="value_is"):
    """The item has this value."""

    value: bytes


Condition: TypeAlias = Always | Absent | ValueIs
ALWAYS = Always()


class Get(Struct, frozen=True, array_like=True, tag="get"):
    """Read an item: strongly from the leader, or eventually from any storage replica."""

    key: bytes
    strong: bool


class Put(Struct, frozen=True, array_like=True, tag="put"):
    """Write an item if the condition holds."""

    key: bytes
    value: bytes
    condition: Condition = ALWAYS


class Delete(Struct, frozen=True, array_like=True, tag="delete"):
    """Remove an item if the condition holds."""

    key: bytes
    condition: Condition = ALWAYS


WriteOperation: TypeAlias = Put | Delete
Operation: TypeAlias = Get | Put | Delete


class Found(Struct, frozen=True, array_like=True, tag="found"):
    """What a read saw: the value (None: no such item), the slot that wrote it, the last slot applied.

    The two slots witness the order: nothing else in the system knows it better.
    """

    value: bytes | None
    version: int
    slot: int


class Written(Struct, frozen=True, array_like=True, tag="written"):
    """The write is applied, in this slot."""

    slot: int


class ConditionFailed(Struct, frozen=True, array_like=True, tag="condition_failed"):
    """The condition did not hold in this slot, where the item had this value."""

    slot: int
    value: bytes | None


class Route(Struct, frozen=True, array_like=True, tag="route"):
    """Where a range of keys is served: `first` <= key < `after` (None: no end).

    `version` is the slot of the log that decided it; of two routes that overlap, the higher version is right.
    """

    group: str
    first: bytes
    after: bytes | None
    version: int
    replicas: tuple[str, ...]
    leader: str | None

    def holds(self, key: bytes) -> bool:
        """Whether the key is in the range."""
        return self.first <= key and (self.after is None or key < self.after)

    def overlaps(self, other: Route) -> bool:
        """Whether a key is in both ranges."""
        return (self.after is None or other.first < self.after) and (
            other.after is None or self.first < other.after
        )


class NotLeader(Struct, frozen=True, array_like=True, tag="not_leader"):
    """Not executed: ask the leader, if one is known."""

    leader: str | None


class StaleRoute(Struct, frozen=True, array_like=True, tag="stale_route"):
    """Not executed: the key is not here. The routes are the latest that this replica knows."""

    routes: tuple[Route, ...]


class Throttled(Struct, frozen=True, array_like=True, tag="throttled"):
    """Not executed: over the provisioned throughput. `by` is "partition", "node" or "table"."""

    by: str


class Unavailable(Struct, frozen=True, array_like=True, tag="unavailable"):
    """Not executed by this node, for a reason that passes: try again."""

    reason: str


class Refused(Struct, frozen=True, array_like=True, tag="refused"):
    """Not executed and never will be: the request itself is wrong."""

    reason: str


class Superseded(Struct, frozen=True, array_like=True, tag="superseded"):
    """Not executed now: the client has since had a later request answered here.

    Says nothing of earlier tries.
    """


class TimedOut(Struct, frozen=True, array_like=True, tag="timed_out"):
    """Ambiguous: the request may have been executed, or may be later."""


Answer: TypeAlias = (
    Found
    | Written
    | ConditionFailed
    | NotLeader
    | StaleRoute
    | Throttled
    | Unavailable
    | Refused
    | Superseded
    | TimedOut
)


class Request(Struct, frozen=True, array_like=True, tag="request"):
    """A client asks."""

    token: Token
    operation: Operation


class Response(Struct, frozen=True, array_like=True, tag="response"):
    """The answer to the request of that token."""

    token: Token
    answer: Answer
