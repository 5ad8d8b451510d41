"""A disk: named files that are durable only once they were synced."""

from __future__ import annotations

from typing import Protocol, TypeAlias

SECTOR_BYTES = 512


class DiskFull(OSError):
    """No room for this write; nothing of it was written."""


class DiskFailed(OSError):
    """The disk reported an error: nothing is known of what was not yet synced. Never retried."""


SyncTicket: TypeAlias = object
"""A sync that has begun: each disk has its own kind. What it makes durable was fixed when it began."""


class Disk(Protocol):
    """One directory. A sector of `SECTOR_BYTES` that is being rewritten may be lost whole in a power cut."""

    def names(self) -> list[str]:
        """The files, sorted."""
        ...

    def read(self, name: str) -> bytes:
        """The whole content."""
        ...

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write at an offset, making the file if need be. Raises DiskFull, DiskFailed."""
        ...

    def start_sync(self, name: str) -> SyncTicket:
        """Begin to make the file, as it is now, and its name durable."""
        ...

    def finish_sync(self, ticket: SyncTicket) -> None:
        """Returns once it is durable. Raises DiskFailed."""
        ...

    def remove(self, name: str) -> None:
        """Forget a file. It may come back after a power cut."""
        ...

    def free_bytes(self) -> int:
        """Room left."""
        ...
