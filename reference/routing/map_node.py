"""A node of the map service (MemDS): the routes that leaders publish, in memory.

Leaders publish again and again to every node, so a node that was restarted knows everything soon, and an
older message cannot overwrite a newer one. It answers each request of the routers, whether they needed it
or not: its load does not change when their caches are lost.
"""

from __future__ import annotations

from reference.messages.routing import Located, Lookup, Publish
from reference.messages.union import Message
from reference.node import Effect, Send
from reference.routing.route_map import RouteMap


class MapNode:
    """`lookups` counts the requests."""

    def __init__(self) -> None:
        self.routes = RouteMap()
        self.lookups = 0

    def start(self, now: int) -> list[Effect]:
        """Waits for leaders."""
        return []

    def receive(self, source: str, message: Message, now: int) -> list[Effect]:
        """Publications and lookups."""
        match message:
            case Publish(route=route):
                self.routes.merge([route])
                return []
            case Lookup(number=number, key=key):
                self.lookups += 1
                return [Send(source, Located(number, self.routes.find(key)))]
            case _:
                return []

    def timer(self, name: str, now: int) -> list[Effect]:
        """It sets none."""
        return []
