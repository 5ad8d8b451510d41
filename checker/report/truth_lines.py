"""What holds in each state of a trace, and why not: a sign for each state, then the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.report.lines import WIDTH, Line, Role, Span, line, wrapped
from checker.traces.plain import show_name
from checker.traces.truth import Truth

HOLDS, FAILS, NO_VALUE, NOTHING = "+", "F", "!", "."


def truth_lines(truths: Sequence[Sequence[Truth]]) -> list[Line]:
    """The table, as wide as there is room and then on, and a reason for each change to false."""
    names = [one.property for one in truths[0]] if truths else []
    if not names:
        return [line("There is no invariant.", "weak")]
    label = max(len(show_name(name)) for name in names) + 4
    room = max(WIDTH - label, 20) // 10 * 10
    lines = [line("What holds in each state:", "strong"), line()]
    for start in range(0, len(truths), room):
        lines += _block(truths, start, min(start + room, len(truths)), label)
    lines += wrapped(
        f"{HOLDS} holds, {FAILS} false, {NO_VALUE} cannot be evaluated, {NOTHING} nothing to say",
        "  ",
        role="weak",
    )
    for index in range(len(names)):
        lines += _reasons([one[index] for one in truths])
    return lines


def _block(truths: Sequence[Sequence[Truth]], start: int, end: int, label: int) -> Iterator[Line]:
    """The signs of some states, with a ruler of their numbers above."""
    ruler = "".join([f"{number:<10}" for number in range(start, end, 10)])[: end - start + 9]
    yield (Span(" " * label), Span(ruler.rstrip(), "weak"))
    for index, one in enumerate(truths[start]):
        head = f"  {show_name(one.property)}".ljust(label)
        spans = [Span(head)]
        for row in truths[start:end]:
            sign, role = _sign(row[index])
            spans.append(Span(sign, role))
        yield tuple(spans)
    yield line()


def _sign(truth: Truth) -> tuple[str, Role]:
    if truth.holds is None:
        return (NOTHING, "weak") if truth.why is None else (NO_VALUE, "bad")
    return (HOLDS, "good") if truth.holds else (FAILS, "bad")


def _reasons(truths: Sequence[Truth]) -> Iterator[Line]:
    """Why a property is false, where it became so."""
    before = True
    for number, one in enumerate(truths):
        if one.why is not None and before:
            yield line()
            yield line(f"In state {number}:", "strong")
            yield from why_lines(one.why)
        before = one.why is None


def why_lines(why: str, role: Role = "plain") -> Iterator[Line]:
    """A reason, with its own indents."""
    for row in why.rstrip("\n").split("\n"):
        indent = "  " + " " * (len(row) - len(row.lstrip()))
        yield from wrapped(row.strip(), indent, indent + "    ", role)


def state_truths(truths: Sequence[Truth]) -> Iterator[Line]:
    """What holds in one state, a line each, with the reasons."""
    width = max([len(show_name(one.property)) for one in truths], default=0)
    for one in truths:
        words = {
            HOLDS: "holds",
            FAILS: "is false",
            NO_VALUE: "cannot be evaluated",
            NOTHING: "says nothing here",
        }
        sign, role = _sign(one)
        yield line(f"  {show_name(one.property):<{width}}  {words[sign]}", role)
        if one.why is not None:
            yield from [(Span("  "), *row) for row in why_lines(one.why)]
