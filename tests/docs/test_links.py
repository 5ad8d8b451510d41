"""Every link within the documentation leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, headings, pages, prose
from tests.style.tree import ROOT


def broken_links(page: Path) -> list[str]:
    """The links of a page to a file or heading that is not there."""
    broken: list[str] = []
    for number, line in prose(page):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+://", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.exists() or (anchor and anchor not in headings(file)):
                broken.append(f"{page.name}:{number}: {target}")
    return broken


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_named(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# One two\n\n[x](b.md) [y](#one-two) [z](#three)\n", encoding="utf-8")
    assert broken_links(page) == ["a.md:3: b.md", "a.md:3: #three"]


def test_every_page_can_be_reached_from_the_index() -> None:
    reached = {ROOT / "README.md", DOCS / "README.md"}
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        for _, line in prose(page):
            for target in re.findall(r"\]\(([^)#\s]+\.md)", line):
                file = (page.parent / target).resolve()
                if file not in reached and file.exists():
                    reached.add(file)
                    waiting.append(file)
    assert sorted(set(pages()) - reached) == []
