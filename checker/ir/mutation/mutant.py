"""What a mutant is: one declaration of a model with one mistake, and how its source line would read."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from checker.ir import nodes as ir

Code = ir.Action | ir.Initial | ir.Procedure | ir.Function
"""What behaviours are made of: the ways to begin, actions, and the helpers they call."""


class Operator(enum.Enum):
    """The mistakes."""

    DROP_GUARD = "drop-guard"
    DROP_FIELD_CHECK = "drop-field-check"
    COMPARISON = "comparison"
    QUORUM = "quorum"
    SKIP_ASSIGNMENT = "skip-assignment"
    SKIP_SYNC = "skip-sync"
    STALE_READ = "stale-read"
    SWAP = "swap"

    @property
    def meaning(self) -> str:
        """What is done to the model, in a few words."""
        return _MEANINGS[self]


_MEANINGS = {
    Operator.DROP_GUARD: "a condition is left out",
    Operator.DROP_FIELD_CHECK: "a condition on a field of a message is left out",
    Operator.COMPARISON: "`<` is `<=`, or `<=` is `<`",
    Operator.QUORUM: "a quorum is one member smaller",
    Operator.SKIP_ASSIGNMENT: "a variable keeps its value",
    Operator.SKIP_SYNC: "what a fault leaves is not written",
    Operator.STALE_READ: "a read sees the value from before the step's own write",
    Operator.SWAP: "two writes happen in the other order",
}


class How(enum.Enum):
    """What an edit does to the part of the source that it names."""

    REPLACE = "replace"  # it reads as the text does
    COMPARISON = "comparison"  # one comparison in it becomes its neighbour, `<` for `<=`
    CONDITION = "condition"  # it goes, with the `and` beside it; alone it becomes True
    SIDE = "side"  # one comparison of a chain goes, or reads as the text does
    GUARD = "guard"  # as a condition; where it is all that a `require` asks for, the statement goes
    TEST = "test"  # the test of the `if` around it becomes True
    STATEMENT = "statement"  # the statement around it goes
    BEFORE = "before"  # a line is put before the statement around it
    SWAP = "swap"  # the statement around it and the next one change places


Text = tuple[str | ir.Span, ...]
"""New source: as it is given, or as it stands in another place."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the source text.

    Attributes:
        text: what is put there, if something is.
        index: which comparison of a chain, from 0, or which side of the `and` at `within`.
        within: the whole `and`, where a side of it goes; names alone have no place of their own.
    """

    span: ir.Span
    how: How
    text: Text = ()
    index: int = 0
    within: ir.Span = ir.NOWHERE


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one declaration.

    Attributes:
        changed: the declaration with the mistake; it has the name of the one it replaces.
        span: where the mistake is in the source.
        edits: what would have to be done to the source.
    """

    operator: Operator
    changed: Code
    span: ir.Span
    edits: tuple[Edit, ...]

    @property
    def owner(self) -> str:
        """The action or helper that has the mistake."""
        return self.changed.name

    @property
    def file(self) -> str:
        """Where the mistake is written: a rule may be made of lines of several files."""
        return self.edits[-1].span.file
