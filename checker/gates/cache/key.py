"""What a cached result is found by: a digest of everything that it depends on."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import cast

from checker.engines.request import Request
from checker.gates.cache.sources import sources_of

VERSION = 1
HOW = frozenset({"model", "progress", "workers", "store", "checkpoint", "brief"})
"""What a request says of how to search, on which no answer depends; all else is part of the key. The model is
there by its source."""

_CHECKER = Path(__file__).resolve().parents[2]


def key_of(request: Request, engine: str, project: Path) -> str | None:
    """The digest of a model's source, what is asked of it, this tool and Python; None where that is not all.

    `engine` is the one that was asked for: who asks for CPython's answer is not given compiled code's.
    """
    sources = sources_of(request.model, project)
    if sources is None:
        return None
    model = request.model
    parts = [str(VERSION), _tool(), sys.version, engine, model.__module__, model.__qualname__]
    # A result names files, relative to the current directory.
    parts += [str(project), str(Path.cwd())]
    for field in fields(request):
        if field.name not in HOW:
            parts += [field.name, _shown(getattr(request, field.name))]
    for name, text in sorted(sources.items()):
        parts += [name, hashlib.sha256(text).hexdigest()]
    return _digest(part.encode() for part in parts)


@cache
def _tool() -> str:
    """The digest of this package: its modules and the runtime of the native engine."""
    files = sorted([*_CHECKER.rglob("*.py"), *_CHECKER.rglob("*.h")])
    named = [(file.relative_to(_CHECKER).as_posix().encode(), file.read_bytes()) for file in files]
    return _digest(part for pair in named for part in pair)


def _shown(value: object) -> str:
    """A value of a request as text, whatever the order in which its parts were given."""
    match value:
        case None | bool() | int() | float() | str():
            return repr(value)
        case Mapping():
            pairs = cast(Mapping[object, object], value)
            return f"{{{', '.join(sorted([f'{key!r}: {_shown(one)}' for key, one in pairs.items()]))}}}"
        case frozenset():
            members = cast(frozenset[object], value)
            return f"{{{', '.join(sorted([_shown(one) for one in members]))}}}"
        case tuple():
            items = cast(tuple[object, ...], value)
            return f"({', '.join([_shown(one) for one in items])})"
        case _:
            assert is_dataclass(value), f"no rule for {type(value).__name__}"
            shown = [f"{field.name}={_shown(getattr(value, field.name))}" for field in fields(value)]
            return f"{type(value).__name__}({', '.join(shown)})"


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        # With its length, so that no two lists of parts run together alike.
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:40]
