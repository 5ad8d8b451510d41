"""Finite induction: every obligation of the lemmas, at one scope, for executions of any length.

The answer to an obligation is exact. What it needs of the lemmas, its *core*, is kept: it tells what the
proof rests on, and chooses the hypotheses of a proof for every scope. What breaks one is a *CTI*, a
counterexample to induction: a state in which all lemmas hold, and one step from it after which one does not.
CPython takes the step.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

from checker.engines.request import Request
from checker.engines.smt.counterexample import Counterexample, counterexample
from checker.engines.smt.logic import FALSE, TRUE, Terms
from checker.engines.smt.obligations import Kind, Obligation, Obligations, obligations
from checker.engines.smt.relation import check_start
from checker.engines.smt.system import System
from checker.engines.smt.z3_library import Answer, Solver, Term, boolean, implication, version


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one obligation.

    Attributes:
        obligation: the query.
        holds: it is met; None where the solver gave no answer in time.
        core: the lemmas that it needed; of one that is met and is not POSSIBLE.
        seconds: of the query.
        found: the CTI, or for a property that is not implied, the state (or step) that shows it.
    """

    obligation: Obligation
    holds: bool | None
    core: tuple[str, ...]
    seconds: float
    found: Counterexample | None = None
    reason: str = ""


@dataclass(frozen=True)
class Induction:
    """What an induction found out.

    Attributes:
        system: the model at the scope.
        asked: the obligations.
        settled: what became of each, in order.
        seconds: of all, the building of circuits included.
        reachable: states were taken from the value sets, because not all values could be told apart.
    """

    system: System
    asked: Obligations
    settled: tuple[Settled, ...]
    seconds: float
    reachable: bool
    solver: str
    seed: int

    def of(self, kind: Kind) -> tuple[Settled, ...]:
        """The obligations of a kind."""
        return tuple(one for one in self.settled if one.obligation.kind is kind)

    @property
    def broken(self) -> tuple[Settled, ...]:
        """The obligations that are not met."""
        return tuple(one for one in self.settled if one.holds is False)

    @property
    def refused(self) -> tuple[Settled, ...]:
        """What is broken, but for what merely never happens."""
        return tuple(one for one in self.broken if one.obligation.kind is not Kind.POSSIBLE)

    @property
    def vacuous(self) -> tuple[Settled, ...]:
        """What never happens in any state in which all lemmas hold."""
        return tuple(one for one in self.broken if one.obligation.kind is Kind.POSSIBLE)

    @property
    def open(self) -> tuple[Settled, ...]:
        """The obligations without an answer."""
        return tuple(one for one in self.settled if one.holds is None)


WIDTH_MAX = 1_200
"""The most truths of a state of all values; a wider one is taken from the value sets."""


def induct(request: Request, *, query_seconds: float = 20.0, seed: int = 0) -> Induction:
    """Settles every obligation.

    Args:
        request: the model and its scope.
        query_seconds: for each query.
        seed: of the solver.

    Raises:
        NotYetSmt, NoSolver, and what `System` raises.
        EnginesDisagree: CPython does not confirm a CTI.
    """
    began = time.perf_counter()
    system, reachable = system_of(request)
    check_start(system)
    asked = obligations(system)
    terms = Terms(system.logic)
    settled = tuple(settle(system, asked, terms, one, query_seconds, seed) for one in asked.all)
    return Induction(system, asked, settled, time.perf_counter() - began, reachable, version(), seed)


def system_of(request: Request) -> tuple[System, bool]:
    """The model with states of all values, or, where these are too many, of the value sets."""
    from checker.engines.smt.refused import NotYetSmt

    try:
        system = System(request)
        if sum(shape.width for shape in system.shapes.values()) <= WIDTH_MAX:
            return system, False
    except NotYetSmt:
        pass
    return System(request, reachable=True), True


