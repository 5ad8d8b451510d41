"""How much memory this process holds."""

from __future__ import annotations

import resource
import sys


def resident_bytes() -> int:
    """The resident set now, where the system tells it, else its peak."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
