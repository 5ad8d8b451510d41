"""The private directory of compiled objects, each named by all that went into it.

An object is code that this process will run, so an entry counts only when this user alone can have written
it, and only when it is whole: the digest of an object is appended to it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
DIGEST_SIZE = hashlib.sha256().digest_size


def cache_directory() -> Path | None:
    """The directory, made if need be; None when there is none that only this user can write to."""
    base = os.environ.get("XDG_CACHE_HOME", "").strip()
    # The specification says that a relative path is to be ignored.
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    directory = root / "lockstep"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
    except (OSError, RuntimeError):
        return None
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return directory if private and os.access(directory, os.W_OK | os.X_OK) else None


def is_whole(entry: Path) -> bool:
    """Whether an entry is this user's, a plain file, and ends with the digest of what is before."""
    return read_whole(entry) is not None


def read_whole(entry: Path) -> bytes | None:
    """What is before the digest of a whole entry; None for any other."""
    try:
        # Not through a symbolic link: what it names is somebody else's choice.
        handle = os.open(entry, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & OTHERS_MAY_WRITE:
            return None
        content = file.read()
    kept, digest = content[:-DIGEST_SIZE], content[-DIGEST_SIZE:]
    return kept if kept and hashlib.sha256(kept).digest() == digest else None


def seal(made: Path) -> None:
    """Appends its digest to an object; the loader does not mind what comes after the sections."""
    digest = hashlib.sha256(made.read_bytes()).digest()
    with made.open("ab") as file:
        file.write(digest)
        file.flush()
        os.fsync(file.fileno())
    made.chmod(0o600)


def workplace(directory: Path | None) -> tempfile.TemporaryDirectory[str]:
    """A private directory to compile in: inside the cache, so that an entry is moved there in one step."""
    return tempfile.TemporaryDirectory(prefix="compile-", dir=directory)
