"""What a simulation can find wrong."""

from __future__ import annotations


class SimulationFailure(Exception):
    """Something that must always hold did not. `kind` is a short name, such as "agreement"."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason
