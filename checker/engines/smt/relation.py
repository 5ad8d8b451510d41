"""The transition relation of a model in a scope: one step, from a state of variables to another, as circuits.

The bindings of all actions are unrolled; one truth chooses each. Where none is chosen the state stays as it
is, so that one query asks for every behaviour of at most so many steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checker.engines.smt.logic import Lit, Terms
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.steps import Transition
from checker.engines.smt.system import Symbolic, System
from checker.engines.smt.z3_library import Term, boolean, substituted
from checker.ir import nodes as ir


@dataclass(frozen=True)
class Relation:
    """One step.

    Attributes:
        before, after: its two states.
        transitions: the bindings; `chosen` has a truth for each.
        step: what all of it must satisfy.
        begins: whether the state before is initial.
        bad: whether something is wrong with the state before: an invariant, an action that cannot be
            evaluated, a deadlock.
        bad_step: whether a step invariant is false of the step.
        made: the circuits as terms, before they are renamed.
    """

    system: System
    before: Symbolic
    after: Symbolic
    transitions: tuple[Transition, ...]
    chosen: tuple[Lit, ...]
    step: Lit
    begins: Lit
    bad: Lit
    bad_step: Lit
    made: Terms

    def terms(self, number: int) -> StepTerms:
        """Circuits about step number `number`, from state `number` to the next."""
        variables = [*self.before.truths, *self.after.truths, *self.chosen]
        terms = [self.made.of(lit) for lit in variables]
        rename = _renaming(number)
        pairs = [(term, boolean(rename(str(term)))) for term in terms]
        return StepTerms(self.made, pairs)

    def term(self, lit: Lit, number: int) -> Term:
        """One circuit about a step."""
        return self.terms(number).of(lit)


class StepTerms:
    """The circuits of one step as terms: made once for all steps, and renamed by the solver.

    That is far quicker than to make them anew.
    """

    def __init__(self, made: Terms, pairs: list[tuple[Term, Term]]) -> None:
        self._made = made
        self._pairs = pairs

    def of(self, lit: Lit) -> Term:
        """The term of a literal."""
        return substituted(self._made.of(lit), self._pairs)


def _renaming(number: int) -> Callable[[str], str]:
    names = {"s": f"s{number}", "t": f"s{number + 1}", "go": f"go{number}"}

    def rename(name: str) -> str:
        head, _, rest = name.partition(".")
        return f"{names[head]}.{rest}"

    return rename


def relation(system: System) -> Relation:
    """The transition relation. Raises NotYetSmt."""
    logic = system.logic
    before, after = system.symbolic("s"), system.symbolic("t")
    constraints = logic.all_of(
        [
            system.holds(prop, before.values)
            for prop in system.properties(ir.PropertyKind.CONSTRAINT)
            if not prop.of_step
        ]
    )
    transitions = tuple(system.unrolled(before.values))
    chosen = tuple(logic.variable(f"go.{index}") for index in range(len(transitions)))
    rows = [system.truths(one.after) for one in transitions]
    parts = [before.valid, logic.at_most_one(chosen)]
    for go, one in zip(chosen, transitions, strict=True):
        parts += [logic.implies(go, lit) for lit in (one.enabled, constraints)]
        parts += [logic.implies(go, failed.when ^ 1) for failed in one.failures]
    for place, (held, new) in enumerate(zip(before.truths, after.truths, strict=True)):
        changes = [(go, row[place]) for go, row in zip(chosen, rows, strict=True) if row[place] != held]
        # One circuit for all truths that the same bindings change.
        none_does = logic.all_of([go ^ 1 for go, _ in changes])
        stays = logic.both(held, none_does)
        parts.append(logic.same(new, logic.either(logic.choice(changes), stays)))
    return Relation(
        system,
        before,
        after,
        transitions,
        chosen,
        logic.all_of(parts),
        _begins(system, before),
        _bad(system, before, transitions, constraints),
        logic.both(logic.any_of(chosen), _bad_step(system, before, after)),
        Terms(logic),
    )


def _begins(system: System, state: Symbolic) -> Lit:
    """Whether a state is initial: it has the truths of one."""
    logic = system.logic
    found: list[Lit] = []
    for one in system.initial:
        truths = system.truths(one)
        pairs = zip(truths, state.truths, strict=True)
        found.append(logic.all_of([logic.same(lit, variable) for lit, variable in pairs]))
    return logic.any_of(found)


def _bad(system: System, state: Symbolic, transitions: tuple[Transition, ...], within: Lit) -> Lit:
    logic = system.logic
    wrong = [system.holds(one, state.values) ^ 1 for one in system.properties(ir.PropertyKind.INVARIANT)]
    failing = logic.any_of([failed.when for one in transitions for failed in one.failures])
    wrong.append(logic.both(within, failing))
    if system.request.deadlock:
        ends = [system.holds(one, state.values) for one in system.properties(ir.PropertyKind.TERMINAL)]
        enabled = [one.enabled for one in transitions]
        wrong.append(logic.all_of([within, *(lit ^ 1 for lit in (*ends, *enabled))]))
    return logic.any_of(wrong)


def _bad_step(system: System, before: Symbolic, after: Symbolic) -> Lit:
    logic = system.logic
    asked = system.properties(ir.PropertyKind.STEP_INVARIANT)
    return logic.any_of([system.holds(one, after.values, before.values) ^ 1 for one in asked])


def check_start(system: System) -> None:
    """Raises NotYetSmt where an initial state cannot be evaluated: there is nothing to begin from."""
    if system.unstarted is not None:
        raise NotYetSmt("an initial state cannot be evaluated; see lockstep check", system.unstarted)