def settle(
    system: System,
    asked: Obligations,
    terms: Terms,
    one: Obligation,
    seconds: float,
    seed: int,
    *,
    hypotheses: Collection[str] | None = None,
    shown: bool = True,
) -> Settled:
    """Settles one obligation.

    Args:
        system: the model at the scope.
        asked: its obligations.
        terms: of its circuits.
        one: the obligation.
        seconds: for the query.
        seed: of the solver.
        hypotheses: the lemmas to begin from; None for those that the model says.
        shown: a CTI is read and run by CPython.

    Raises:
        EnginesDisagree: CPython does not confirm a CTI.
    """
    began = time.perf_counter()
    if one.kind is Kind.BEGINS:
        return _begun(asked, one)
    if FALSE in (one.given, one.refute):
        return Settled(one, one.kind is not Kind.POSSIBLE, (), 0.0)
    lemmas = _hypotheses(system, asked, one) if hypotheses is None else hypotheses
    solver = Solver("QF_FD", seed)
    solver.add(terms.of(one.given))
    if one.refute != TRUE:
        solver.add(terms.of(one.refute))
    named: dict[int, str] = {}
    assumed: list[Term] = []
    for name in lemmas:
        flag = boolean(f"given.{name}")
        named[flag.get_id()] = name
        assumed.append(flag)
        solver.add(implication(flag, terms.of(asked.lemmas[name])))
    answer = solver.check(seconds, assumed)
    if answer is Answer.UNKNOWN:
        return Settled(one, None, (), time.perf_counter() - began, None, solver.reason())
    if one.kind is Kind.POSSIBLE:
        return Settled(one, answer is Answer.SATISFIABLE, (), time.perf_counter() - began)
    if answer is Answer.UNSATISFIABLE:
        core = _smaller(solver, [flag for flag in assumed if flag.get_id() in solver.core()])
        used = tuple(named[flag.get_id()] for flag in core)
        return Settled(one, True, used, time.perf_counter() - began)
    if not shown:
        return Settled(one, False, (), time.perf_counter() - began)
    truths = _sparsest(system, asked, terms, solver, assumed)
    found = counterexample(system, asked.state, one, truths)
    return Settled(one, False, (), time.perf_counter() - began, found)


SPARSE_SECONDS = 1.0
"""How long it is tried to make a CTI smaller."""


def _sparsest(
    system: System, asked: Obligations, terms: Terms, solver: Solver, assumed: list[Term]
) -> dict[str, bool]:
    """A solution like the last one with fewer truths of its state: what is not needed is not in its sets."""
    began, truths = time.perf_counter(), solver.truths()
    state = asked.state.truths

    def held() -> list[bool]:
        return system.logic.evaluate(state, truths)

    false = [terms.of(lit ^ 1) for lit, is_true in zip(state, held(), strict=True) if not is_true]
    for lit in [lit for lit, is_true in zip(state, held(), strict=True) if is_true]:
        if time.perf_counter() - began > SPARSE_SECONDS:
            break
        if not system.logic.evaluate([lit], truths)[0]:
            continue
        fewer = [*assumed, *false, terms.of(lit ^ 1)]
        if solver.check(SPARSE_SECONDS, fewer) is Answer.SATISFIABLE:
            truths = solver.truths()
            false = [terms.of(one ^ 1) for one, is_true in zip(state, held(), strict=True) if not is_true]
    return truths


CORE_SECONDS = 2.0
"""How long it is tried to do without each lemma of a core."""


def _smaller(solver: Solver, core: list[Term]) -> list[Term]:
    """A core none of which can be left out, as far as the time goes."""
    began, kept = time.perf_counter(), list(core)
    for flag in core:
        if time.perf_counter() - began > CORE_SECONDS:
            break
        fewer = [one for one in kept if one is not flag]
        if solver.check(CORE_SECONDS / 2, fewer) is Answer.UNSATISFIABLE:
            needed = solver.core()
            kept = [one for one in fewer if one.get_id() in needed]
    return kept


def _hypotheses(system: System, asked: Obligations, one: Obligation) -> tuple[str, ...]:
    """All lemmas, or those that the author names; a lemma is always a hypothesis of its own step."""
    lemma = next((prop for prop in system.model.properties if prop.name == one.subject), None)
    if one.kind is not Kind.KEPT or lemma is None or lemma.uses is None:
        return tuple(asked.lemmas)
    return tuple(name for name in asked.lemmas if name in lemma.uses or name == lemma.name)


def _begun(asked: Obligations, one: Obligation) -> Settled:
    """An initial state is known, so that nothing need be asked."""
    assert one.refute in (TRUE, FALSE), "initial states have no variables"
    return Settled(one, one.refute == FALSE, (), 0.0)
