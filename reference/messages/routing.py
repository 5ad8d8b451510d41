"""What routers, leaders and the map service (MemDS) say to each other."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.client import Route


class Publish(Struct, frozen=True, array_like=True, tag="publish"):
    """A leader that serves tells where its range is served."""

    route: Route


class Lookup(Struct, frozen=True, array_like=True, tag="lookup"):
    """Where is this key served?"""

    number: int
    key: bytes


class Located(Struct, frozen=True, array_like=True, tag="located"):
    """The route that holds the key, None while none is known."""

    number: int
    route: Route | None
