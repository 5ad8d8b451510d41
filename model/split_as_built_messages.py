"""What partitions, maps and services of the reference implementation say of a split."""

from typing import Annotated

from checker import Range, Record, Seq, Sort
from model.split_messages import Key, Part, Region, Request

Version = Annotated[int, Range(0, 3)]
"""How many splits made a route what it is."""


class Member(Sort):
    """A machine: it has one replica of each partition."""


class Cut(Record):
    """An entry of a log: the key, and those above, go to a new partition."""

    key: Key
    part: Part


class Known(Record):
    """What a map says of a key: whom to ask, and since which version."""

    part: Part
    version: Version


class Moved(Record):
    """The answer to a request whose key is not here: where the keys went that once were."""

    request: Request | None
    part: Part
    regions: Seq[Region, Part]


class Advice(Record):
    """The split service tells a leader to split before a key."""

    part: Part
    key: Key
