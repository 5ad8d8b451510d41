"""The C of a model's mutants beside the model's: see runtime/variants.h.

What a step of the model calls stays as it is and stays inlined; a changed action is a function of its own,
which is called in place of the model's while its variant is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from checker.ir import nodes as ir


@dataclass(frozen=True, slots=True)
class Change:
    """An action of a variant.

    Attributes:
        variant: its number, at least 1.
        replaces: the number of the action that it stands for.
        action: has a name that no other action has.
    """

    variant: int
    replaces: int
    action: ir.Action


@dataclass(frozen=True, slots=True)
class Beginning:
    """A way to begin of a variant.

    Attributes:
        variant: its number, at least 1.
        replaces: the number of the initial that it stands for.
        initial: has a name that no other one has.
    """

    variant: int
    replaces: int
    initial: ir.Initial


def beginnings_of(
    initials: Sequence[ir.Initial], changes: Iterable[Beginning]
) -> dict[int, tuple[ir.Initial, ...]]:
    """For each variant that begins otherwise, the ways in which it begins."""
    found: dict[int, list[ir.Initial]] = {}
    for one in changes:
        found.setdefault(one.variant, [*initials])[one.replaces] = one.initial
    return {variant: tuple(ways) for variant, ways in found.items()}


GIVEN = "const model_state *state, ls_sink *sink, ls_mode mode"


def changed_steps(changes: Iterable[Change], function: Callable[[ir.Action, int], str]) -> list[str]:
    """The functions of changed actions; each tells its steps as those of the action it stands for."""
    inlined = "static LS_INLINE void action_"
    return [
        function(one.action, one.replaces).replace(inlined, "static LS_APART void action_") for one in changes
    ]


def varied_expansion(actions: Sequence[ir.Action], changes: Sequence[Change]) -> list[str]:
    """The lines of `model_expand`, and the functions before it that choose and compare."""
    of: Mapping[int, list[Change]] = {
        number: [one for one in changes if one.replaces == number] for number in range(len(actions))
    }
    before = ['#include "variants.h"', ""]
    compared, calls = list[str](), list[str]()
    for number, action in enumerate(actions):
        call = f"action_{action.name}(state, sink, mode);"
        if not of[number]:
            calls.append(f"  {call}")
            continue
        before += _choice(number, of[number])
        compared.append(
            f"  ls_compare(state, sink, action_{action.name}, changes_{number}, {len(of[number])});"
        )
        calls.append(f"  if (LS_LIKELY(ls_variant == 0) || !vary_{number}(state, sink, mode)) {call}")
    return [
        *before,
        "static LS_APART void model_compare(const model_state *state, ls_sink *sink) {",
        *compared,
        "  (void)state; (void)sink;",
        "}",
        "",
        f"static LS_INLINE void model_expand({GIVEN}) {{",
        "  if (LS_UNLIKELY(ls_comparing) && mode == LS_SEARCH) model_compare(state, sink);",
        *calls,
        "}",
    ]


def _choice(number: int, changes: Sequence[Change]) -> list[str]:
    """Takes the action of the chosen variant, if it has one of its own."""
    rows = [f"  {{{one.variant}, action_{one.action.name}}}," for one in changes]
    cases = [
        f"    case {one.variant}: action_{one.action.name}(state, sink, mode); return true;"
        for one in changes
    ]
    return [
        f"static const ls_change changes_{number}[] = {{",
        *rows,
        "};",
        "",
        f"static LS_APART bool vary_{number}({GIVEN}) {{",
        "  switch (ls_variant) {",
        *cases,
        "    default: return false;",
        "  }",
        "}",
        "",
    ]
