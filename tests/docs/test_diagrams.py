"""The diagrams in the pages are what the models make: each page has the command that made its picture."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.docs.pages import DOCS
from tests.unit.cli.process import ROOT, lockstep

PAGES = sorted((DOCS / "protocols").glob("*.md"))
COMMAND = re.compile(r"^    (lockstep diagram .*) --output (docs/protocols/\w+\.svg)$", re.MULTILINE)
FOUND = [(words, file) for page in PAGES for words, file in COMMAND.findall(page.read_text(encoding="utf-8"))]


def test_every_picture_has_its_command() -> None:
    pictures = {path.relative_to(ROOT).as_posix() for path in (DOCS / "protocols").glob("*.svg")}
    assert pictures == {file for _, file in FOUND}
    assert {Path(file).stem for _, file in FOUND} >= {"replication", "election", "tokens"}


@pytest.mark.parametrize(("words", "file"), FOUND, ids=[Path(file).stem for _, file in FOUND])
def test_a_picture_is_what_the_model_makes_now(words: str, file: str) -> None:
    done = lockstep(*shlex.split(words)[1:])
    assert (done.code, done.err) == (0, "")
    assert done.out == (ROOT / file).read_text(encoding="utf-8"), f"run: {words} --output {file}"
