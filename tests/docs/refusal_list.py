"""The list of refusals: made from the golden files of the capture, so that it is whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import GOLDEN
from tests.docs.pages import DOCS

PAGE = DOCS / "refusals.md"
SHOWN_IN_REFERENCE = "reference_"
"""The golden files whose examples stand in the language reference."""

_INTRODUCTION = """# List of refusals

For looking up a message. Each row has a line that is refused and what is said of it: the fact, then the fix.
More examples, with what stands around them, are in the [language reference](language.md#what-is-refused). The
list is made from the files that test the messages.
"""


def _sources() -> Iterator[Path]:
    for path in sorted((GOLDEN / "refusals").glob("*.py")):
        if path.stem != "setting" and not path.stem.startswith(SHOWN_IN_REFERENCE):
            yield path


def text() -> str:
    """The page."""
    parts = [_INTRODUCTION]
    for source in _sources():
        code = source.read_text(encoding="utf-8")
        title = (ast.get_docstring(ast.parse(code)) or source.stem).splitlines()[0].rstrip(".")
        parts.append(f"\n## {title}\n\n| line | message |\n|---|---|\n")
        lines = code.splitlines()
        rows: dict[str, None] = {}
        for message in source.with_suffix(".txt").read_text(encoding="utf-8").splitlines():
            found = re.fullmatch(r"[^:]+:(\d+): (.*)", message)
            assert found is not None, message
            line = _code(lines[int(found[1]) - 1].strip())
            rows[f"| {line} | {_code(found[2])} |\n"] = None
        parts.extend(rows)
    return "".join(parts)


def _code(line: str) -> str:
    assert "`" not in line, f"a line of code in backquotes: {line}"
    return f"`{_cell(line)}`"


def _cell(line: str) -> str:
    return line.replace("|", "\\|")
