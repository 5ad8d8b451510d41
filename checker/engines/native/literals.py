"""Integers as constants of C."""

from __future__ import annotations


def number(value: int) -> str:
    """An integer of the model as C."""
    if value == -(1 << 63):
        return "INT64_MIN"
    return f"{value}L" if value >= 0 else f"(-{-value}L)"


def unsigned(value: int) -> str:
    """A constant of ranks."""
    return f"{value}u" if value < 1 << 32 else f"{value}ull"
