"""Helpers in a module without a model, for the feature models."""

from collections.abc import Iterable
from typing import Any

from checker import Ordered, Record, Seq, Sort


class Member(Sort):
    """Who takes part."""


class Era(Ordered):
    """Ordered by time."""


class Line(Record):
    """An entry of a log."""

    era: Era
    owner: Member


def newest(lines: Seq[Line, Any]) -> Era | None:
    """The era of the last line."""
    if len(lines) == 0:
        return None
    return lines[-1].era


def count_of(member: Member, lines: Iterable[Line]) -> int:
    """How many lines belong to a member."""
    return sum(1 for line in lines if line.owner == member)


def distance(a: int, b: int = 1) -> int:
    """How far two numbers are apart."""
    if a > b:
        return a - b
    return b - a


def pair_up(member: Member, era: Era) -> tuple[Member, Era]:
    """Both."""
    return (member, era)
