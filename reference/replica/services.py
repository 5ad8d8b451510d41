"""The services around a group: whom a leader tells what."""

from __future__ import annotations

from msgspec import Struct

from reference.node import MILLISECOND


class Services(Struct, frozen=True):
    """Names of nodes: the repair and split service, and the map service. A group works without any."""

    repair: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    publish_every: int = 200 * MILLISECOND
    report_every: int = 500 * MILLISECOND
