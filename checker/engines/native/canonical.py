"""What a model's file has so that the runtime finds canonical forms: see runtime/canonical.h."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checker.engines.native.colouring import Colouring
from checker.engines.native.layout import Layout
from checker.engines.native.operations import Operations
from checker.engines.native.ranks import Ranks
from checker.engines.native.renaming import Members, Renaming
from checker.engines.native.slices import SlicedForm


@dataclass(frozen=True, slots=True)
class CanonicalForm:
    """C, and the constants that it needs."""

    constants: Mapping[str, str] = field(default_factory=dict[str, str])
    functions: tuple[str, ...] = ()


def canonical_form(
    operations: Operations, layout: Layout, ranks: Ranks, sorts: tuple[str, ...]
) -> CanonicalForm:
    """What reduces by the sorts; nothing for none."""
    if not sorts:
        return CanonicalForm()
    members = Members(operations.forms, sorts)
    colouring, renaming = Colouring(operations, members), Renaming(operations, members)
    colour, rename = colouring.state(layout), renaming.state(layout)
    named = colouring.most_named(layout)
    sliced = SlicedForm(operations, layout, ranks, members, renaming)
    forms = sliced.functions()
    firsts = [*(members.first[name] for name in sorts), members.count]
    constants = {
        "SORTS": str(len(sorts)),
        "MEMBERS": str(members.count),
        "SORT_FIRST": f"{{{', '.join(map(str, firsts))}}}",
        "NAMED_MAX": str(named),
        "RELATES": str(int(named > 1)),
    }
    functions = (
        '#include "canonical.h"',
        "",
        *renaming.functions,
        rename,
        "",
        *colouring.functions,
        colour,
        "",
        *forms,
    )
    return CanonicalForm(constants, functions)
