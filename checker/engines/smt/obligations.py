"""What must be shown for lemmas to be an inductive invariant that implies the properties, at one scope.

Each obligation is a query of its own: its *hypotheses* are lemmas, its *goal* must be false of no state (or
step) that satisfies them. A lemma is an obligation where it starts and for each action that may write what it
reads.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from checker.engines.request import Request
from checker.engines.smt.evaluation import State
from checker.engines.smt.logic import FALSE, TRUE, Lit, Logic
from checker.engines.smt.steps import Steps, Transition
from checker.engines.smt.system import Symbolic
from checker.ir import nodes as ir
from checker.ir.antecedents import implications
from checker.ir.children import Footprints


class Kind(enum.Enum):
    """What an obligation is for."""

    BEGINS = "begins"
    """A lemma holds in every initial state."""
    KEPT = "kept"
    """A lemma holds after an action if all lemmas held before it."""
    DEFINED = "defined"
    """An action can be evaluated wherever all lemmas hold."""
    IMPLIED = "implied"
    """An invariant holds wherever all lemmas do; a step invariant, of every step from there."""
    POSSIBLE = "possible"
    """An action is enabled in some state in which all lemmas hold; what a lemma speaks of happens in one."""


@dataclass(frozen=True)
class Obligation:
    """One query.

    Attributes:
        kind: what it is for.
        subject: the lemma or property it is about; of DEFINED, and of POSSIBLE of an action, the action.
        action: the action whose steps are looked at, if any.
        given: what else is known: the state is one, the action is taken.
        refute: what must not be; of POSSIBLE, what must be.
        span: of the subject.
        text: of POSSIBLE of a lemma, the left side of an implication.
    """

    kind: Kind
    subject: str
    action: ir.Action | None
    given: Lit
    refute: Lit
    span: ir.Span
    transition: Transition | None = None
    text: str = ""

    @property
    def name(self) -> str:
        """Such as `safe_at after propose`."""
        match self.kind:
            case Kind.BEGINS:
                return f"{self.subject} at the beginning"
            case Kind.KEPT:
                return f"{self.subject} after {_name(self.action)}"
            case Kind.DEFINED:
                return f"{self.subject} has a value"
            case Kind.IMPLIED:
                return f"{self.subject} follows" + (f" for {_name(self.action)}" if self.action else "")
            case Kind.POSSIBLE:
                return f"{self.subject} is possible" + (f": {self.text}" if self.text else "")


def _name(action: ir.Action | None) -> str:
    assert action is not None, "a step is one of an action"
    return action.name


@dataclass(frozen=True)
class Obligations:
    """All obligations of a model's lemmas.

    Attributes:
        state: the state that they speak of.
        lemmas: the hypotheses, by name.
        all: the obligations, but for those that `skipped` counts: the action changes nothing that the lemma
            looks at, so that it says the same before and after.
        within: the constraints: steps are taken from states in them only.
    """

    state: Symbolic
    lemmas: dict[str, Lit]
    all: tuple[Obligation, ...]
    skipped: int
    within: tuple[str, ...]


class Subject(Protocol):
    """A model that obligations are made of: at a scope, or for every scope."""

    @property
    def request(self) -> Request:
        """What is asked."""
        ...

    @property
    def model(self) -> ir.Model:
        """Its IR."""
        ...

    @property
    def logic(self) -> Logic:
        """Its circuits."""
        ...

    @property
    def steps(self) -> Steps:
        """Its transitions."""
        ...

    def symbolic(self, prefix: str) -> Symbolic:
        """A state of which nothing is known."""
        ...

    def starts(self) -> list[tuple[State, Lit]]:
        """The initial states, each with the condition under which it is one."""
        ...

    def properties(self, kind: ir.PropertyKind) -> tuple[ir.Property, ...]:
        """The properties of a kind that are asked for."""
        ...

    def holds(self, prop: ir.Property, now: State, old: State | None = None) -> Lit:
        """Whether a property has a value and is true."""
        ...


def lemmas_of(system: Subject) -> tuple[ir.Property, ...]:
    """Those that are asked for, else the lemmas of a model; where there are none, its invariants."""
    wanted = system.request.lemmas
    if wanted is not None:
        kinds = (ir.PropertyKind.LEMMA, ir.PropertyKind.INVARIANT)
        return tuple(one for one in system.model.properties if one.kind in kinds and one.name in wanted)
    return system.properties(ir.PropertyKind.LEMMA) or system.properties(ir.PropertyKind.INVARIANT)


def obligations(system: Subject) -> Obligations:
    """The obligations. Raises NotYetSmt."""
    state = system.symbolic("s")
    lemmas = lemmas_of(system)
    constraints = system.properties(ir.PropertyKind.CONSTRAINT)
    within = system.logic.all_of([system.holds(one, state.values) for one in constraints])
    transitions = {
        action.name: system.steps.selected(action, state.values, f"go.{action.name}")
        for action in system.steps.actions
    }
    found: list[Obligation] = []
    skipped = 0
    footprints = Footprints(system.model)
    held = {one.name: system.holds(one, state.values) for one in lemmas}
    for lemma in lemmas:
        found.append(_begins(system, lemma))
        reads = footprints.of_expression(lemma.body).reads
        for transition in transitions.values():
            action = transition.action
            assert isinstance(action, ir.Action), "a step"
            after = held[lemma.name]
            if not reads.isdisjoint(footprints.of_body(action.body).writes):
                after = system.holds(lemma, transition.after)
            if after == held[lemma.name]:
                skipped += 1
                continue
            given = _taken(system, state, within, transition)
            found.append(Obligation(Kind.KEPT, lemma.name, action, given, after ^ 1, lemma.span, transition))
    found += _of_actions(system, state, within, transitions)
    found += _of_properties(system, state, within, transitions, lemmas)
    found += _of_lemmas(system, state, lemmas)
    return Obligations(state, held, tuple(found), skipped, tuple(one.name for one in constraints))


def _begins(system: Subject, lemma: ir.Property) -> Obligation:
    broken = [
        system.logic.both(condition, system.holds(lemma, state) ^ 1) for state, condition in system.starts()
    ]
    return Obligation(Kind.BEGINS, lemma.name, None, TRUE, system.logic.any_of(broken), lemma.span)


def _taken(system: Subject, state: Symbolic, within: Lit, transition: Transition) -> Lit:
    failed = [one.when ^ 1 for one in transition.failures]
    return system.logic.all_of([state.valid, within, transition.choice, transition.enabled, *failed])


def _of_actions(
    system: Subject, state: Symbolic, within: Lit, transitions: dict[str, Transition]
) -> Iterator[Obligation]:
    logic = system.logic
    for name, transition in transitions.items():
        action = transition.action
        assert isinstance(action, ir.Action), "a step"
        failed = logic.any_of([one.when for one in transition.failures])
        if failed != FALSE:
            given = logic.all_of([state.valid, within, transition.choice])
            yield Obligation(Kind.DEFINED, name, action, given, failed, action.span, transition)
        taken = _taken(system, state, within, transition)
        yield Obligation(Kind.POSSIBLE, name, action, taken, TRUE, action.span, transition)


def _of_properties(
    system: Subject,
    state: Symbolic,
    within: Lit,
    transitions: dict[str, Transition],
    lemmas: tuple[ir.Property, ...],
) -> Iterator[Obligation]:
    for prop in system.properties(ir.PropertyKind.INVARIANT):
        if prop not in lemmas:
            broken = system.holds(prop, state.values) ^ 1
            yield Obligation(Kind.IMPLIED, prop.name, None, state.valid, broken, prop.span)
    for prop in system.properties(ir.PropertyKind.STEP_INVARIANT):
        for transition in transitions.values():
            action = transition.action
            assert isinstance(action, ir.Action), "a step"
            broken = system.holds(prop, transition.after, state.values) ^ 1
            given = _taken(system, state, within, transition)
            yield Obligation(Kind.IMPLIED, prop.name, action, given, broken, prop.span, transition)


def _of_lemmas(system: Subject, state: Symbolic, lemmas: tuple[ir.Property, ...]) -> Iterator[Obligation]:
    for lemma in lemmas:
        for one in implications(lemma):
            said = ir.Property(lemma.kind, lemma.name, one.condition, span=one.span)
            held = system.holds(said, state.values)
            yield Obligation(
                Kind.POSSIBLE, lemma.name, None, state.valid, held, one.span, text=f"the left side {one.text}"
            )
