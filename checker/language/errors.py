"""What running a model can raise: a disabled step, an evaluation error, a mistake in how the language is
used."""

from __future__ import annotations


class Disabled(Exception):
    """A `require` was false: the step cannot happen here, and nothing has changed."""


class ModelError(Exception):
    """A mistake of the person who writes or runs a model. The message says the fact and the fix."""


class FormError(ModelError):
    """A type that the language does not have.

    Attributes:
        fact: what is wrong.
        fix: what to write instead.
    """

    def __init__(self, fact: str, fix: str) -> None:
        super().__init__(f"{fact}; {fix}")
        self.fact = fact
        self.fix = fix


class ScopeError(ModelError):
    """Sizes, parameters or budgets that do not fit the model."""


class SpaceTooLarge(ScopeError):
    """A scope of which not even the members, maps or arguments can be written out."""


class SourceChanged(ModelError):
    """A file was edited after it was imported, so that its text is not what runs."""


class SourceMissing(ModelError):
    """The text of a function cannot be found."""


KINDS = frozenset(
    {
        "missing_key", "none", "index", "empty", "tie", "division_by_zero", "range", "capacity",
        "no_neighbour", "no_member", "compare_none", "missing_item", "order", "type", "unassigned", "copy",
    }
)  # fmt: skip
"""The kinds of evaluation errors, the same in every engine."""


class EvaluationError(Exception):
    """The model did something undefined: a missing key, a store out of range, a tie.

    Attributes:
        kind: one of `KINDS`.
        file: of the model's line that was running, when a method was called from outside of the model.
        line: the line.
    """

    def __init__(self, kind: str, message: str) -> None:
        assert kind in KINDS, kind
        super().__init__(message)
        self.kind = kind
        self.file: str | None = None
        self.line: int | None = None

    def about(self, place: str) -> EvaluationError:
        """The error with the place that it is about before its message."""
        return EvaluationError(self.kind, f"{place}: {self}")

    def __reduce__(self) -> tuple[type[EvaluationError], tuple[str, str]]:
        return type(self), (self.kind, str(self))
