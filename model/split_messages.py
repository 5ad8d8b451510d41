"""What partitions keep, and what they, their routers and clients say to each other."""

from typing import Annotated, Literal

from checker import Map, Ordered, Range, Record, Seq, Set, Sort


class Part(Sort):
    """A partition, or the name of one to come."""


class Key(Ordered):
    """What items are found by."""


class Request(Sort):
    """A client's token: the same when it tries again."""


class Place(Ordered):
    """The places of a partition's log; the first is its beginning."""


Bound = Annotated[int, Range(0, 4)]
"""A boundary between keys: so many lie below."""

Count = Annotated[int, Range(0, 3)]
"""How many writes, replicas or versions."""


Length = Annotated[int, Range(0, 7)]
"""How many entries of a log."""


class Region(Record):
    """The keys from `low`, below `high`, belong to a partition since this version."""

    part: Part
    low: Bound
    high: Bound
    version: Count


class State(Record):
    """What a partition knows after an entry of its log.

    `items` counts the writes of each key, `done` holds the tokens of writes that have taken effect, `seen`
    has the keys that were written last.
    """

    region: Region
    items: Map[Key, Count]
    done: Set[Request]
    seen: Seq[Key, Literal["window"]]


class Put(Record):
    """A router sends a write by the route that it believes in."""

    request: Request
    key: Key
    part: Part
    version: Count


class Get(Record):
    """A router sends a strongly consistent read by the route that it believes in."""

    key: Key
    part: Part
    version: Count


class Done(Record):
    """The write has taken effect, now or before."""

    request: Request


class Answer(Record):
    """What a read found."""

    key: Key
    part: Part
    count: Count


class Refused(Record):
    """The route is stale: this is what the partition owns now. The client may try again."""

    region: Region


class Seed(Record):
    """The beginning of a new partition, cut off at the slot of the split."""

    state: State


class Published(Record):
    """The map of the routers has this region."""

    region: Region


def covers(r: Region, k: Key) -> bool:
    """The key is in the region."""
    return r.low <= k.index and k.index < r.high


def lower_half(r: Region, k: Key) -> Region:
    """What the old partition keeps: the keys below."""
    return Region(r.part, r.low, k.index, r.version + 1)


def upper_half(r: Region, k: Key, part: Part) -> Region:
    """What the new partition begins with: the key and those above."""
    return Region(part, k.index, r.high, r.version + 1)
