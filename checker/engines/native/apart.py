"""Compiled code at work in a thread, while the caller's reports progress and minds Ctrl-C."""

from __future__ import annotations

import threading
from collections.abc import Callable

BETWEEN_REPORTS = 0.5
"""Seconds between two reports of progress."""


def run_apart(
    run: Callable[[], None], ended: threading.Event, tell: Callable[[], None], interrupt: Callable[[], None]
) -> None:
    """Runs something to its end, whatever happens here meanwhile.

    Args:
        run: blocks until all is done. What it writes to must live until it has returned: it holds that.
        ended: set then; not before.
        tell: called a few times a second. A KeyboardInterrupt, here or in it, and its errors, call
            `interrupt`.
        interrupt: asks what runs to end.
    """

    def work() -> None:
        try:
            run()
        finally:
            ended.set()

    threading.Thread(target=work, name="native engine", daemon=True).start()
    failed: Exception | None = None
    # Not Thread.join: interrupted, it may take a running thread for one that has ended.
    while not ended.is_set():
        try:
            if not ended.wait(BETWEEN_REPORTS) and failed is None:
                tell()
        except KeyboardInterrupt:
            interrupt()
        except Exception as error:
            interrupt()
            failed = error
    if failed is not None:
        raise failed
