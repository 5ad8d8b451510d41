"""What the engine cannot compile yet: one exception, one table."""

from __future__ import annotations

from collections.abc import Mapping

from checker.ir import nodes as ir


class NotYetNative(Exception):
    """The model needs something that the compiler lacks; nothing wrong was generated.

    Attributes:
        reason: what is lacking.
        span: where in the model.
    """

    def __init__(self, reason: str, span: ir.Span = ir.NOWHERE) -> None:
        super().__init__(f"{span.file}:{span.line}: {reason}" if span.file else reason)
        self.reason = reason
        self.span = span


LACKING: Mapping[str, str] = {
    "wide_key": "a map with more than 65,536 keys",
    "many_initials": "more than 4,096 initial states of a model with a variable that has no natural value",
    "wide_parameter": "parameters of an action with more than 2**62 combinations",
}
"""Every reason, by a short name. All node classes are compiled; these limits are on sizes."""
