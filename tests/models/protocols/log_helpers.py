"""Functions on logs that several protocols share."""

from __future__ import annotations

from checker import Ordered, Record, Seq, Sort


class Op(Sort): ...


class View(Ordered): ...


class OpNumber(Ordered): ...


class LogEntry(Record):
    view: View
    op: Op


type_of_log = Seq[LogEntry, OpNumber]


def last_view(log: Seq[LogEntry, OpNumber]) -> View:
    """The view of the last entry, or the first view."""
    if len(log) == 0:
        return View.first
    return log[-1].view


def at_least_as_new(a: Seq[LogEntry, OpNumber], b: Seq[LogEntry, OpNumber]) -> bool:
    """Whether log a would win an election against log b."""
    return last_view(a) > last_view(b) or (last_view(a) == last_view(b) and len(a) >= len(b))


def common_prefix(a: Seq[LogEntry, OpNumber], b: Seq[LogEntry, OpNumber]) -> int:
    """How many leading entries two logs share."""
    return max(i for i in range(min(len(a), len(b)) + 1) if a[:i] == b[:i])
