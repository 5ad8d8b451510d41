"""The system's C compiler: which it is, and compiling one file with it."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMON_FLAGS = (
    "-std=c11",
    "-O3",
    "-fno-tree-vectorize",
    "-fPIC",
    "-shared",
    "-fvisibility=hidden",
    "-pthread",
    "-DNDEBUG",
)
"""-O3 takes a third longer to compile and searches generated models faster by a third: their small loops over
guards are unrolled. Vectors do not help loops of three rounds; making them takes time and registers."""

BRIEF_FLAGS = ("-O0",)
"""Compiles in a quarter of the time and searches several times slower: for the shortest searches."""

FLAGS_VARIABLE = "LOCKSTEP_CFLAGS"
"""Further options, from the environment; CFLAGS is set for other programs, and would make searches slow."""

NATIVE_FLAGS = ("-march=native",)
"""Not every compiler knows the processor it runs on; without them the code is slower and means the same."""

NAMES = ("cc", "gcc", "clang")


class NoCompiler(Exception):
    """There is no C compiler; the caller uses the python engine, and says so."""


class CompilationFailed(Exception):
    """The compiler refused the file: a defect of the generator, not of the model."""


def usual_flags() -> tuple[str, ...]:
    """What an object is compiled with unless somebody says otherwise: the last of several -O counts.

    Raises:
        CompilationFailed: the environment's options end within a quotation.
    """
    given = os.environ.get(FLAGS_VARIABLE, "")
    try:
        return (*COMMON_FLAGS, *shlex.split(given))
    except ValueError as error:
        raise CompilationFailed(f"{FLAGS_VARIABLE}={given} is no list of options: {error}") from error


@dataclass(frozen=True, slots=True)
class Compiler:
    """A command that compiles C, and what it says it is."""

    command: tuple[str, ...]
    version: str

    def compile(self, source: Path, to: Path, include: Path, flags: tuple[str, ...] = COMMON_FLAGS) -> None:
        """Compiles a file to a shared object, for this processor if the compiler can.

        Raises:
            CompilationFailed: with the compiler's messages.
        """
        message = ""
        for native in (NATIVE_FLAGS, ()):
            command = [*self.command, *flags, *native, f"-I{include}", str(source), "-o", str(to)]
            done = _run(command)
            if done is not None and done.returncode == 0:
                return
            message = "it could not be run" if done is None else done.stderr.strip()
        raise CompilationFailed(f"{shlex.join(self.command)} cannot compile {source}: {message}")


def find_compiler() -> Compiler:
    """The compiler that CC names; otherwise cc, gcc or clang; otherwise the one of the package ziglang.

    Raises:
        NoCompiler: none of them runs.
    """
    tried: list[str] = []
    for command in _candidates():
        version = _version(command)
        if version is not None:
            return Compiler(command, version)
        tried.append(shlex.join(command))
    raise NoCompiler(
        f"no C compiler: tried {', '.join(tried)}; install one, or: pip install 'lockstep-checker[toolchain]'"
    )


def _candidates() -> Iterator[tuple[str, ...]]:
    named = os.environ.get("CC", "").strip()
    if named:
        yield tuple(shlex.split(named))
        return
    for name in NAMES:
        yield (name,)
    if importlib.util.find_spec("ziglang") is not None:
        yield (sys.executable, "-m", "ziglang", "cc")


def _version(command: tuple[str, ...]) -> str | None:
    if shutil.which(command[0]) is None:
        return None
    done = _run([*command, "--version"])
    return done.stdout.strip() if done is not None and done.returncode == 0 else None


def _run(command: list[str]) -> subprocess.CompletedProcess[str] | None:
    # Messages are matched by nobody, but a fixed language keeps reports alike.
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    except OSError:
        return None
