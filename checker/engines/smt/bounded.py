"""Bounded search: is there a behaviour of at most so many steps that violates something?

One query for the whole length, with steps in which nothing happens: the solver jumps to the end. Then, as far
as the time goes, shorter lengths: from the length that was found downwards, and from the beginning upwards.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from checker.engines.request import Request
from checker.engines.smt.confirmation import Taken, confirmed
from checker.engines.smt.logic import Lit
from checker.engines.smt.reading import form_of
from checker.engines.smt.relation import Relation, check_start, relation
from checker.engines.smt.system import System
from checker.engines.smt.z3_library import Answer, Solver, conjunction, disjunction, version
from checker.ir import nodes as ir
from checker.running.runner import Runner
from checker.verdicts import Violated


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the solver: behaviours of at most `steps`; what it said, after how many seconds."""

    steps: int
    answer: Answer
    seconds: float


@dataclass(frozen=True, slots=True)
class BoundedAnswer:
    """What a bounded search found out.

    Attributes:
        steps: how long behaviours were allowed to be.
        violated: what CPython confirmed; None where nothing was found.
        refuted: no behaviour of at most so many steps violates anything; -1 where nothing is known.
        unknown: why the solver did not answer; None when it did.
        queries: in the order in which they were asked.
        seconds: of all, the building of circuits included.
        width: truths of a state. transitions: unrolled bindings.
        solver: its version. seed: of its choices.
    """

    steps: int
    violated: Violated | None
    refuted: int
    unknown: str | None
    queries: tuple[Query, ...]
    seconds: float
    width: int
    transitions: int
    solver: str
    seed: int


class _Search:
    """The queries about one model in one scope, and behaviours of at most so many steps."""

    def __init__(self, request: Request, steps: int, seconds: float, seed: int) -> None:
        self._began = time.perf_counter()
        self._seconds = seconds
        self._seed = seed
        self.system = System(request, reachable=True, within=steps)
        check_start(self.system)
        self.relation: Relation = relation(self.system)
        self.queries: list[Query] = []
        self.reason = ""
        self._initial: dict[str, bool] = {}

    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._began

    def left(self) -> float:
        """Seconds that may still be used."""
        return self._seconds - self.elapsed()

    def ask(self, steps: int, seconds: float) -> tuple[Answer, list[Taken]]:
        """Whether a behaviour of at most so many steps violates something, and one that does."""
        began = time.perf_counter()
        solver = Solver("QF_FD", self._seed)
        held = self.relation
        solver.add(held.term(held.begins, 0))
        for number in range(steps):
            solver.add(held.term(held.step, number))
        last = held.terms(steps)
        bad = conjunction([last.of(held.before.valid), last.of(held.bad)])
        if steps:
            bad = disjunction([bad, held.term(held.bad_step, steps - 1)])
        solver.add(bad)
        answer = solver.check(seconds)
        self.queries.append(Query(steps, answer, time.perf_counter() - began))
        if answer is Answer.UNKNOWN:
            self.reason = solver.reason()
        return answer, self._taken(solver.truths(), steps) if answer is Answer.SATISFIABLE else []

    def _taken(self, truths: dict[str, bool], steps: int) -> list[Taken]:
        """The steps of a solution, without those in which nothing happens."""
        found: list[Taken] = []
        logic, algebra = self.system.logic, self.system.algebra
        for number in range(steps):
            for index, transition in enumerate(self.relation.transitions):
                if not truths.get(f"go{number}.{index}", False):
                    continue
                values = {
                    f"s.{place}": truths.get(f"s{number}.{place}", False)
                    for place in range(len(self.relation.before.truths))
                }

                def truth(lit: Lit, values: dict[str, bool] = values) -> bool:
                    return logic.evaluate([lit], values)[0]

                action = transition.action
                assert isinstance(action, ir.Action), "initial methods are not taken"
                pairs = zip(action.parameters, transition.arguments, strict=True)
                forms = tuple(form_of(algebra, one.type, value, truth) for one, value in pairs)
                found.append(Taken(action, forms))
        self._initial = {
            name: truths.get(name, False)
            for name in (f"s0.{place}" for place in range(len(self.relation.before.truths)))
        }
        return found

    def confirm(self, steps: list[Taken]) -> Violated:
        """What CPython finds on the way."""
        system, runner = self.system, Runner(self.system.request)
        values = {f"s.{name.partition('.')[2]}": held for name, held in self._initial.items()}

        def truth(lit: Lit) -> bool:
            return system.logic.evaluate([lit], values)[0]

        kinds = [system.kinds[name] for name in runner.names]
        initial = [
            form_of(system.algebra, kind, self.relation.before.values[name], truth)
            for name, kind in zip(runner.names, kinds, strict=True)
        ]
        return confirmed(system.request, system.forms, initial, kinds, steps)


def jump(request: Request, steps: int, seconds: float = 60.0, seed: int = 0) -> BoundedAnswer:
    """As `search`, with the first query alone: what is found is not made shorter."""
    return _answered(request, steps, seconds, seed, shorten=False)


def search(request: Request, steps: int, seconds: float = 60.0, seed: int = 0) -> BoundedAnswer:
    """Looks for a violation within a number of steps.

    Args:
        request: the model and its scope; symmetry and limits do not matter.
        steps: the most steps.
        seconds: for everything; half of it at most for lengths that are shorter than what was found.
        seed: of the solver.

    Raises:
        NotYetSmt, NoSolver, and what `System` raises.
        EnginesDisagree: CPython does not confirm what the solver found.
    """
    return _answered(request, steps, seconds, seed, shorten=True)


def _answered(request: Request, steps: int, seconds: float, seed: int, *, shorten: bool) -> BoundedAnswer:
    held = _Search(request, steps, seconds, seed)
    answer, taken = held.ask(steps, held.left())
    violated: Violated | None = None
    refuted = -1
    unknown = None
    if answer is Answer.SATISFIABLE:
        violated = held.confirm(taken)
        if shorten:
            violated, refuted = _shortened(held, violated)
    elif answer is Answer.UNSATISFIABLE:
        refuted = steps
    else:
        unknown = held.reason or "no answer"
        refuted = _from_below(held, -1, steps) if shorten else -1
    return BoundedAnswer(
        steps,
        violated,
        refuted,
        unknown,
        tuple(held.queries),
        held.elapsed(),
        len(held.relation.before.truths),
        len(held.relation.transitions),
        version(),
        seed,
    )


def _shortened(held: _Search, violated: Violated) -> tuple[Violated, int]:
    """A shorter violation, as far as the time goes, and the length below which there is none."""
    while held.left() > 0:
        length = len(violated.trace.steps)
        if length == 0:
            return violated, -1
        answer, taken = held.ask(length - 1, held.left() / 2)
        if answer is Answer.UNSATISFIABLE:
            return violated, length - 1
        if answer is Answer.UNKNOWN:
            break
        violated = held.confirm(taken)
    return violated, _from_below(held, -1, len(violated.trace.steps) - 1)


def _from_below(held: _Search, refuted: int, most: int) -> int:
    """The largest length up to which the solver refutes every violation in the time that is left."""
    step = 4
    while held.left() > 0 and refuted < most:
        length = min(most, max(refuted, 0) + step)
        answer, _ = held.ask(length, held.left())
        if answer is not Answer.UNSATISFIABLE:
            return refuted
        refuted = length
    return refuted
