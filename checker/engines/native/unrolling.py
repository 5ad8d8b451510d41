"""Which small loops of steps and properties the compiler is asked to write out.

Where a loop over the members of a sort is written out, each round has constants for indices and shifts: what
a step does not touch stays in registers, and each guard has a branch of its own to be predicted. The code
grows by the product of nested loops, and what compiles it takes longer, so lines are rationed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

ROUNDS_MAX = 4
"""The most rounds of a loop that is written out."""

LINES_OF_STEPS = 2_500
"""The most lines that all steps together may grow by."""

LINES_OF_PROPERTIES = 600
"""The most lines that properties of a kind may grow by."""

_LOOP = re.compile(r"( *)for \(uint32_t (\w+) = 0; \2 < (\d+)u; \2\+\+\) \{")


def unrolled(functions: Sequence[str], lines: int) -> list[str]:
    """Functions with a mark before each loop that is to be written out.

    The cheapest functions come first, whole; of one for which what is left does not suffice, inner loops come
    first.

    Args:
        functions: C as the generator indents it: what is in a loop stands further to the right.
        lines: how many they may grow by.
    """
    parts = [_Function.of(text) for text in functions]
    chosen: list[set[int]] = [set() for _ in parts]
    whole = [part.growth(part.loops) for part in parts]
    for index in sorted(range(len(parts)), key=lambda index: (whole[index], index)):
        part = parts[index]
        for loop in sorted(part.loops, key=lambda loop: (-part.depth(loop), loop)):
            more = part.growth(chosen[index] | {loop}) - part.growth(chosen[index])
            if more <= lines:
                chosen[index].add(loop)
                lines -= more
    return [part.text(loops) for part, loops in zip(parts, chosen, strict=True)]


@dataclass(frozen=True, slots=True)
class _Function:
    """A function's lines, and the rounds of each small loop by the number of its first line."""

    lines: tuple[str, ...]
    loops: dict[int, int]

    @classmethod
    def of(cls, text: str) -> _Function:
        lines = tuple(text.split("\n"))
        found = {number: _LOOP.fullmatch(line) for number, line in enumerate(lines)}
        rounds = {number: int(match[3]) for number, match in found.items() if match is not None}
        return cls(lines, {number: count for number, count in rounds.items() if count <= ROUNDS_MAX})

    def depth(self, loop: int) -> int:
        line = self.lines[loop]
        return len(line) - len(line.lstrip())

    def growth(self, chosen: Collection[int]) -> int:
        """How many more lines there are when these loops are written out."""
        grown, open_ = 0, list[tuple[int, int]]()
        for number, line in enumerate(self.lines):
            indent = len(line) - len(line.lstrip())
            while open_ and indent <= open_[-1][0]:
                open_.pop()
            times = 1
            for _, rounds in open_:
                times *= rounds
            grown += times - 1
            if number in chosen:
                open_.append((indent, self.loops[number]))
        return grown

    def text(self, chosen: Collection[int]) -> str:
        return "\n".join(
            f"{line[: self.depth(number)]}LS_ROUNDS({self.loops[number]}) {line.lstrip()}"
            if number in chosen
            else line
            for number, line in enumerate(self.lines)
        )
