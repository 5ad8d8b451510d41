"""The times and limits of a group."""

from __future__ import annotations

from msgspec import Struct

from reference.node import MILLISECOND, SECOND


class Settings(Struct, frozen=True):
    """Durations in microseconds.

    Two clocks differ from true time by at most `drift_parts` / `drift_whole`. A lease that its holder counts
    from the sending of its request, and a grant that the follower counts from its arrival, are safe apart if
    lease_grant * (whole - parts) >= lease_hold * (whole + parts). A page is of slots or of a table's entries.
    A leader judges its load by its last `samples` accesses, and not by fewer than `samples_min`.
    """

    heartbeat: int = 50 * MILLISECOND
    lease_hold: int = 300 * MILLISECOND
    lease_grant: int = 312 * MILLISECOND
    drift_parts: int = 1
    drift_whole: int = 100
    election_min: int = 400 * MILLISECOND
    election_max: int = 800 * MILLISECOND
    query_wait: int = 60 * MILLISECOND
    campaign_wait: int = 300 * MILLISECOND
    fence: int = 600 * MILLISECOND
    resend: int = 80 * MILLISECOND
    checkpoint: int = 700 * MILLISECOND
    heal_check: int = 200 * MILLISECOND
    heal_after: int = 1500 * MILLISECOND
    join_wait: int = 3 * SECOND
    window_slots: int = 32
    window_bytes: int = 2 * 1024 * 1024
    page_bytes: int = 1024 * 1024
    page_slots: int = 64
    samples: int = 64
    samples_min: int = 12

    def __post_init__(self) -> None:
        whole, parts = self.drift_whole, self.drift_parts
        if self.lease_grant * (whole - parts) < self.lease_hold * (whole + parts):
            raise ValueError(
                f"a grant of {self.lease_grant} us does not outlast a lease of {self.lease_hold} us"
                f" when clocks drift by {parts}/{whole}; make the grant longer"
            )
        if self.join_wait < 2 * self.lease_grant:
            raise ValueError(
                f"a new replica keeps quiet for a grant of {self.lease_grant} us and is given up after"
                f" {self.join_wait} us; make join_wait at least twice the grant"
            )
