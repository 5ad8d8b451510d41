"""A disk in a real folder: `fdatasync` for content, and a sync of the folder for names."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from reference.storage.disk import DiskFailed, DiskFull, SyncTicket


class FileTicket(Struct, frozen=True):
    """The file to sync. The runtime finishes the sync in a thread of its own."""

    name: str


class FileDisk:
    """Implements `reference.storage.disk.Disk`. After a DiskFailed the process must end: what the cache of
    the system holds after a failed sync is unknown.
    """

    def __init__(self, folder: Path, capacity: int) -> None:
        self._folder = folder
        self._capacity = capacity
        self._open: dict[str, int] = {}

    def names(self) -> list[str]:
        """The files, sorted."""
        return sorted(path.name for path in self._folder.iterdir() if path.is_file())

    def read(self, name: str) -> bytes:
        """The whole content."""
        return (self._folder / name).read_bytes()

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Into the system's cache. Raises DiskFull and DiskFailed."""
        if offset + len(data) - self._size(name) > self.free_bytes():
            raise DiskFull(f"{name}: no room for {len(data)} bytes")
        try:
            written = os.pwrite(self._descriptor(name), data, offset)
        except OSError as error:
            raise DiskFailed(f"{name}: {error}") from error
        if written != len(data):
            raise DiskFailed(f"{name}: {written} of {len(data)} bytes written")

    def start_sync(self, name: str) -> FileTicket:
        """What is written before `finish_sync` may be covered too: more than asked for is no harm."""
        return FileTicket(name)

    def finish_sync(self, ticket: SyncTicket) -> None:
        """Returns once content and name are durable. Raises DiskFailed."""
        assert isinstance(ticket, FileTicket)
        try:
            os.fdatasync(self._descriptor(ticket.name))
            folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise DiskFailed(f"{ticket.name}: {error}") from error

    def remove(self, name: str) -> None:
        """Forgets the file."""
        descriptor = self._open.pop(name, None)
        if descriptor is not None:
            os.close(descriptor)
        (self._folder / name).unlink()

    def free_bytes(self) -> int:
        """Room left under the capacity that was given."""
        return self._capacity - sum([self._size(name) for name in self.names()])

    def close(self) -> None:
        """Closes all files."""
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open = {}

    def _size(self, name: str) -> int:
        path = self._folder / name
        return path.stat().st_size if path.exists() else 0

    def _descriptor(self, name: str) -> int:
        if name not in self._open:
            self._open[name] = os.open(self._folder / name, os.O_RDWR | os.O_CREAT, 0o644)
        return self._open[name]
