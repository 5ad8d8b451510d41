"""The lock file as text: a block a check, a count a line, sorted, so that it is reviewed and merged well.

lockstep-lock 1

spec paxos.toml
check two ballots
scope Acceptor=3 Ballot=2 Value=2
verdict exhausted
distinct 3921
generated 17035
depth 17
action accept 4028
action prepare 7842
cover decided
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from checker.gates.lock.entry import Entry, Key, Numbers
from checker.gates.problems import Problem, SpecError, quote

NAME = "lockstep.lock"
HEADER = "lockstep-lock"
VERSION = 1
BYTES_MAX = 64 * 2**20
REMARK = "# The state spaces of the specs beside this file. Written by: lockstep gate --update"
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,30}")
_MERGE = "take either version of the file, then: lockstep gate --tier nightly --update"
_ANEW = "restore the file, or remove it and then: lockstep gate --tier nightly --update"


class LockError(SpecError):
    """A lock file cannot be read; nothing is compared."""


def write_lock(entries: Iterable[Entry]) -> str:
    """The text of a lock file."""
    blocks = [_block(entry) for entry in sorted(entries, key=lambda entry: entry.key)]
    return "\n".join([f"{HEADER} {VERSION}\n{REMARK}\n", *blocks])


def _block(entry: Entry) -> str:
    rows = [f"spec {entry.spec}", f"check {entry.check}"]
    for name in ("scope", "params", "faults"):
        numbers: Numbers = getattr(entry, name)
        if numbers:
            rows.append(" ".join([name, *[f"{one}={value}" for one, value in numbers]]))
    if entry.symmetry:
        rows.append(" ".join(["symmetry", *entry.symmetry]))
    rows.append(f"verdict {entry.verdict}")
    if entry.steps is not None:
        rows.append(f"steps {entry.steps}")
    rows += [f"distinct {entry.distinct}", f"generated {entry.generated}", f"depth {entry.depth}"]
    rows += [f"action {name} {count}" for name, count in entry.actions]
    rows += [f"cover {name}" for name in entry.covers]
    return "".join([row + "\n" for row in rows])


def load_lock(path: Path) -> dict[Key, Entry] | None:
    """The entries of a file; None where there is no file. Raises LockError."""
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise LockError([Problem(path.as_posix(), f"cannot be read ({reason})", "check the path")]) from None
    return read_lock(data, path.as_posix())


def read_lock(data: bytes, file: str) -> dict[Key, Entry]:
    """The entries in the content of a file, which errors call `file`. Raises LockError."""
    if len(data) > BYTES_MAX:
        raise LockError([Problem(file, f"more than {BYTES_MAX} bytes", "is this the right file?")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LockError([Problem(f"{file}:{line}", "not UTF-8", _ANEW)]) from None
    return _Reader(file).read(text)


@dataclass(slots=True)
class _Block:
    """The lines of a check, as far as they are read."""

    line: int
    values: dict[str, str] = field(default_factory=dict[str, str])
    actions: dict[str, int] = field(default_factory=dict[str, int])
    covers: list[str] = field(default_factory=list[str])


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.entries: dict[Key, Entry] = {}

    def read(self, text: str) -> dict[Key, Entry]:
        # Not splitlines, to which more than the end of a line ends a line.
        rows = [row.removesuffix("\r") for row in text.split("\n")]
        for number, row in enumerate(rows, start=1):
            if row.startswith(_CONFLICT):
                self._fail(number, "a conflict of a merge", _MERGE)
        self._header(rows[0])
        block: _Block | None = None
        for number, row in enumerate(rows[1:], start=2):
            if row.startswith("#"):
                continue
            if not row:
                self._end(block)
                block = None
                continue
            block = block or _Block(number)
            self._line(block, number, row)
        self._end(block)
        return self.entries

    def _fail(self, line: int, fact: str, fix: str = _ANEW) -> NoReturn:
        raise LockError([Problem(f"{self.file}:{line}", fact, fix)])

    def _header(self, row: str) -> None:
        word, _, version = row.partition(" ")
        if word != HEADER or not _NUMBER.fullmatch(version):
            self._fail(1, f"not a lock file: it begins with '{HEADER} {VERSION}'", "is this the right file?")
        if version != str(VERSION):
            fact = f"version {version} of the lock file, and this tool knows {VERSION}"
            self._fail(
                1, fact, "install the version of the tool that wrote it, or write it anew with --update"
            )

    def _line(self, block: _Block, line: int, row: str) -> None:
        key, _, value = row.partition(" ")
        if key not in _KEYS or not value or not value.isprintable() or value != value.strip():
            self._fail(line, f"{quote(row)} is no line of a lock file")
        if not block.values and key != "spec":
            self._fail(line, f"{quote(row)} belongs to no check: a block begins with 'spec'")
        if not _KEYS[key](value):
            self._fail(line, f"{quote(value)} is no value of '{key}'")
        if key == "action":
            name, _, count = value.partition(" ")
            if name in block.actions:
                self._fail(line, f"the action {name} is there twice")
            block.actions[name] = int(count)
        elif key == "cover":
            if value in block.covers:
                self._fail(line, f"the cover {value} is there twice")
            block.covers.append(value)
        elif key in block.values:
            self._fail(line, f"'{key}' is there twice in one block")
        else:
            block.values[key] = value

    def _end(self, block: _Block | None) -> None:
        if block is None:
            return
        values = block.values
        violated = values.get("verdict", "").startswith("violated")
        for key in ("check", "verdict", "distinct", "generated", "depth", *(("steps",) if violated else ())):
            if key not in values:
                self._fail(block.line, f"the block that begins here has no '{key}'")
        if "steps" in values and not violated:
            self._fail(block.line, "the block that begins here has 'steps', and violates nothing")
        if block.covers and violated:
            self._fail(block.line, "the block that begins here has a cover, and ended at a violation")
        entry = Entry(
            spec=values["spec"],
            check=values["check"],
            scope=_numbers(values.get("scope", "")),
            params=_numbers(values.get("params", "")),
            faults=_numbers(values.get("faults", "")),
            verdict=values["verdict"],
            distinct=int(values["distinct"]),
            generated=int(values["generated"]),
            depth=int(values["depth"]),
            steps=int(values["steps"]) if violated else None,
            actions=tuple(sorted(block.actions.items())),
            covers=tuple(sorted(block.covers)),
            symmetry=tuple(sorted(values.get("symmetry", "").split())),
        )
        if entry.key in self.entries:
            self._fail(block.line, f"the check {quote(entry.check)} of {entry.spec} is there twice")
        self.entries[entry.key] = entry


def _numbers(text: str) -> Numbers:
    pairs = [part.partition("=") for part in text.split(" ") if part]
    return tuple(sorted([(name, int(value)) for name, _, value in pairs]))


def _is_cover(text: str) -> bool:
    """A cover, or an abstract action with the refinement before it."""
    parts = text.split(".")
    return len(parts) <= 2 and all(part.isidentifier() for part in parts)


def _is_numbers(text: str) -> bool:
    pairs = [part.partition("=") for part in text.split(" ")]
    fit = all(name.isidentifier() and _is_number(value.removeprefix("-")) for name, _, value in pairs)
    return fit and len({name for name, _, _ in pairs}) == len(pairs)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _is_names(text: str) -> bool:
    names = text.split(" ")
    return all(name.isidentifier() for name in names) and len(set(names)) == len(names)


def _is_verdict(text: str) -> bool:
    word, *names = text.split(" ")
    counts = {"exhausted": not names, "exhausted_within": bool(names), "violated": len(names) == 1}
    return counts.get(word, False) and all(name.isidentifier() for name in names)


def _is_action(text: str) -> bool:
    name, _, count = text.partition(" ")
    return name.isidentifier() and _is_number(count)


_KEYS: Mapping[str, Callable[[str], bool]] = {
    "spec": bool,
    "check": bool,
    "scope": _is_numbers,
    "params": _is_numbers,
    "faults": _is_numbers,
    "symmetry": _is_names,
    "verdict": _is_verdict,
    "steps": _is_number,
    "distinct": _is_number,
    "generated": _is_number,
    "depth": _is_number,
    "action": _is_action,
    "cover": _is_cover,
}
