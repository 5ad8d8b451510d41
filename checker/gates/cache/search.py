"""A search that answers from the cache what was asked before, and keeps each new answer that is complete."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from checker.engines.native.cache import cache_directory, read_whole, seal, workplace
from checker.engines.request import Request
from checker.gates.cache.key import key_of
from checker.gates.cache.stored import from_bytes, is_complete, to_bytes
from checker.gates.check import Check, EngineName
from checker.verdicts import Result

Search: TypeAlias = Callable[[Check, Request], Result]


def cached(search: Search, engine: EngineName | None) -> Search:
    """The search, asked only for what is not in the cache.

    Args:
        engine: for all checks, whatever they say; None: what each check says.
    """

    def answer(check: Check, request: Request) -> Result:
        directory = cache_directory()
        key = None if directory is None else key_of(request, engine or check.engine, check.origin.project)
        if directory is None or key is None:
            return search(check, request)
        entry = directory / f"{key}.result"
        content = read_whole(entry)
        found = None if content is None else from_bytes(content)
        if found is None:
            found = search(check, request)
            if is_complete(found):
                _keep(entry, to_bytes(found), directory)
        return found

    return answer


def _keep(entry: Path, content: bytes, directory: Path) -> None:
    """Puts an entry in its place in one step. A disk that is full is no reason to lose the answer."""
    try:
        with workplace(directory) as place:
            made = Path(place) / entry.name
            made.write_bytes(content)
            seal(made)
            os.replace(made, entry)
    except OSError:
        return
