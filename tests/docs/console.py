"""A page's project and its commands: the files that its blocks write, the output that its commands give.

A console block is a session: a line `$ command`, then what it prints. In the output `...` stands for anything
within a line, a line `...` for any lines. The commands of a page run one after the other in one folder.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block, blocks
from tests.style.tree import ROOT

SECONDS_MAX = 120


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a console block and the output that the page shows."""

    line: int
    text: str
    output: str


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    found: list[list[str]] = []
    for text in block.text.splitlines():
        if text.startswith("$ "):
            found.append([text[2:]])
        else:
            assert found, f"{block}: output before the first command"
            found[-1].append(text)
    line = block.line
    for first, *rest in found:
        yield Command(line, first, "\n".join(rest).strip("\n"))
        line += 1 + len(rest)


def make_bin(folder: Path) -> Path:
    """A folder with the command `lockstep` of this tree."""
    folder.mkdir()
    script = folder / "lockstep"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


def environment(bin_folder: Path) -> dict[str, str]:
    """What the commands see: `lockstep` first on the path, no terminal, no colours."""
    kept = {key: value for key, value in os.environ.items() if key in ("HOME", "LANG", "TMPDIR")}
    path = os.pathsep.join([str(bin_folder), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {
        **kept,
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
        "COLUMNS": "110",
    }


def session(page: Path, folder: Path) -> Iterator[tuple[Command, str]]:
    """Runs a page's session: each command with what it prints."""
    project = folder / "project"
    project.mkdir()
    seen = environment(make_bin(folder / "bin"))
    code = 0
    for block in blocks(page):
        path = project / block.rest.partition(" ")[0]
        if block.mark == "file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.mark == "append":
            with path.open("a", encoding="utf-8") as file:
                file.write(("\n" if block.text.startswith(" ") else "\n\n") + block.text)
        elif block.mark == "edit":
            edit(path, block)
        elif block.language == "console":
            for command in commands(block):
                done = subprocess.run(
                    ["sh", "-c", f"(exit {code}); {command.text}"],
                    cwd=project,
                    env=seen,
                    capture_output=True,
                    text=True,
                    timeout=SECONDS_MAX,
                    check=False,
                    stdin=subprocess.DEVNULL,
                )
                code = done.returncode
                yield command, (done.stdout + done.stderr).strip("\n")


def faults_of(page: Path, folder: Path) -> list[str]:
    """What a page's commands print and the page does not show."""
    return [
        f"{page.name}:{command.line}: $ {command.text}\n{output}\n"
        for command, output in session(page, folder)
        if not matches(command.output, output)
    ]


def edit(path: Path, block: Block) -> None:
    """Replaces a method in a file: the one of the block's name, or the one that the block's mark names."""
    new = textwrap.dedent(block.text)
    (method,) = [node for node in ast.parse(new).body if isinstance(node, ast.FunctionDef)]
    name = block.rest.partition(" ")[2] or method.name
    text = path.read_text(encoding="utf-8")
    (old,) = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    first = min([old.lineno, *(one.lineno for one in old.decorator_list)])
    lines = text.splitlines(keepends=True)
    lines[first - 1 : old.end_lineno] = [textwrap.indent(new, " " * old.col_offset)]
    path.write_text("".join(lines), encoding="utf-8")


def matches(shown: str, output: str) -> bool:
    """Whether an output is what a page shows, `...` standing for anything.

    Columns are as wide as times and sizes make them, so the width of a gap does not count.
    """
    pattern = ""
    for line in shown.splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
            continue
        parts = [re.sub(r"(?:\\ ){2,}", "[ ]+", re.escape(part)) for part in line.rstrip().split("...")]
        pattern += ".*?".join(parts) + r"[ ]*\n"
    return re.fullmatch(pattern, output + "\n" if output else "") is not None
