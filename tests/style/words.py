"""Words that stay out of the tree: paths of one machine, registry hosts, unfinished work, bare ignores.

Each expression is written so that it does not match its own source.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.style.tree import sources

FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("the path of one machine", re.compile(r"(?<![\w.])/(?:[w]ork|[h]ome|[r]oot|[U]sers)/")),
    (
        "a package registry's host",
        re.compile(
            r"[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.(?:org|com)|[c]rates\.io|[p]roxy\.golang\.org"
            r"|[a]naconda\.(?:org|com)|[r]ubygems\.org|[m]aven\.org",
        ),
    ),
    ("a mark of unfinished work", re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX)\b")),
)

_DIRECTIVE = re.compile(
    r"#\s*(?:(?:type|pyright):\s*ignore(?:\[[^\]]*\])?|noqa(?::\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*)?)",
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def forbidden_words(root: Path) -> list[str]:
    """Every forbidden word and every ignore without a reason below `root`, as `file:line: fact`."""
    faults: list[str] = []
    for file in sources(root):
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not text
        shown = file.relative_to(root).as_posix()
        for number, line in enumerate(text.splitlines(), start=1):
            faults.extend(
                f"{shown}:{number}: {what}: {found.group()}"
                for what, word in FORBIDDEN
                if (found := word.search(line))
            )
        if file.suffix == ".py":
            faults.extend(
                f"{shown}:{number}: no reason after {comment!r}" for number, comment in _bare_ignores(text)
            )
    return faults


def _bare_ignores(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or not _DIRECTIVE.search(token.string):
            continue
        if not _WORD.search(_DIRECTIVE.sub("", token.string)):
            yield token.start[0], token.string
