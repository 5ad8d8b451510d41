"""Routes that cover the keys at most once.

Of two that overlap, the higher version is right about the overlap.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from msgspec.structs import replace

from reference.messages.client import Route


class RouteMap:
    """Sorted by first key. A route that is partly overtaken keeps what is left of it."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def __len__(self) -> int:
        return len(self._routes)

    def find(self, key: bytes) -> Route | None:
        """The route that holds a key."""
        index = bisect_right(self._routes, key, key=lambda route: route.first) - 1
        if index < 0 or not self._routes[index].holds(key):
            return None
        return self._routes[index]

    def all(self) -> tuple[Route, ...]:
        """The routes, in order of their keys."""
        return tuple(self._routes)

    def merge(self, routes: Iterable[Route]) -> None:
        """Takes routes over where they are not older than what is known."""
        for route in routes:
            self._merge_one(route)

    def _merge_one(self, new: Route) -> None:
        pieces = [new]
        kept: list[Route] = []
        for old in self._routes:
            if not old.overlaps(new):
                kept.append(old)
            elif old.version > new.version:
                kept.append(old)
                pieces = [rest for piece in pieces for rest in _without(piece, old)]
            else:
                kept.extend(_without(old, new))
        self._routes = sorted([*kept, *pieces], key=lambda route: route.first)

    def forget(self, route: Route) -> None:
        """Nothing is known of these keys any more."""
        self._routes = [old for old in self._routes if old != route]


def _without(route: Route, other: Route) -> list[Route]:
    """What of a route is outside another one."""
    if not route.overlaps(other):
        return [route]
    pieces: list[Route] = []
    if route.first < other.first:
        pieces.append(replace(route, after=other.first))
    if other.after is not None and (route.after is None or other.after < route.after):
        pieces.append(replace(route, first=other.after))
    return pieces
