"""Sizes of memory as people write them: `8G`."""

from __future__ import annotations

import re

_FACTORS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def parse_memory(text: str) -> int | None:
    """The bytes that `500M`, `8G` or `8GiB` stands for; None when it is no such thing, or zero."""
    match = re.fullmatch(r"\s*([0-9]{1,15})\s*([KMGT]?)(?:i?B)?\s*", text, re.IGNORECASE | re.ASCII)
    if match is None:
        return None
    return int(match[1]) * _FACTORS[match[2].upper()] or None
