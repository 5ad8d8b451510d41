"""Progress for machines: one object of JSON a line, versioned; `schemas/lockstep-progress.schema.json`.

Of each check `started`, then `progress` about once a second, then `finished`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from checker.report.progress import Sighting, begins_again
from checker.traces.document import Json

FORMAT = "lockstep-progress"
VERSION = 1
SECONDS = 1.0
"""At least so long between two objects about the progress of one check."""


class ProgressLog:
    """Writes the objects. `write` takes a line with its end; where it fails is its own concern."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def started(self, check: Mapping[str, Json]) -> None:
        """A check begins; `check` says which, and its model and scope."""
        self._say("started", check)

    def progress(self, check: Mapping[str, Json]) -> Callable[[Sighting], None]:
        """What to call while the check runs."""
        before: Sighting | None = None

        def report(now: Sighting) -> None:
            nonlocal before
            if begins_again(now, before):
                before = None
            if before is not None and now.seconds - before.seconds < SECONDS:
                return
            seconds = now.seconds - (before.seconds if before else 0.0)

            def a_minute(number: int, earlier: int) -> int | None:
                return round((number - earlier) * 60 / seconds) if seconds > 0 else None

            measured: dict[str, object] = {
                "depth": now.depth,
                "generated": now.generated,
                "distinct": now.distinct,
                "queue": now.queue,
                "seconds": round(now.seconds, 3),
                "generated_per_minute": a_minute(now.generated, before.generated if before else 0),
                "distinct_per_minute": a_minute(now.distinct, before.distinct if before else 0),
            }
            before = now
            self._say("progress", {**check, **measured})

        return report

    def finished(self, outcome: Mapping[str, object]) -> None:
        """A check has ended, or was not run."""
        self._say("finished", outcome)

    def _say(self, event: str, facts: Mapping[str, object]) -> None:
        found = {"format": FORMAT, "version": VERSION, "event": event, **facts}
        self._write(json.dumps(found, separators=(",", ":")) + "\n")
