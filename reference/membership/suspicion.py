"""Does a replica believe that its leader is gone? Its own silence, then what its peers hear.

A replica that hears no leader asks its peers first: when the fault is on its own side, an election would
only disturb the others. The answers delay an election by one round and expire with it: they are no guard of
safety, and a leader that only half works cannot hide behind them for long, because it fences itself.
"""

from __future__ import annotations

from msgspec import Struct


class Suspicion(Struct):
    """`heard_at` is when a leader was last heard, `number` that of the last query, `asked` that of the query
    in progress (0: none).
    """

    heard_at: int
    leader: str | None = None
    number: int = 0
    asked: int = 0
    healthy: bool = False

    def hear(self, leader: str, now: int) -> None:
        """A leader was heard."""
        self.heard_at = now
        self.leader = leader
        self.asked = 0

    def hears(self, now: int, timeout: int) -> bool:
        """Whether a leader was heard within the time."""
        return self.leader is not None and now - self.heard_at < timeout

    def forget(self, now: int, timeout: int) -> None:
        """The leader is known to be gone."""
        self.leader = None
        self.heard_at = now - timeout

    def ask(self) -> int:
        """Begins a query; its number."""
        self.number += 1
        self.asked = self.number
        self.healthy = False
        return self.number

    def on_answer(self, number: int, hears_leader: bool) -> None:
        """A peer answers; only answers to the query in progress count."""
        if number == self.asked and hears_leader:
            self.healthy = True

    def drop(self) -> bool:
        """The time for answers is over: whether to drop the attempt."""
        dropped = self.asked == 0 or self.healthy
        self.asked = 0
        return dropped
