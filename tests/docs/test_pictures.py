"""The pictures of the documentation are shown, and small."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS, pages, prose

PICTURES = sorted((DOCS / "pictures").iterdir())
BYTES_MAX = 150_000


def test_every_picture_is_shown_and_says_what_it_is() -> None:
    shown = "\n".join(line for page in pages() for _, line in prose(page))
    assert PICTURES
    for one in PICTURES:
        assert re.search(rf"!\[[^\]]{{20,}}\]\(pictures/{re.escape(one.name)}\)", shown), one.name


def test_pictures_are_small() -> None:
    assert sum(one.stat().st_size for one in PICTURES) < BYTES_MAX
    for one in PICTURES:
        assert one.read_bytes()[8:12] == b"WEBP", one.name
