"""Admission at a partition: the last defence, whatever routers and global admission control believe.

A request takes from the partition's allocated tokens. When these are gone it may take from the burst tokens,
the unused capacity of at most the last 300 seconds, if the node that serves it has tokens too. The node
cannot refuse what is allocated, so that may put it into debt: later bursts wait until it is paid.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from reference.admission.token_bucket import TokenBucket
from reference.messages.client import Operation, Put

BURST_SECONDS = 300
WRITE_UNIT_BYTES = 1024

Admitted: TypeAlias = Literal["admitted", "partition", "node"]


def units(operation: Operation) -> int:
    """What a request costs: a write one unit for each kilobyte, rounded up; everything else one."""
    match operation:
        case Put(key=key, value=value):
            return max(1, -(-(len(key) + len(value)) // WRITE_UNIT_BYTES))
        case _:
            return 1


class PartitionAdmission:
    """`allocated` holds one second's tokens at most; what runs over is kept for bursts. `admitted` counts.

    A partition that was split off begins without tokens (`full`): those of the whole are its parent's.
    """

    def __init__(
        self,
        rate: int,
        node: TokenBucket,
        now: int,
        *,
        full: bool = True,
        burst_seconds: int = BURST_SECONDS,
    ) -> None:
        self.rate = rate
        self.admitted = 0
        self._burst_seconds = burst_seconds
        self._allocated = TokenBucket(rate, rate, now, full=full)
        self._burst = TokenBucket(0, burst_seconds * rate, now, full=False)
        self._node = node

    def tokens(self, now: int) -> tuple[int, int]:
        """What is allocated and not used, and what is kept for bursts."""
        self._burst.put(self._allocated.fill(now))
        return self._allocated.tokens(now), self._burst.tokens(now)

    def resize(self, rate: int, now: int) -> None:
        """The partition was split: it keeps what it has, as far as that fits its new rate."""
        self._burst.put(self._allocated.fill(now))
        self.rate = rate
        self._allocated.resize(rate, rate, now)
        self._burst.resize(0, self._burst_seconds * rate, now)

    def admit(self, cost: int, now: int) -> Admitted:
        """Takes the tokens for a request; if it is refused, says by which limit."""
        self._burst.put(self._allocated.fill(now))
        if self._allocated.take(cost, now):
            self._node.charge(cost, now)
        elif self._burst.tokens(now) < cost:
            return "partition"
        elif not self._node.take(cost, now):
            return "node"
        else:
            self._burst.take(cost, now)
        self.admitted += cost
        return "admitted"
