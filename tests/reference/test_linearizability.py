"""The judge of histories: three ways to the same verdict, and each finds what is wrong."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from reference.messages.client import (
    Absent,
    Answer,
    Condition,
    ConditionFailed,
    Delete,
    Found,
    Get,
    Operation,
    Put,
    TimedOut,
    Token,
    ValueIs,
    Written,
)
from reference.simulator.history import Entry, by_key
from reference.simulator.linearizability import (
    FOR_EVER,
    Linearizable,
    Unknown,
    Violation,
    check,
    frontier,
    search,
    witness,
)
from reference.simulator.register import Impossible, State, step

KEY = b"k"
READ = Get(KEY, strong=True)


def entry(operation: Operation, invoked: int, returned: int | None, answer: Answer | None) -> Entry:
    return Entry(Token("c", invoked), operation, invoked, returned, answer)


def put(value: bytes, invoked: int, returned: int, slot: int) -> Entry:
    return entry(Put(KEY, value), invoked, returned, Written(slot))


def read(value: bytes | None, version: int, slot: int, invoked: int, returned: int) -> Entry:
    return entry(READ, invoked, returned, Found(value, version, slot))


def brute_force(entries: list[Entry]) -> bool:
    """Every subset of the ambiguous operations, in every order that time allows."""
    ambiguous = [e for e in entries if e.ambiguous]
    for chosen in range(1 << len(ambiguous)):
        taken = [e for e in entries if not e.ambiguous]
        taken += [e for index, e in enumerate(ambiguous) if chosen >> index & 1]
        if any(fits(list(order)) for order in permutations(taken)):
            return True
    return False


def fits(order: list[Entry]) -> bool:
    state: State = None
    latest = -1
    for e in order:
        end = FOR_EVER if e.ambiguous or e.returned is None else e.returned
        if end < latest:
            return False
        latest = max(latest, e.invoked)
        following = step(state, e.operation, None if e.ambiguous else e.answer)
        if isinstance(following, Impossible):
            return False
        state = following
    return True


def random_history(random: Random) -> list[Entry]:
    """Five overlapping operations with answers that may or may not fit."""
    entries: list[Entry] = []
    values: list[bytes | None] = [None]
    for number in range(5):
        begin = random.randrange(20)
        end = begin + random.randrange(1, 10)
        value = b"%d" % number
        draw = random.randrange(6)
        if draw < 2:
            entries.append(entry(READ, begin, end, Found(random.choice(values), 0, 0)))
        elif draw == 2:
            entries.append(entry(Put(KEY, value), begin, None, None))
            values.append(value)
        elif draw == 3:
            seen = ValueIs(random.choice(values) or b"0")
            condition: Condition = Absent() if random.random() < 0.5 else seen
            failed = ConditionFailed(0, random.choice(values))
            answer: Answer = Written(0) if random.random() < 0.5 else failed
            entries.append(entry(Put(KEY, value, condition), begin, end, answer))
            values.append(value)
        else:
            entries.append(entry(Put(KEY, value), begin, end, Written(0)))
            values.append(value)
    return sorted(entries, key=lambda e: e.invoked)


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_search_and_frontier_agree_with_brute_force(first: int) -> None:
    verdicts: list[bool] = []
    for seed in range(first, first + 100):
        entries = random_history(Random(seed))
        expected = brute_force(entries)
        assert search(entries, 10**6) is expected
        assert frontier(entries, 10**6) is expected
        verdicts.append(expected)
    assert 10 < sum(verdicts) < 90


def test_the_slots_are_a_witness() -> None:
    entries = [put(b"1", 0, 5, 3), read(b"1", 3, 4, 2, 9), put(b"2", 6, 8, 5), read(b"2", 5, 5, 10, 11)]
    assert check(entries) == Linearizable("witness")


def test_a_stale_read_is_found() -> None:
    entries = [put(b"1", 0, 1, 1), put(b"2", 2, 3, 2), read(b"1", 1, 1, 4, 5)]
    verdict = check(entries)
    assert isinstance(verdict, Violation)
    assert (
        "returned before one that its slot puts earlier" in verdict.reason or "was answered" in verdict.reason
    )


def test_a_lost_acknowledged_write_is_found() -> None:
    assert isinstance(check([put(b"1", 0, 1, 1), read(None, 0, 9, 2, 3)]), Violation)


def test_an_ambiguous_write_may_have_happened_or_not() -> None:
    lost = entry(Put(KEY, b"1"), 0, None, None)
    assert check([lost, read(None, 0, 4, 5, 6)]) == Linearizable("witness")
    assert check([lost, read(b"1", 3, 4, 5, 6)]) == Linearizable("witness")
    timed_out = entry(Put(KEY, b"1"), 0, 2, TimedOut())
    assert check([timed_out, read(None, 0, 4, 5, 6), read(b"1", 5, 6, 7, 8)]) == Linearizable("witness")


def test_an_ambiguous_write_happens_once() -> None:
    lost = entry(Put(KEY, b"1"), 0, None, None)
    entries = [lost, read(b"1", 3, 4, 5, 6), put(b"2", 7, 8, 5), read(b"1", 6, 6, 9, 10)]
    assert isinstance(check(entries), Violation)


def test_an_ambiguous_delete_needs_the_search() -> None:
    entries = [put(b"1", 0, 1, 1), entry(Delete(KEY), 2, None, None), read(None, 0, 5, 3, 4)]
    assert witness(entries) is not None
    assert check(entries) == Linearizable("search")


def test_when_the_budgets_are_spent_the_verdict_is_unknown() -> None:
    entries = [entry(Put(KEY, b"%d" % n), 0, 100, Written(0)) for n in range(12)]
    entries.append(read(b"x", 0, 0, 101, 102))
    assert check(entries, steps_max=50, frontier_max=50) == Unknown(50)
    assert isinstance(check(entries, steps_max=50, frontier_max=10**6), Violation)


def test_eventual_reads_and_refused_operations_take_no_part() -> None:
    stale = entry(Get(KEY, strong=False), 4, 5, Found(None, 0, 0))
    assert by_key([put(b"1", 0, 1, 1), stale]) == {KEY: [put(b"1", 0, 1, 1)]}
