"""A JSON document written by a stranger, read within limits.

`parse` bounds size, nesting and the number of values before anything is built, and refuses what JSON leaves
open (repeated keys, NaN, fractions, huge integers, lone surrogates). `Node` walks the result: each look at it
is checked, and an error names the place, such as `steps[3].state.network`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from checker.traces.format_error import TraceFormatError

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost: with these, about 600 MB and 7 s at worst. Digits do not count the sign."""

    bytes_max: int = 64 * 2**20
    depth_max: int = 100
    values_max: int = 2_000_000
    digits_max: int = 1_000


LIMITS = Limits()
_ELSEWHERE = "write the file again with the tool that made it"

# Strings are skipped whole; possessive, so that no input makes the scan go back.
_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]|,', re.DOTALL)


class _Refused(Exception):
    """Raised inside the callbacks of the JSON parser, which do not know the file's name."""

    def __init__(self, fact: str, fix: str) -> None:
        super().__init__(fact)
        self.fact = fact
        self.fix = fix


def parse(data: bytes | str, source: str, limits: Limits = LIMITS) -> Node:
    """The document in `data`; `source` names it in errors."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > limits.bytes_max:
        _refuse(source, f"more than {limits.bytes_max} bytes", "a trace is smaller; is this the right file?")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TraceFormatError(source, f"byte {error.start}", "not UTF-8", "save the file as UTF-8") from None
    _check_structure(raw, source, limits)
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_int=lambda digits: _integer(digits, limits),
            parse_float=_no_fraction,
            parse_constant=_no_constant,
        )
    except _Refused as error:
        raise TraceFormatError(source, "the document", error.fact, error.fix) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise TraceFormatError(source, where, "not JSON from here on", "is the file cut off?") from None
    return Node(value, source, None, None)


def read_bytes(path: Path, limits: Limits = LIMITS) -> bytes:
    """The content of a file, no more than one byte over the limit (which `parse` then refuses)."""
    try:
        with path.open("rb") as file:
            return file.read(limits.bytes_max + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TraceFormatError(
            str(path), "the file", f"cannot be read ({reason})", "check the path"
        ) from None


def _refuse(source: str, fact: str, fix: str) -> NoReturn:
    raise TraceFormatError(source, "the document", fact, fix)


def _check_structure(raw: bytes, source: str, limits: Limits) -> None:
    depth, values = 0, 1
    for match in _STRUCTURE.finditer(raw):
        token = match[0]
        if token in (b"[", b"{"):
            depth += 1
            values += 1
            if depth > limits.depth_max:
                fact = f"nested more than {limits.depth_max} levels deep"
                raise TraceFormatError(source, f"byte {match.start()}", fact, "no model has such values")
        elif token in (b"]", b"}"):
            depth -= 1
        elif token == b",":
            values += 1
    if values > limits.values_max:
        _refuse(
            source, f"more than {limits.values_max} values", "a trace is smaller; is this the right file?"
        )


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Refused(f"the key {_quote(name)} occurs twice in one object", _ELSEWHERE)
            seen.add(name)
    return found


def _integer(digits: str, limits: Limits) -> int:
    if len(digits.lstrip("-")) > limits.digits_max:
        raise _Refused(f"an integer of more than {limits.digits_max} digits", "no model has such values")
    return int(digits)


def _no_fraction(text: str) -> NoReturn:
    raise _Refused(f"the number {_shorten(text)} is not an integer", "values of a trace are integers")


def _no_constant(text: str) -> NoReturn:
    raise _Refused(f"{text} is not a number of JSON", "values of a trace are integers")


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _quote(text: str) -> str:
    return json.dumps(_shorten(text))


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and where it stands."""

    value: Json
    source: str
    parent: Node | None
    key: str | int | None

    @property
    def where(self) -> str:
        """`steps[3].state.network`; "the document" for the whole."""
        parts: list[str] = []
        node = self
        while node.parent is not None:
            if isinstance(node.key, int):
                parts.append(f"[{node.key}]")
            elif node.key is not None and re.fullmatch(r"[\w#:]+", node.key, re.ASCII):
                parts.append(f".{_shorten(node.key)}")
            else:
                parts.append(f"[{_quote(str(node.key))}]")
            node = node.parent
        return "".join(reversed(parts)).lstrip(".") or "the document"

    def fail(self, fact: str, fix: str = _ELSEWHERE) -> NoReturn:
        """Raise the error that names this place."""
        raise TraceFormatError(self.source, self.where, fact, fix)

    def _expected(self, what: str) -> NoReturn:
        match self.value:
            case None:
                found = "null"
            case bool():
                found = "a boolean"
            case int():
                found = "an integer"
            case str():
                found = "a text"
            case list():
                found = "an array"
            case dict():
                found = "an object"
        self.fail(f"{found} where {what} belongs")

    def text(self) -> str:
        """This, a text that can be written as UTF-8."""
        if not isinstance(self.value, str):
            self._expected("a text")
        if not _is_text(self.value):
            self.fail("half of a surrogate pair in a text")
        return self.value

    def integer(self, least: int | None = None) -> int:
        """This, an integer, at least `least`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self._expected("an integer")
        if least is not None and self.value < least:
            self.fail(f"an integer below {least}")
        return self.value

    def items(self, length: int | None = None) -> list[Node]:
        """The elements of this array, which has `length` of them."""
        if not isinstance(self.value, list):
            self._expected("an array")
        if length is not None and len(self.value) != length:
            self.fail(f"an array of {len(self.value)} where {length} elements belong")
        return [Node(value, self.source, self, index) for index, value in enumerate(self.value)]

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of this object, in the order of the file."""
        if not isinstance(self.value, dict):
            self._expected("an object")
        for name, value in self.value.items():
            child = Node(value, self.source, self, name)
            if not _is_text(name):
                child.fail("half of a surrogate pair in a key")
            yield name, child

    def object(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Node]:
        """The members of this object, which has the required keys and perhaps optional ones, no others."""
        found = dict(self.members())
        known = {*required, *optional}
        for name in required:
            if name not in found:
                self.fail(f"the key {_quote(name)} is missing")
        for name, node in found.items():
            if name not in known:
                node.fail("unknown key", "remove it, or read the file with a newer version")
        return found

    def keys(self) -> frozenset[str]:
        """The keys of this object; none if it is something else."""
        return frozenset(self.value) if isinstance(self.value, dict) else frozenset()

    def is_null(self) -> bool:
        """Whether this is null."""
        return self.value is None


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def decimal(node: Node, limits: Limits = LIMITS) -> int:
    """The integer written as decimal digits in a text, as formats do for readers without big integers."""
    text = node.text()
    if not re.fullmatch(r"-?[0-9]+", text, re.ASCII) or len(text.lstrip("-")) > limits.digits_max:
        node.fail(f"{_quote(text)} is not an integer of at most {limits.digits_max} digits")
    return int(text)
