"""The driver's part of a checkpoint: whether a folder can be used, and what its checkpoint says of itself.

What is kept, and how, is in runtime/keep.h. Here the note is written and read: which check the search is of,
and the capacities of its sparse sets, without which the C that goes on would be other C.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from checker.engines.native.build import runtime_files
from checker.engines.native.search import Keep, Outcome
from checker.engines.request import Checkpoint, Request

MAGIC = 0x31706B6370736B6C
VERSION = 1
"""Of the form of the file; runtime/keep.h has the same numbers."""

HEADER = "checkpoint"
FILES = frozenset({HEADER, "checkpoint.new", "states", "pairs", "left", "right", "inner"})
"""All that is ever in a folder."""

_HEAD = struct.Struct("=4Q")
_DIGEST_SIZE = 32
_LENGTH = struct.Struct("=Q")
_WORD = 2**64 - 1

AFRESH = "to begin again, remove the folder and leave --resume out"
ELSEWHERE = "name another folder"


class CheckpointError(Exception):
    """A folder that cannot be used, or a checkpoint that cannot be gone on from.

    Attributes:
        fact: what is wrong, with the folder's name.
        fix: what to do.
        of_system: the system refuses; otherwise something else was named than is meant.
    """

    def __init__(self, fact: str, fix: str, *, of_system: bool = False) -> None:
        super().__init__(f"{fact}; {fix}")
        self.fact = fact
        self.fix = fix
        self.of_system = of_system


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoints of one check.

    Attributes:
        asked: where, and whether to go on.
        about: what the check is, in words that JSON has.
        capacities: of sparse sets, as the search had them that is gone on from.
    """

    asked: Checkpoint
    about: Mapping[str, Any]
    capacities: Mapping[str, int]

    def keep(self, source: str, capacities: Mapping[str, int], *, again: bool) -> Keep:
        """What the search is told. `again`: it begins again with larger capacities."""
        asked = self.asked
        note = json.dumps({"about": self.about, "capacities": capacities}, sort_keys=True)
        digest = _digest([str(VERSION), source, *(str(self.about[key]) for key in ("store", "deadlock"))])
        return Keep(asked.folder, asked.resume and not again, asked.seconds, digest, note.encode())

    def check(self, outcome: Outcome) -> None:
        """Raises what is wrong with the folder, unless the search could be done all the same.

        Raises:
            CheckpointError: nothing was searched.
        """
        folder = self.asked.folder
        match outcome.fault:
            case "unusable":
                raise _refused(folder, os.strerror(outcome.error))
            case "in use":
                raise CheckpointError(f"{folder} is used by another process", f"wait for it, or {ELSEWHERE}")
            case "nothing":
                raise _nothing(folder)
            case "damaged":
                raise _damaged(folder)
            case "foreign":
                raise CheckpointError(
                    f"{folder} has a checkpoint that another version of the model or of lockstep wrote",
                    AFRESH,
                )
            case _:
                pass


def open_checkpoints(request: Request, asked: Checkpoint) -> Checkpoints:
    """Looks at the folder, and makes it if need be.

    Raises:
        CheckpointError: it cannot be used, or there is a checkpoint where none should be, none where one
            should, or that of another check.
    """
    about = _about(request)
    folder = asked.folder
    try:
        if not asked.resume:
            folder.mkdir(exist_ok=True)
        found = sorted(os.listdir(folder))
    except FileNotFoundError as error:
        if asked.resume:
            raise _nothing(folder) from error
        raise _refused(folder, "the folder that it is to be in does not exist") from error
    except OSError as error:
        raise _refused(folder, error.strerror or str(error)) from error
    others = [name for name in found if name not in FILES]
    if others:
        raise CheckpointError(f"{folder} holds other files, such as {others[0]}", "name a folder of its own")
    if not asked.resume:
        if HEADER in found:
            raise CheckpointError(
                f"{folder} has a checkpoint", "go on from it with --resume, or name another folder"
            )
        return Checkpoints(asked, about, {})
    if HEADER not in found:
        raise _nothing(folder)
    note = _note(folder)
    if note["about"] != about:
        fact = f"{folder} has a checkpoint of another check: {_show(note['about'])}; this is {_show(about)}"
        raise CheckpointError(fact, "go on with that check, or name another folder")
    return Checkpoints(asked, about, note["capacities"])


def unwritten(asked: Checkpoint | None, error: int) -> str:
    """What is to be said of a search that ended because its files could not be written."""
    why = os.strerror(error)
    if asked is None:
        return f"{tempfile.gettempdir()}: {why}; free space, or name another folder: TMPDIR"
    return f"{asked.folder}: {why}; the checkpoint before is whole: free space, then --resume"


def _about(request: Request) -> dict[str, Any]:
    return {
        "model": f"{request.model.__module__}:{request.model.__qualname__}",
        "scope": dict(request.scope),
        "params": dict(request.params),
        "faults": dict(request.faults),
        "only": None if request.only is None else sorted(request.only),
        "deadlock": request.deadlock,
        "store": request.store,
    }


def _show(about: Mapping[str, Any]) -> str:
    """A check in a few words."""
    named = [about[key] for key in ("scope", "params", "faults")]
    words = [f"{name}={number}" for numbers in named for name, number in sorted(numbers.items())]
    words += [f"--only {name}" for name in about["only"] or ()]
    words += [] if about["deadlock"] else ["deadlocks accepted"]
    return ", ".join([about["model"], *words, f"store {about['store']}"])


def _digest(parts: list[str]) -> bytes:
    digest = hashlib.sha256()
    for part in [*parts, *(file.read_text(encoding="utf-8") for file in runtime_files())]:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return digest.digest()


def _note(folder: Path) -> dict[str, Any]:
    """What a checkpoint says of itself.

    Raises:
        CheckpointError: it cannot be read, or is not as it was written.
    """
    try:
        content = (folder / HEADER).read_bytes()
    except OSError as error:
        raise _refused(folder / HEADER, error.strerror or str(error)) from error
    if len(content) < _HEAD.size or len(content) % 8:
        raise _damaged(folder)
    magic, version, length, total = _HEAD.unpack_from(content)
    if magic == MAGIC and version != VERSION:
        fact = f"{folder} has a checkpoint in a form that this version of lockstep does not read"
        raise CheckpointError(fact, f"use the version that wrote it, or {ELSEWHERE}")
    at = _HEAD.size + _DIGEST_SIZE + _LENGTH.size
    if magic != MAGIC or length != len(content) or length < at or total != _sum(content[_HEAD.size :]):
        raise _damaged(folder)
    (size,) = _LENGTH.unpack_from(content, at - _LENGTH.size)
    try:
        note: Any = json.loads(content[at : at + size])
        known = isinstance(note["about"], dict) and isinstance(note["capacities"], dict)
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder) from error
    if not known:
        raise _damaged(folder)
    return cast(dict[str, Any], note)


def _sum(content: bytes) -> int:
    """The sum over words of runtime/file.h."""
    total = 0
    for (word,) in _LENGTH.iter_unpack(content):
        product = (total ^ word ^ 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
        total = (product ^ product >> 64) & _WORD
    return total


def _nothing(folder: Path) -> CheckpointError:
    return CheckpointError(f"{folder} has no checkpoint", "leave --resume out to begin one")


def _damaged(folder: Path) -> CheckpointError:
    return CheckpointError(f"the checkpoint in {folder} is damaged or incomplete", AFRESH)


def _refused(place: Path, why: str) -> CheckpointError:
    return CheckpointError(f"{place}: {why}", "name a folder that can be written to", of_system=True)
