"""Proofs that a mutant which is accepted does no harm: that they are of this very mistake, and no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.capture.model import capture_with_classes
from checker.gates.check import Check, Mutate, Prove
from checker.gates.mutation import Settled
from checker.gates.problems import Problem, quote
from checker.gates.run import load_target, refusing
from checker.ir import nodes as ir
from checker.ir.mutation.mutant import Code


def wrong_proofs(
    mutate: Mutate, check: Check, fates: Mapping[str, Settled], proves: Iterable[Prove]
) -> list[Problem]:
    """Whatever is accepted for a proof of something else. Raises GateError.

    Args:
        check: one of the model whose mutants these are.
    """
    by_name = {one.check.name: one.check for one in proves}
    named = [(number, one, by_name[one.proof]) for number, one in enumerate(mutate.accept) if one.proof]
    if not named:
        return []
    model = _captured(check)
    problems: list[Problem] = []
    for number, one, proof in named:
        if one.mutant not in fates:
            continue
        other = _difference(model, fates[one.mutant].one.mutant.changed, _captured(proof), proof)
        if other is not None:
            target = proof.mutant or proof.model
            fact = f"the proof {quote(proof.name)} is not of this mutant: {target} has another {other}"
            fix = "prove a model whose rule is the mutant's, as 'lockstep mutate' shows it, all else as it is"
            place = mutate.origin.place("accept", number, "proof")
            problems.append(Problem(place, fact, fix, "accept.proof"))
    return problems


def _difference(model: ir.Model, changed: Code, proved: ir.Model, proof: Check) -> str | None:
    """The first rule or property of the mutant that is not just so in what is proved."""
    there = (*_rules(proved), *_claims(proved, proof.only))
    wanted = (*_rules(model), *_claims(model, None))
    for one in wanted:
        mine = changed if isinstance(one, type(changed)) and one.name == changed.name else one
        if mine not in there:
            return mine.name
    return None


def _captured(check: Check) -> ir.Model:
    kind = load_target(check)
    with refusing(check):
        return capture_with_classes(kind)[0]


def _rules(model: ir.Model) -> tuple[Code, ...]:
    return (*model.actions, *model.initials, *model.procedures, *model.functions)


def _claims(model: ir.Model, only: frozenset[str] | None) -> tuple[ir.Property, ...]:
    kinds = (ir.PropertyKind.INVARIANT, ir.PropertyKind.STEP_INVARIANT)
    return tuple(
        [one for one in model.properties if one.kind in kinds and (only is None or one.name in only)]
    )
