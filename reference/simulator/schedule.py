"""What happens when: a heap of (time, number, call), and nothing else decides the order."""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Schedule:
    """True time in microseconds. Calls at the same time come in the order in which they were planned."""

    def __init__(self) -> None:
        self.now = 0
        self.events = 0
        self._number = 0
        self._heap: list[tuple[int, int, Callable[[], None]]] = []

    def at(self, time: int, call: Callable[[], None]) -> None:
        """Plans a call; a time that has passed means now."""
        self._number += 1
        heapq.heappush(self._heap, (max(time, self.now), self._number, call))

    def after(self, delay: int, call: Callable[[], None]) -> None:
        """Plans a call."""
        self.at(self.now + delay, call)

    def run(self, until: int) -> None:
        """Makes the calls up to and including a time."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            self.now, _, call = heapq.heappop(heap)
            self.events += 1
            call()
        self.now = max(self.now, until)
