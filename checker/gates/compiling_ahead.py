"""What the checks of a gate run is compiled by a second process, from the last check on.

A gate of many small checks spends most of its time in the C compiler, on one processor. The other one begins
at the end of the list; where the two meet, everything is in the cache. No answer depends on it: an object is
found by all that it is made from, or made once more.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType

from checker.gates.check import Check

PATIENCE = 8
"""Fewer checks are not worth another process."""


@contextmanager
def compiling_ahead(checks: Sequence[Check], compile_for: Callable[[Check], None]) -> Generator[None]:
    """Compiles in another process while the body runs, as long as it runs.

    Args:
        compile_for: compiles what one check needs; what it raises, the check itself will say.
    """
    child = 0
    if len(checks) >= PATIENCE and hasattr(os, "fork") and (os.cpu_count() or 1) > 1:
        child = os.fork()
        if child == 0:
            _compile_all(checks, compile_for)
    try:
        yield
    finally:
        if child:
            # The child removes what it has begun to write; at once, so there is nothing to wait for long.
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)


def _compile_all(checks: Sequence[Check], compile_for: Callable[[Check], None]) -> None:
    """The life of the child. It says nothing, and ends however it ends."""
    try:
        signal.signal(signal.SIGTERM, _leave)
        signal.signal(signal.SIGINT, _leave)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        for check in reversed(checks):
            with contextlib.suppress(Exception):
                compile_for(check)
    finally:
        # Not what the parent has put off until its own end.
        os._exit(0)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(number)
