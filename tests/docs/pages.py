"""The pages of the documentation, as the tests read them: fenced blocks, headings, links, tables.

A block's first line says what it is: the language, a mark, and what the mark needs.

    python setting          put in front of each later python block of the page
    python run              a module: it is imported, and what it asserts holds; its models can be captured
    python values n: Node   one line, one example: what an expression is, what a statement changes (values.py)
    python refused          a module that is refused, with `# refused: ...` on each line at fault
    python file PATH        a file of the page's project, which the page's commands see
    python edit PATH [NAME] a method that replaces the one of its name, or of that name, in such a file
    python append PATH      goes to the end of such a file
    toml spec               a spec that can be read; `toml file PATH`: also a file of the project
    console                 commands and their output, run in the page's project (console.py)
    text                    nothing to run
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.style.tree import ROOT

DOCS = ROOT / "docs"

MARKS = {
    "python": ("setting", "run", "values", "refused", "file", "edit", "append"),
    "toml": ("spec", "file"),
    "console": ("",),
    "text": ("",),
    "mermaid": ("",),
}
"""The marks that each language of a block has."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        page: the file.
        line: of the first line inside, from 1.
        language: the first word after the fence.
        mark: the second word.
        rest: the words after it.
        text: what is inside.
    """

    page: Path
    line: int
    language: str
    mark: str
    rest: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def pages() -> list[Path]:
    """Every page of the documentation, and the README."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


_FENCE = re.compile(r"^(?P<fence>```+)(?P<info>[^`]*)$")


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    lines = page.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        opened = _FENCE.match(lines[number])
        number += 1
        if opened is None:
            continue
        start = number
        while number < len(lines) and lines[number].rstrip() != opened["fence"]:
            number += 1
        assert number < len(lines), f"{page.name}:{start}: a fence that is not closed"
        words = opened["info"].split(maxsplit=2)
        language, mark, rest = [*words, "", "", ""][:3]
        yield Block(page, start + 1, language, mark, rest, "\n".join(lines[start:number]) + "\n")
        number += 1


def prose(page: Path) -> Iterator[tuple[int, str]]:
    """The lines of a page outside of blocks, with their numbers."""
    fence = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        found = _FENCE.match(line)
        if fence is None and found is not None:
            fence = found["fence"]
        elif fence is not None and line.rstrip() == fence:
            fence = None
        elif fence is None:
            yield number, line


def headings(page: Path) -> dict[str, int]:
    """The anchors of a page's headings, as GitHub makes them, with their lines."""
    found: dict[str, int] = {}
    for number, line in prose(page):
        match = re.match(r"#{1,6}\s+(.*)", line)
        if match is not None:
            text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", match[1]).strip().lower()
            anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            taken = sum(1 for one in found if one == anchor or re.fullmatch(rf"{re.escape(anchor)}-\d+", one))
            found[f"{anchor}-{taken}" if taken else anchor] = number
    return found


def table(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its header; code marks removed."""
    rows: list[list[str]] = []
    start = headings(page)[heading]
    for number, line in prose(page):
        if number <= start:
            continue
        if line.startswith("|"):
            cells = [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            rows.append(cells)
        elif rows:
            break
    assert len(rows) > 2, f"{page.name} has no table below #{heading}"
    return rows[2:]
