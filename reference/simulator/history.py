"""What clients saw: each operation with when it was asked, when it was answered, and what the answer was."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.client import (
    Answer,
    ConditionFailed,
    Found,
    Get,
    Operation,
    Superseded,
    TimedOut,
    Token,
    Written,
)


class Entry(Struct):
    """One operation. `returned` and `answer` are None until there is an answer.

    An operation is ambiguous if it was never answered, or the answer does not say what became of it.
    """

    token: Token
    operation: Operation
    invoked: int
    returned: int | None = None
    answer: Answer | None = None

    @property
    def executed(self) -> bool:
        """Whether the answer proves that it was executed."""
        return isinstance(self.answer, Found | Written | ConditionFailed)

    @property
    def ambiguous(self) -> bool:
        """Whether it may have been executed or not."""
        return self.answer is None or isinstance(self.answer, TimedOut | Superseded)

    @property
    def strong(self) -> bool:
        """Whether it takes part in the order of its key: all but eventual reads."""
        return not isinstance(self.operation, Get) or self.operation.strong


def by_key(history: list[Entry]) -> dict[bytes, list[Entry]]:
    """The operations on each key that may have been executed, in order of invocation."""
    keys: dict[bytes, list[Entry]] = {}
    for entry in history:
        if entry.strong and (entry.executed or (entry.ambiguous and not isinstance(entry.operation, Get))):
            keys.setdefault(entry.operation.key, []).append(entry)
    return keys
