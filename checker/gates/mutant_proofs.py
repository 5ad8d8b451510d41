"""Proofs that a mutant which is accepted does no harm: that they are of this very mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.capture.model import capture_with_classes
from checker.gates.check import Mutate, Prove
from checker.gates.mutation import Settled
from checker.gates.problems import Problem, quote
from checker.gates.run import load_target, refusing
from checker.ir import nodes as ir
from checker.ir.mutation.mutant import Code


def wrong_proofs(mutate: Mutate, fates: Mapping[str, Settled], proves: Iterable[Prove]) -> list[Problem]:
    """Whatever is accepted for a proof of something else. Raises GateError."""
    by_name = {one.check.name: one for one in proves}
    problems: list[Problem] = []
    for number, one in enumerate(mutate.accept):
        if one.proof is None or one.mutant not in fates:
            continue
        check = by_name[one.proof].check
        kind = load_target(check)
        with refusing(check):
            model = capture_with_classes(kind)[0]
        changed = fates[one.mutant].one.mutant.changed
        if changed not in _rules(model):
            target = check.mutant or check.model
            fact = f"the proof {quote(one.proof)} is not of this mutant: {target} has another {changed.name}"
            fix = "prove a model whose rule is the mutant's, as 'lockstep mutate' shows it"
            problems.append(
                Problem(mutate.origin.place("accept", number, "proof"), fact, fix, "accept.proof")
            )
    return problems


def _rules(model: ir.Model) -> tuple[Code, ...]:
    return (*model.actions, *model.initials, *model.procedures, *model.functions)
