"""Sizes of memory."""

from __future__ import annotations

import pytest

from checker.gates.memory_size import parse_memory


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8G", 8 * 2**30),
        ("8 GiB", 8 * 2**30),
        ("500m", 500 * 2**20),
        ("64KB", 64 * 2**10),
        ("1T", 2**40),
        ("1000", 1000),
    ],
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["", "G", "0", "0G", "-1G", "1.5G", "8X", "8G8", "٣G", "9" * 40])
def test_what_is_no_size_is_none(text: str) -> None:
    assert parse_memory(text) is None
