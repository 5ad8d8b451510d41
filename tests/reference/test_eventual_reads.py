"""What an eventual read may show: its key as it was in the slot that the answer names, however old."""

from __future__ import annotations

from reference.messages.client import (
    Absent,
    Answer,
    ConditionFailed,
    Delete,
    Found,
    Get,
    Operation,
    Put,
    Token,
    ValueIs,
    Written,
)
from reference.simulator.eventual_reads import misplaced_read
from reference.simulator.history import Entry

KEY = b"k"


def entry(operation: Operation, answer: Answer | None, number: int = 1) -> Entry:
    return Entry(
        Token("c", number), operation, 10 * number, None if answer is None else 10 * number + 5, answer
    )


def eventual(value: bytes | None, version: int, slot: int) -> Entry:
    return entry(Get(KEY, strong=False), Found(value, version, slot), number=9)


HISTORY = [
    entry(Put(KEY, b"a"), Written(3), 1),
    entry(Put(KEY, b"b"), Written(5), 2),
    entry(Delete(KEY), Written(7), 3),
]


def test_a_late_read_is_right_in_its_slot() -> None:
    for read in (
        eventual(None, 0, 2),
        eventual(b"a", 3, 4),
        eventual(b"b", 5, 5),
        eventual(None, 0, 7),
    ):
        assert misplaced_read([*HISTORY, read]) is None


def test_a_value_that_was_overwritten_or_not_yet_there_is_found() -> None:
    for read in (eventual(b"a", 3, 5), eventual(b"b", 5, 4), eventual(b"b", 5, 8), eventual(None, 0, 6)):
        assert "where the item was" in str(misplaced_read([*HISTORY, read]))


def test_a_value_that_nobody_wrote_is_found() -> None:
    refused = entry(Put(KEY, b"c", ValueIs(b"x")), ConditionFailed(6, b"b"), 4)
    assert "which nobody wrote" in str(misplaced_read([*HISTORY, refused, eventual(b"c", 6, 6)]))
    assert "which nobody wrote" in str(misplaced_read([*HISTORY, eventual(b"z", 6, 6)]))


def test_a_value_of_another_key_is_found() -> None:
    elsewhere = entry(Put(b"other", b"o"), Written(4), 4)
    assert "which nobody wrote" in str(misplaced_read([*HISTORY, elsewhere, eventual(b"o", 4, 4)]))


def test_a_value_of_another_slot_is_found() -> None:
    assert "written in slot 3" in str(misplaced_read([*HISTORY, eventual(b"a", 4, 4)]))


def test_a_read_may_be_the_only_witness_of_an_ambiguous_write() -> None:
    unanswered = entry(Put(KEY, b"u"), None, 4)
    assert misplaced_read([*HISTORY, unanswered, eventual(b"u", 8, 8)]) is None
    twice = [eventual(b"u", 8, 8), eventual(b"u", 9, 9)]
    assert "in slots 8 and 9" in str(misplaced_read([*HISTORY, unanswered, *twice]))


def test_an_ambiguous_delete_excuses_an_absence() -> None:
    unanswered = entry(Delete(KEY), None, 4)
    assert misplaced_read([*HISTORY[:2], unanswered, eventual(None, 0, 6)]) is None


def test_a_write_without_an_answer_may_be_seen_by_a_condition_alone() -> None:
    """Then the item is what that says, and what is written next follows it."""
    history = [
        entry(Put(KEY, b"x"), None, 1),
        entry(Put(KEY, b"y", Absent()), ConditionFailed(5, b"x"), 2),
        entry(Put(KEY, b"z", ValueIs(b"x")), Written(6), 3),
    ]
    for read in (eventual(b"z", 6, 6), eventual(b"z", 6, 9)):
        assert misplaced_read([*history, read]) is None
    for read in (eventual(None, 0, 5), eventual(b"z", 6, 5), eventual(None, 0, 6)):
        assert "where the item was" in str(misplaced_read([*history, read]))
