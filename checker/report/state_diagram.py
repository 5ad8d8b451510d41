"""A state diagram: states and the steps between them, and its text in the language of Graphviz."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrow:
    """Steps from one state to another, and which of them are faults."""

    start: int
    end: int
    labels: tuple[str, ...]
    faults: frozenset[str] = frozenset()

    @property
    def is_fault(self) -> bool:
        """The protocol itself does nothing of the kind."""
        return self.faults.issuperset(self.labels)


@dataclass(frozen=True, slots=True)
class Diagram:
    """States, each a few lines of text, in the order in which they are reached.

    Attributes:
        initial: the numbers of those that a behaviour begins in.
    """

    title: str
    states: tuple[tuple[str, ...], ...]
    initial: frozenset[int]
    arrows: tuple[Arrow, ...]


def to_dot(diagram: Diagram) -> str:
    """The diagram for Graphviz."""
    rows = [f"digraph {_quoted(diagram.title)} {{", "  node [shape=box, style=rounded];"]
    for number, lines in enumerate(diagram.states):
        more = ", peripheries=2" if number in diagram.initial else ""
        rows.append(f"  s{number} [label={_quoted(chr(10).join(lines))}{more}];")
    for one in diagram.arrows:
        dashed = ", style=dashed" if one.is_fault else ""
        label = _quoted(chr(10).join(one.labels))
        rows.append(f"  s{one.start} -> s{one.end} [label={label}{dashed}];")
    return "\n".join([*rows, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
