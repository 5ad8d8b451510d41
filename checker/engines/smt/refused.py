"""What a lowering cannot say: one exception, one table."""

from __future__ import annotations

from collections.abc import Mapping

from checker.ir import nodes as ir


class NotYetSmt(Exception):
    """The model needs something that a lowering lacks; nothing was asked of the solver.

    Attributes:
        reason: what is lacking.
        span: where in the model.
    """

    def __init__(self, reason: str, span: ir.Span = ir.NOWHERE) -> None:
        super().__init__(f"{span.file}:{span.line}: {reason}" if span.file else reason)
        self.reason = reason
        self.span = span


def located(error: NotYetSmt, span: ir.Span) -> NotYetSmt:
    """The same with a place, unless it has one."""
    return error if error.span.file else NotYetSmt(error.reason, span)


VALUES_MAX = 20_000
"""The most values that are told apart one by one: of a key, an element, a parameter, an integer."""

LACKING: Mapping[str, str] = {
    "many_values": f"'{{what}}' has more than {VALUES_MAX:,} values",
    "many_instances": "the parameters of an action have more than {most:,} combinations",
}
"""Every limit of the finite lowerings, by a short name."""


def many_values(what: str, span: ir.Span = ir.NOWHERE) -> NotYetSmt:
    """Too many values to tell apart."""
    return NotYetSmt(LACKING["many_values"].format(what=what), span)
