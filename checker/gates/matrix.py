"""The matrix of a check: written once, run for each row, and for each combination in a row's lists."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import msgspec

from checker.gates.tables import CheckTable, ExpectTable, LimitsTable, RowTable

NUMBERS = ("scope", "params", "faults")
"""The tables of numbers, in the order in which names show them."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """A check as it is run.

    Attributes:
        table: the check, completed by the row.
        row: the number of the row; None for a check without a matrix.
    """

    table: CheckTable
    row: int | None = None


def expand(check: CheckTable) -> Iterator[Expanded]:
    """The checks that a table stands for, in the order of its rows.

    A name says the numbers that the row gives, sorted: `two nodes crash [Node=3, crash=1]`. So it stays what
    it is when rows are added, moved or written in another order.
    """
    if check.matrix is None:
        yield Expanded(check)
        return
    for number, row in enumerate(check.matrix):
        given = {name: _lists(getattr(row, name)) for name in NUMBERS}
        keys = [(table, name) for table in NUMBERS for name in given[table]]
        for values in itertools.product(*(given[table][name] for table, name in keys)):
            chosen: dict[str, dict[str, int]] = {table: {} for table in NUMBERS}
            for (table, name), value in zip(keys, values, strict=True):
                chosen[table][name] = value
            yield Expanded(_completed(check, row, chosen), number)


def combinations(row: RowTable) -> int:
    """How many checks a row stands for."""
    return prod(len(values) for name in NUMBERS for values in _lists(getattr(row, name)).values())


def _lists(numbers: Mapping[str, int | tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """By name, sorted; a single number is a list of one."""
    return {name: (value,) if isinstance(value, int) else value for name, value in sorted(numbers.items())}


def _completed(check: CheckTable, row: RowTable, chosen: Mapping[str, Mapping[str, int]]) -> CheckTable:
    shown = ", ".join([f"{name}={value}" for table in NUMBERS for name, value in chosen[table].items()])
    return msgspec.structs.replace(
        check,
        matrix=None,
        name=f"{check.name} [{shown}]",
        scope={**check.scope, **chosen["scope"]},
        params={**check.params, **chosen["params"]},
        faults={**check.faults, **chosen["faults"]},
        require=check.require if row.require is None else row.require,
        expect=_expect(check, row),
        limits=_limits(check.limits, row.limits),
        tier=check.tier if row.tier is None else row.tier,
        accept=check.accept if row.accept is None else row.accept,
    )


def _expect(check: CheckTable, row: RowTable) -> ExpectTable | None:
    if check.expect is None or row.expect is None:
        return check.expect
    given = {name: value for name, value in msgspec.structs.asdict(row.expect).items() if value is not None}
    return msgspec.structs.replace(check.expect, **given)


def _limits(limits: LimitsTable, more: LimitsTable) -> LimitsTable:
    given = {name: value for name, value in msgspec.structs.asdict(more).items() if value is not None}
    return msgspec.structs.replace(limits, **given)
