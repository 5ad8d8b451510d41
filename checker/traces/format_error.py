"""The one error of every reader of traces."""

from __future__ import annotations


class TraceFormatError(ValueError):
    """A file is not a trace. The message says which file, where in it, the fact and the fix."""

    def __init__(self, source: str, where: str, fact: str, fix: str) -> None:
        super().__init__(f"{source}: {where}: {fact}; {fix}")
        self.source = source
        self.where = where
        self.fact = fact
        self.fix = fix
