"""Writes what the examples really give into the pages: run by `pytest tests/docs --update-golden`.

It changes outputs of commands and messages of refusals only, and only where they differ. What it wrote has to
be read.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from tests.docs import console, refusals
from tests.docs.pages import Block, blocks

WIDTH = 108


def commands(page: Path, folder: Path) -> None:
    """The outputs of a page's commands."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for command, output in reversed(list(console.session(page, folder))):
        if not console.matches(command.output, output):
            end = command.line
            while not re.match(r"\$ |```", lines[end]):
                end += 1
            shown = [_without_times(line.rstrip()) for line in output.splitlines()]
            lines[command.line : end] = [*shown, *([] if lines[end] == "```" or not shown else [""])]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _without_times(line: str) -> str:
    """Times and sizes differ from run to run."""
    line = re.sub(r"\b\d+\.\d+ s\b", "... s", line)
    return re.sub(r"^(  (?:seconds|bytes per state) +)[\d.,]+", r"\1...", line)


def messages(page: Path, folder: Path) -> None:
    """The messages of a page's refusals."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for block in reversed([one for one in blocks(page) if one.mark == "refused"]):
        bare = _without_messages(block)
        found = refusals.problems_in(block, bare, folder)
        texts = bare.splitlines()
        for number, message in sorted(found, reverse=True):
            at = number or 1
            indent = re.match(r" *", texts[at - 1])
            wrapped = textwrap.wrap(
                "# refused: " + message, WIDTH - (len(indent[0]) if indent else 0), subsequent_indent="#   ",
                break_on_hyphens=False, break_long_words=False,
            )  # fmt: skip
            texts[at - 1 : at - 1] = [(indent[0] if indent else "") + one for one in wrapped]
        start = block.line - 1
        lines[start : start + len(block.text.splitlines())] = texts
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _without_messages(block: Block) -> str:
    kept: list[str] = []
    inside = False
    for line in block.text.splitlines():
        text = line.strip()
        inside = text.startswith("# refused: ") or (inside and text.startswith("#   "))
        if not inside:
            kept.append(line)
    return "\n".join(kept) + "\n"
