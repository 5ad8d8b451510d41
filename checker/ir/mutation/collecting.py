"""All mutants of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.children import Footprints
from checker.ir.mutation.behaviour import Behaviour
from checker.ir.mutation.conditions import dropped_conditions, message_records, moved_comparisons
from checker.ir.mutation.effects import durable_variables, skipped_writes, stale_reads, swapped_writes
from checker.ir.mutation.mutant import Code, Mutant, Operator
from checker.ir.mutation.quorums import smaller_quorums
from checker.ir.mutation.variants import Callers, Variant, applied, variant_of
from checker.ir.verifier import BrokenIR, verify

SUFFIX = "__mutant_"
"""Stands between the name of a helper and the number of the mutant that has a mistake in it."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A mutant of a model.

    Attributes:
        number: the first is 1.
        variant: what it adds to the model.
        model: the model with it.
    """

    number: int
    mutant: Mutant
    variant: Variant
    model: ir.Model


@dataclass(frozen=True, slots=True)
class Mutants:
    """The mutants of a model.

    Attributes:
        unmade: mistakes that the language does not let anybody make: a name without a value, say.
        ghostly: mistakes in what ghosts remember; no step depends on them, so they are none of the protocol.
        elsewhere: how many more there are in files that are not meant.
    """

    made: tuple[Numbered, ...]
    unmade: tuple[Mutant, ...]
    ghostly: tuple[Mutant, ...]
    elsewhere: Mapping[str, int]


def mutants_of(
    model: ir.Model,
    operators: frozenset[Operator] = frozenset(Operator),
    is_meant: Callable[[str], bool] = lambda _file: True,
) -> Mutants:
    """Every mistake of the operators, in the order of the model's declarations and their source.

    Args:
        is_meant: whether mistakes are made in a file; what is written in others is counted.
    """
    callers = Callers(model)
    footprints = Footprints(model)
    behaviour = Behaviour(model)
    made: list[Numbered] = []
    unmade: list[Mutant] = []
    ghostly: list[Mutant] = []
    elsewhere = Counter[str]()
    for code in callers.reached():
        found = [one for one in _of(code, model, footprints) if one.operator in operators]
        known: list[Code] = []
        for mutant in sorted(found, key=lambda one: one.span):
            if mutant.changed == code or mutant.changed in known:
                continue
            known.append(mutant.changed)
            counts = behaviour.is_changed(mutant)
            if not is_meant(mutant.file):
                elsewhere[mutant.file] += counts
                continue
            if not counts:
                ghostly.append(mutant)
                continue
            number = len(made) + 1
            variant = variant_of(mutant, callers, f"{SUFFIX}{number}")
            whole = applied(model, variant)
            try:
                verify(whole)
            except BrokenIR:
                unmade.append(mutant)
                continue
            made.append(Numbered(number, mutant, variant, whole))
    return Mutants(tuple(made), tuple(unmade), tuple(ghostly), elsewhere)


def _of(code: Code, model: ir.Model, footprints: Footprints) -> Iterator[Mutant]:
    yield from dropped_conditions(code, message_records(model.variables))
    yield from moved_comparisons(code)
    yield from smaller_quorums(code)
    yield from skipped_writes(code, footprints, durable_variables(model, footprints))
    yield from swapped_writes(code, footprints)
    yield from stale_reads(code, footprints)
