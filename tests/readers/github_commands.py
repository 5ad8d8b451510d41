"""Reads GitHub's workflow commands, as "Workflow commands for GitHub Actions" describes them.

A command is a line `::name key=value,key=value::message`. Values have `%25`, `%0D`, `%0A`, `%3A`, `%2C` for
`%`, CR, LF, `:` and `,`; a message has the first three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"::(?P<name>[a-z-]+)(?: (?P<fields>[^:\r\n]*))?::(?P<message>[^\r\n]*)")
_DATA = {"%25": "%", "%0D": "\r", "%0A": "\n"}
_PROPERTY = {**_DATA, "%3A": ":", "%2C": ","}


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the runner understands it."""

    name: str
    fields: dict[str, str]
    message: str


def read_command(line: str) -> Command:
    """The command in a line."""
    found = _COMMAND.fullmatch(line)
    assert found is not None, f"not a workflow command: {line!r}"
    fields: dict[str, str] = {}
    for part in (found["fields"] or "").split(",") if found["fields"] else []:
        key, equals, value = part.partition("=")
        assert equals, part
        assert key not in fields, key
        fields[key] = _decoded(value, _PROPERTY)
    return Command(found["name"], fields, _decoded(found["message"], _DATA))


def read_commands(text: str) -> list[Command]:
    """The commands in what a step printed; other lines are left alone."""
    return [read_command(line) for line in text.split("\n") if line.lstrip().startswith("::")]


def _decoded(text: str, codes: dict[str, str]) -> str:
    stray = re.sub("|".join(codes), "", text)
    assert "%" not in stray, f"a percent sign that is not escaped: {text!r}"
    return re.sub("|".join(codes), lambda code: codes[code[0]], text)
