"""The leader's lease: until when it may act alone, by its own clock."""

from __future__ import annotations

from collections.abc import Mapping

from reference.messages.configuration import Configuration


def lease_start(configuration: Configuration, granted: Mapping[str, int]) -> int | None:
    """The latest time at which a quorum's grants had all been asked for; None without a quorum.

    `granted` has, for each replica, when the heartbeat was *sent* that it acknowledged last. Counting from
    the answer's arrival would let the lease outlive a grant by the time that messages take.
    """
    times = sorted([granted[name] for name in configuration.ids() if name in granted], reverse=True)
    quorum = len(configuration.members) // 2 + 1
    return times[quorum - 1] if len(times) >= quorum else None
