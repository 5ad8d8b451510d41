"""The line of each key of a TOML document, which the standard library's reader does not tell.

The text has been read by `tomllib` before, so the scanner need not find mistakes, only its way.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from typing import TypeAlias

KeyPath: TypeAlias = "tuple[str | int, ...]"
"""`("check", 0, "scope", "Acceptor")`."""

_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Where each key, table and array element stands; lines count from 1."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of a key, or of the nearest thing around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *[index + 1 for index, letter in enumerate(text) if letter == "\n"]]
        self.lines: dict[KeyPath, int] = {}
        self.elements: dict[KeyPath, int] = {}

    def document(self) -> None:
        """Reads the whole text."""
        table: KeyPath = ()
        while True:
            self._skip_blank()
            if self.at >= len(self.text):
                return
            if self._looking_at("["):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        line = self._line()
        is_array = self._looking_at("[[")
        self.at += 2 if is_array else 1
        keys = self._keys()
        self.at += 2 if is_array else 1
        path: KeyPath = ()
        for number, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            is_last = number == len(keys) - 1
            if is_array and is_last:
                self.elements[path] = self.elements.get(path, -1) + 1
            if path in self.elements:
                path = (*path, self.elements[path])
        self.lines.setdefault(path, line)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._value(path)

    def _keys(self) -> list[str]:
        """A dotted key; stops at what follows it."""
        found: list[str] = []
        while True:
            self._skip_spaces()
            start = self.at
            if self._looking_at('"') or self._looking_at("'"):
                self._string()
                found.append(_unquoted(self.text[start : self.at]))
            else:
                while self.at < len(self.text) and self.text[self.at] in _BARE:
                    self.at += 1
                found.append(self.text[start : self.at])
            self._skip_spaces()
            if not self._looking_at("."):
                return found
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        self._skip_spaces()
        if self._looking_at('"') or self._looking_at("'"):
            self._string()
        elif self._looking_at("["):
            self._array(path)
        elif self._looking_at("{"):
            self._inline_table(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        number = 0
        while True:
            self._skip_blank()
            if self.at >= len(self.text) or self._looking_at("]"):
                self.at += 1
                return
            if self._looking_at(","):
                self.at += 1
                number += 1
                continue
            self.lines.setdefault((*path, number), self._line())
            self._value((*path, number))

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while True:
            self._skip_blank()
            if self.at >= len(self.text) or self._looking_at("}"):
                self.at += 1
                return
            if self._looking_at(","):
                self.at += 1
                continue
            self._pair(path)

    def _string(self) -> None:
        quote = self.text[self.at]
        if self._looking_at(quote * 3):
            self.at += 3
            self._skip_to(quote * 3, escapes=quote == '"')
            while self._looking_at(quote):  # a string may end in one or two quotes of its own
                self.at += 1
        else:
            self.at += 1
            self._skip_to(quote, escapes=quote == '"')

    def _skip_to(self, end: str, *, escapes: bool) -> None:
        while self.at < len(self.text) and not self._looking_at(end):
            self.at += 2 if escapes and self.text[self.at] == "\\" else 1
        self.at += len(end)

    def _skip_spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1

    def _skip_blank(self) -> None:
        """Spaces, ends of lines and comments."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in " \t\n":
                self.at += 1
            else:
                return

    def _looking_at(self, what: str) -> bool:
        return self.text.startswith(what, self.at)

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)


def _unquoted(key: str) -> str:
    (name,) = tomllib.loads(f"{key} = 0")
    return name
