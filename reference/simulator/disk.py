"""A disk that forgets what was not synced, a sector at a time, tears the sector it was writing, and
decays.
"""

from __future__ import annotations

from random import Random

from msgspec import Struct

from reference.storage.disk import SECTOR_BYTES, DiskFull


class Ticket(Struct, frozen=True):
    """A sync in progress: what it will make durable."""

    name: str
    identity: int
    size: int
    sectors: tuple[tuple[int, bytes], ...]


class _File(Struct):
    """`cache` is what a reader sees, `durable` what is left after a power cut (None: not even the name).

    `dirty` has the sectors written since the last sync began (a dict, for its order).
    """

    identity: int
    cache: bytearray
    durable: bytearray | None
    dirty: dict[int, bool]


class SimulatedDisk:
    """Implements `reference.storage.disk.Disk`."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._files: dict[str, _File] = {}
        self._removed: dict[str, _File] = {}
        self._syncing: list[Ticket] = []
        self._identity = 0

    def names(self) -> list[str]:
        """The files, sorted."""
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        """The whole content."""
        return bytes(self._files[name].cache)

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write into the cache. Raises DiskFull."""
        file = self._files.get(name)
        size = 0 if file is None else len(file.cache)
        grows = max(0, offset + len(data) - size)
        if grows > self.free_bytes():
            raise DiskFull(f"{name}: {grows} bytes more than the disk holds")
        if file is None:
            self._identity += 1
            file = self._files[name] = _File(self._identity, bytearray(), None, {})
        file.cache.extend(bytes(grows))
        file.cache[offset : offset + len(data)] = data
        for sector in range(offset // SECTOR_BYTES, (offset + len(data) - 1) // SECTOR_BYTES + 1):
            file.dirty[sector] = True

    def start_sync(self, name: str) -> Ticket:
        """Fixes what will be durable."""
        file = self._files[name]
        sectors = tuple([(sector, _sector(file.cache, sector)) for sector in sorted(file.dirty)])
        file.dirty = {}
        ticket = Ticket(name, file.identity, len(file.cache), sectors)
        self._syncing.append(ticket)
        return ticket

    def finish_sync(self, ticket: object) -> None:
        """Makes it durable."""
        assert isinstance(ticket, Ticket)
        self._syncing.remove(ticket)
        file = self._files.get(ticket.name)
        if file is None or file.identity != ticket.identity:
            return
        self._removed = {}
        if file.durable is None:
            file.durable = bytearray()
        for sector, content in ticket.sectors:
            _put(file.durable, sector, content)

    def remove(self, name: str) -> None:
        """The name is gone at once, and for good after the next sync of anything."""
        self._removed[name] = self._files.pop(name)

    def free_bytes(self) -> int:
        """Room left."""
        return self.capacity - sum([len(file.cache) for file in self._files.values()])

    def survivor(self, torn: int = 0) -> SimulatedDisk:
        """Another disk, with what a power cut would leave here if it spared nothing that is not durable.

        `torn`: but for so many bytes of the first sector of each file that was on its way.
        """
        other = SimulatedDisk(self.capacity)
        for name, file in self._files.items():
            if file.durable is not None:
                left = bytearray(file.durable)
                if torn and file.dirty:
                    first = min(file.dirty)
                    old = _sector(left, first)
                    new = _sector(file.cache, first)
                    _put(left, first, new[:torn] + old[torn:])
                other._files[name] = _File(file.identity, bytearray(left), left, {})
        other._identity = self._identity
        return other

    # Faults

    def cut_power(self, random: Random, *, tear: bool) -> int:
        """Loses any subset of what was not synced, sector by sector; one of them may be torn.

        How many went.
        """
        lost = 0
        for name in sorted(self._removed):
            if name not in self._files and random.random() < 0.3:
                self._files[name] = self._removed[name]
        self._removed = {}
        pending = {name: file.dirty for name, file in sorted(self._files.items())}
        for ticket in self._syncing:
            for sector, _ in ticket.sectors:
                if ticket.name in pending and self._files[ticket.name].identity == ticket.identity:
                    pending[ticket.name][sector] = True
        self._syncing = []
        for name, sectors in pending.items():
            lost += self._settle(name, sorted(sectors), random, tear=tear)
        return lost

    def unsynced(self) -> bool:
        """Whether anything would be lost in a power cut."""
        return bool(self._syncing) or any(file.dirty for file in self._files.values())

    def settled(self) -> bool:
        """Whether a power cut would change nothing."""
        return not self.unsynced() and not self._removed

    def forget_syncs(self) -> None:
        """The process is gone, not the machine: its cache is kept, its syncs are not waited for."""
        for ticket in self._syncing:
            file = self._files.get(ticket.name)
            if file is not None and file.identity == ticket.identity:
                for sector, _ in ticket.sectors:
                    file.dirty[sector] = True
        self._syncing = []

    def wipe(self) -> None:
        """Everything is gone."""
        self._files = {}
        self._removed = {}
        self._syncing = []

    def flip(self, name: str, offset: int, bit: int) -> None:
        """One bit decays, durably."""
        file = self._files[name]
        file.cache[offset] ^= 1 << bit
        if file.durable is not None and offset < len(file.durable):
            file.durable[offset] ^= 1 << bit

    def _settle(self, name: str, sectors: list[int], random: Random, *, tear: bool) -> int:
        """Decides for each sector that is not durable whether it survives."""
        file = self._files[name]
        file.dirty = {}
        if file.durable is None and (not sectors or random.random() < 0.3):
            del self._files[name]
            return len(sectors)
        durable = bytearray() if file.durable is None else file.durable
        keep = random.random()
        lost = 0
        torn = random.choice(sectors) if sectors and tear else None
        for sector in sectors:
            new = _sector(file.cache, sector)
            if sector == torn:
                cut = random.randrange(1, SECTOR_BYTES)
                old = _sector(durable, sector).ljust(SECTOR_BYTES, b"\0")
                _put(durable, sector, (new[:cut] + old[cut:])[: max(len(new), 1)])
                lost += 1
            elif random.random() < keep:
                _put(durable, sector, new if random.random() < 0.9 else _decayed(new, random))
            else:
                lost += 1
        file.durable = durable
        file.cache = bytearray(durable)
        return lost


def _sector(content: bytearray, sector: int) -> bytes:
    return bytes(content[sector * SECTOR_BYTES : (sector + 1) * SECTOR_BYTES])


def _decayed(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _put(content: bytearray, sector: int, data: bytes) -> None:
    begin = sector * SECTOR_BYTES
    if len(content) < begin:
        content.extend(bytes(begin - len(content)))
    content[begin : begin + len(data)] = data
