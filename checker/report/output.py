"""Writing: to the standard streams and to files, whole or not at all, and truthful when it fails."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from pathlib import Path
from typing import TextIO


class OutputFailed(Exception):
    """Something could not be written; the message says what and why."""


def write_out(text: str) -> None:
    """Writes to standard output, all of it, now. Raises OutputFailed."""
    stream: TextIO | None = sys.stdout
    if stream is None:  # pyright: ignore[reportUnnecessaryComparison]  # it is None where the descriptor is closed
        raise OutputFailed("standard output cannot be written: it is closed")
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError) as error:
        raise OutputFailed(f"standard output cannot be written: {_reason(error)}") from error


def write_error(text: str) -> None:
    """Writes to standard error; where that fails there is no one left to tell."""
    stream: TextIO | None = sys.stderr
    if stream is None:  # pyright: ignore[reportUnnecessaryComparison]  # it is None where the descriptor is closed
        return
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        return


def write_file(path: Path, text: str) -> None:
    """Writes a file by way of one beside it: a reader sees the old or the new. Raises OutputFailed.

    What is there and no file, such as a pipe or a device, is written to.
    """
    try:
        target = _target(path)
        if _is_special(target):
            with target.open("w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            return
        beside = _beside(target)
        try:
            with beside.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        raise OutputFailed(f"{path} cannot be written: {_reason(error)}") from error


def probe_file(path: Path) -> None:
    """Finds out whether `write_file` can write a file, and leaves all as it was. Raises OutputFailed."""
    try:
        target = _target(path)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if _is_special(target):
            if not os.access(target, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return
        beside = _beside(target)
        beside.touch(exist_ok=False)
        beside.unlink()
    except (OSError, ValueError) as error:
        raise OutputFailed(f"{path} cannot be written: {_reason(error)}") from error


def append_file(path: Path, text: str) -> None:
    """Adds to the end of a file. Raises OutputFailed."""
    try:
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        raise OutputFailed(f"{path} cannot be written: {_reason(error)}") from error


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_special(target: Path) -> bool:
    return target.exists() and not target.is_file() and not target.is_dir()


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:100]}.{os.getpid()}.{secrets.token_hex(4)}")


def abandon_output() -> None:
    """After a failure: what is still buffered goes nowhere, so that the interpreter's end is quiet."""
    for descriptor in (1, 2):
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        except OSError:
            continue


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
