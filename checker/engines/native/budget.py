"""How many bytes a search may take."""

from __future__ import annotations

import os
from pathlib import Path

LEAVE = 0.8
"""The part of the available memory that is taken when nothing else is said."""

_CONTROL_GROUP = Path("/sys/fs/cgroup")


def byte_budget(limit: int | None) -> int:
    """The bytes for the table and the states of one search.

    Args:
        limit: resident memory allowed to the process; what it uses already is subtracted. None: most of what
            the system, and the control group the process is in, have available.
    """
    if limit is not None:
        return max(0, limit - resident_bytes())
    available = [bytes_ for bytes_ in (_system_available(), _group_available()) if bytes_ is not None]
    return int(LEAVE * min(available)) if available else 2**32


def resident_bytes() -> int:
    """The memory that the process uses now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _system_available() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def _group_available() -> int | None:
    """What a container's limit leaves, where there is one."""
    try:
        most = (_CONTROL_GROUP / "memory.max").read_text().strip()
        used = int((_CONTROL_GROUP / "memory.current").read_text())
        return None if most == "max" else max(0, int(most) - used)
    except (OSError, ValueError):
        return None
