"""The register that each key should be: what an operation does to it, and which answer that gives."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from reference.messages.client import (
    Absent,
    Always,
    Answer,
    ConditionFailed,
    Delete,
    Found,
    Get,
    Operation,
    Put,
    ValueIs,
    Written,
)

State: TypeAlias = bytes | None


def step(state: State, operation: Operation, answer: Answer | None) -> State | Impossible:
    """The state after an operation, or that it cannot have had this answer here. Without one, any will do."""
    match operation:
        case Get():
            if isinstance(answer, Found) and answer.value != state:
                return IMPOSSIBLE
            return state
        case Put() | Delete():
            holds = _holds(operation, state)
            if isinstance(answer, Written) and not holds:
                return IMPOSSIBLE
            if isinstance(answer, ConditionFailed) and (holds or answer.value != state):
                return IMPOSSIBLE
            if not holds:
                return state
            return operation.value if isinstance(operation, Put) else None
        case _:
            assert_never(operation)


class Impossible:
    """The answer contradicts the state."""


IMPOSSIBLE = Impossible()


def _holds(operation: Put | Delete, state: State) -> bool:
    match operation.condition:
        case Always():
            return True
        case Absent():
            return state is None
        case ValueIs(value=value):
            return state == value
        case _:
            assert_never(operation.condition)
