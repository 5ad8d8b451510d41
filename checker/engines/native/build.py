"""From a model's C file to a loaded object: from the cache when it is there, compiled otherwise."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from checker.engines.native.cache import cache_directory, is_whole, seal, workplace
from checker.engines.native.compiler import BRIEF_FLAGS, NATIVE_FLAGS, Compiler, find_compiler, usual_flags
from checker.engines.native.library import ABI, Library

STORE_DEFINES: Mapping[str, tuple[str, ...]] = {"default": (), "compact": ("LS_COMPACT=1", "LS_ROLLED")}
"""What the object of each store is compiled with. Looking up is what takes the compact store's time: written
out, loops would make it no faster, and the compiler would need more memory than the search."""

RUNTIME = Path(__file__).resolve().parent / "runtime"


L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Built(Generic[L]):
    """A model's object, loaded.

    Attributes:
        library: its functions.
        source: the C file it was made from, beside it in the cache; None when nothing could be kept.
        compiled: the compiler ran; False when the object was in the cache.
    """

    library: L
    source: Path | None
    compiled: bool


def build(
    source: str,
    *,
    defines: tuple[str, ...] = (),
    flags: tuple[str, ...] | None = None,
    brief: bool = False,
) -> Built[Library]:
    """Compiles a model's file to an object that searches: see `build_for`."""
    return build_for(Library, source, defines=defines, flags=flags, brief=brief)


def build_for(
    load: Callable[[Path], L],
    source: str,
    *,
    defines: tuple[str, ...] = (),
    flags: tuple[str, ...] | None = None,
    brief: bool = False,
) -> Built[L]:
    """Compiles a model's file with the runtime, unless that was done before, and loads the object.

    Args:
        load: loads it.
        source: the C file's text.
        defines: `-D` options without the `-D`.
        flags: the compiler's options; None: the usual ones, with the environment's.
        brief: the object is for a short search, which would not repay what optimising takes.

    Raises:
        NoCompiler: there is none; nothing was compiled before, either.
        CompilationFailed: the compiler refused the file.
        LibraryError: the object cannot be loaded.
    """
    compiler = find_compiler()
    chosen = usual_flags() if flags is None else flags
    flags = (*chosen, *(BRIEF_FLAGS if brief else ()), *(f"-D{define}" for define in defines))
    name = _name(source, compiler, flags)
    directory = cache_directory()
    if directory is not None and is_whole(directory / f"{name}.so"):
        return Built(load(directory / f"{name}.so"), directory / f"{name}.c", False)
    with workplace(directory) as place:
        text, made = Path(place) / f"{name}.c", Path(place) / f"{name}.so"
        text.write_text(source, encoding="utf-8")
        compiler.compile(text, made, RUNTIME, flags)
        seal(made)
        if directory is None:
            # A mapped object outlives its file.
            return Built(load(made), None, True)
        os.replace(text, directory / text.name)
        os.replace(made, directory / made.name)
    return Built(load(directory / f"{name}.so"), directory / f"{name}.c", True)


def runtime_files() -> tuple[Path, ...]:
    """The runtime's headers, by name."""
    files = tuple(sorted(RUNTIME.glob("*.h")))
    assert files, "the runtime is part of the package"
    return files


def _name(source: str, compiler: Compiler, flags: tuple[str, ...]) -> str:
    """The digest of everything that the object is made from and for."""
    parts = [str(ABI), source, *flags, *NATIVE_FLAGS, *compiler.command, compiler.version, _processor()]
    for file in runtime_files():
        parts += [file.name, file.read_text(encoding="utf-8")]
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        # With its length, so that no two lists of parts run together alike.
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return digest.hexdigest()[:40]


def _processor() -> str:
    """What decides which instructions the compiler may use: a cache may be shared by several machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    wanted = ("model name", "flags", "Features", "CPU part")
    return "\n".join(sorted({line for line in lines if line.startswith(wanted)}))
