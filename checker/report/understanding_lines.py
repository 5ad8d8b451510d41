"""What of a violation matters, in sentences that say what is assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.report.lines import Line, line, wrapped
from checker.traces.plain import show_name
from checker.traces.understanding import Understanding


def understanding_lines(found: Understanding) -> list[Line]:
    """A heading and a paragraph for each question."""
    lines = [line("What of it matters:", "strong"), line()]
    for text in sentences(found):
        lines += wrapped(text, "  ", "    ")
    return lines


def sentences(found: Understanding) -> Iterator[str]:
    """Each question's answer."""
    name = show_name(found.property)
    if found.droppable:
        told = f"each left out alone; {name} is false at the end all the same."
        yield f"Not needed: {_listed(found.droppable)}, {told}"
    else:
        yield f"Every step is needed: without it the others cannot be taken, or {name} is true at the end."
    if found.droppable:
        yield f"Enough together: {_listed(found.smallest)}."
    if found.commuting:
        pairs = ", ".join([f"{number} and {number + 1}" for number in found.commuting])
        yield f"Can change places, and lead to the same state: {pairs}."
    if found.avoidable is None and not found.unknown:
        yield f"From no state of it can the model come to rest without faults and with {name} true."
    elif found.avoidable is not None:
        place = "in the initial state" if found.avoidable == 0 else f"after step {found.avoidable}"
        yield (
            f"Last avoidable {place}: from there the model can come to rest, by actions that are no faults, "
            f"through states in which {name} holds. At rest, no such action leads to another state."
        )
    if found.unknown:
        yield f"Not known for the states after {_listed(found.unknown)}: too many states follow."


def _listed(numbers: Sequence[int]) -> str:
    word = "step" if len(numbers) == 1 else "steps"
    return f"{word} {', '.join([str(one) for one in numbers])}"
