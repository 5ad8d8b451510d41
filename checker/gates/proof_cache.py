"""Answers of earlier proofs, and queries that were proved before: found again by their content."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from checker.engines.native.cache import cache_directory, read_whole, seal, workplace
from checker.engines.request import Request
from checker.engines.smt import z3_library
from checker.gates.cache.key import key_of
from checker.gates.check import Prove
from checker.gates.proof import DECIDED, Proven
from checker.gates.proof_run import solved

_PROVED = b"unsatisfiable"


@dataclass(frozen=True, slots=True)
class Queries:
    """Queries that a solver has proved: each a file, named by the digest of query and solver's version."""

    directory: Path

    def has(self, key: str) -> bool:
        """Whether it was proved."""
        return read_whole(self.directory / f"{key}.query") == _PROVED

    def keep(self, key: str) -> None:
        """It was proved."""
        _keep(self.directory / f"{key}.query", _PROVED, self.directory)


def queries() -> Queries | None:
    """Those of the person who runs this; None where nothing can be kept."""
    directory = cache_directory()
    return None if directory is None else Queries(directory)


def cached(prove: Prove, request: Request) -> Proven:
    """What the solver says, asked only for what is not in the cache. What ran out of time is not kept.

    Raises:
        NotYetSmt, NoSolver, and what `System` raises.
    """
    directory = cache_directory()
    key = None if directory is None else _key(prove, request)
    if directory is None or key is None:
        return solved(prove, request, queries())
    entry = directory / f"{key}.proof"
    found = _read(entry)
    if found is None:
        found = solved(prove, request, queries())
        if found.verdict in DECIDED:
            _keep(entry, msgspec.json.encode(found), directory)
    return found


def _key(prove: Prove, request: Request) -> str | None:
    how = f"{prove.mode} {prove.steps} {prove.seeds} {prove.seconds} z3 {z3_library.version()}"
    return key_of(request, how, prove.check.origin.project)


def _read(entry: Path) -> Proven | None:
    content = read_whole(entry)
    if content is None:
        return None
    try:
        return replace(msgspec.json.decode(content, type=Proven), cached=True)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


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
