"""Induction over several steps: what held in `k` states in a row, no two alike, holds in the next.

Then, with what is asked of the first `k` states, it holds in all. For counters, modes and timers this
spares lemmas: a state that nothing leads to in `k` steps breaks no proof. Where messages pile up it helps
little, for almost any state has a past.

Source: Sheeran, Singh and Stålmarck, Checking Safety Properties Using Induction and a SAT-Solver (2000).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from checker.engines.request import Request
from checker.engines.smt.counterexample import loaded, plain_state
from checker.engines.smt.logic import Lit
from checker.engines.smt.obligations import lemmas_of
from checker.engines.smt.reading import Truth, form_of
from checker.engines.smt.relation import Relation, check_start, relation
from checker.engines.smt.system import System
from checker.engines.smt.z3_library import Answer, Solver, Term, conjunction, disjunction, negation, version
from checker.ir import nodes as ir
from checker.language.source import shown_path
from checker.running.plain_form import to_plain
from checker.running.replay import EnginesDisagree
from checker.running.runner import Runner
from checker.running.violation import line_of_def, make_trace
from checker.traces.trace import Attempt, Step, Trace


@dataclass(frozen=True, slots=True)
class Broken:
    """What shows that a property does not follow.

    Attributes:
        names: the lemmas and properties that are false at the end; empty where an action has no value there.
        action: of the last step.
        trace: the way there, as CPython takes it; it begins in any state, or in an initial one.
        is_reached: it begins in an initial state: the property is violated.
    """

    names: tuple[str, ...]
    action: str | None
    trace: Trace
    is_reached: bool


@dataclass(frozen=True, slots=True)
class KInduction:
    """What an induction over `steps` steps found out.

    Attributes:
        holds: None where the solver gave no answer in time.
        properties: what is proved, lemmas first.
        seconds: of the base, of the step, and of all.
        reason: why there is no answer.
    """

    steps: int
    holds: bool | None
    broken: Broken | None
    properties: tuple[str, ...]
    within: tuple[str, ...]
    seconds: tuple[float, float, float]
    reason: str
    solver: str
    seed: int


def k_induct(request: Request, steps: int, *, query_seconds: float = 20.0, seed: int = 0) -> KInduction:
    """Proves lemmas and properties by induction over several steps.

    Args:
        request: the model and its scope.
        steps: how many; 1 is the usual induction, without its cores.
        query_seconds: for the base, and for the step.
        seed: of the solver.

    Raises:
        NotYetSmt, NoSolver, and what `System` raises.
        EnginesDisagree: CPython does not confirm what the solver found.
    """
    assert steps >= 1, "an induction has a step"
    began = time.perf_counter()
    work = _Work(replace(request, deadlock=False), steps, seed)
    start = time.perf_counter()
    base, broken, reason = work.base(query_seconds)
    middle = time.perf_counter()
    holds = base
    if base:
        holds, broken, reason = work.step(query_seconds)
    end = time.perf_counter()
    return KInduction(
        steps,
        holds,
        broken,
        tuple(work.goods),
        tuple(one.name for one in work.system.properties(ir.PropertyKind.CONSTRAINT)),
        (middle - start, end - middle, end - began),
        reason,
        version(),
        seed,
    )


class _Work:
    """The relation, and what is asked of it."""

    def __init__(self, request: Request, steps: int, seed: int) -> None:
        self.steps, self.seed = steps, seed
        self.system = System(request, reachable=True)
        check_start(self.system)
        self.relation: Relation = relation(self.system)
        state = self.relation.before.values
        properties = dict.fromkeys(
            [*lemmas_of(self.system), *self.system.properties(ir.PropertyKind.INVARIANT)]
        )
        self.goods: dict[str, Lit] = {one.name: self.system.holds(one, state) for one in properties}
        logic = self.system.logic
        wrong = [lit ^ 1 for lit in self.goods.values()]
        self.bad = logic.any_of([self.relation.bad, *wrong])
        for one in self.system.properties(ir.PropertyKind.STEP_INVARIANT):
            after = self.relation.after.values
            self.goods[one.name] = self.system.holds(one, after, state)

    def base(self, seconds: float) -> tuple[bool | None, Broken | None, str]:
        """Whether nothing is wrong with the first states."""
        solver, held = Solver("QF_FD", self.seed), self.relation
        solver.add(held.term(held.begins, 0))
        for number in range(self.steps - 1):
            solver.add(held.term(held.step, number))
        return self._said(solver, self.steps - 1, seconds, is_reached=True)

    def step(self, seconds: float) -> tuple[bool | None, Broken | None, str]:
        """Whether what held in so many states holds in the next."""
        solver, held = Solver("QF_FD", self.seed), self.relation
        taken = self.system.logic.any_of(held.chosen)
        for number in range(self.steps):
            terms = held.terms(number)
            solver.add(terms.of(held.step))
            solver.add(terms.of(taken))
            solver.add(negation(terms.of(self.bad)))
            if number + 1 < self.steps:
                solver.add(negation(terms.of(held.bad_step)))
            for other in range(number):
                solver.add(self._apart(number, other))
        return self._said(solver, self.steps, seconds, is_reached=False)

    def _apart(self, number: int, other: int) -> Term:
        """Two states of the way differ."""
        here, there = self.relation.terms(number), self.relation.terms(other)
        pairs = [(here.of(lit), there.of(lit)) for lit in self.relation.before.truths]
        differ = [conjunction([a, negation(b)]) for a, b in pairs]
        return disjunction([*differ, *(conjunction([negation(a), b]) for a, b in pairs)])

    def _said(
        self, solver: Solver, last: int, seconds: float, *, is_reached: bool
    ) -> tuple[bool | None, Broken | None, str]:
        held, terms = self.relation, self.relation.terms(last)
        wrong = conjunction([terms.of(held.before.valid), terms.of(self.bad)])
        if last:
            wrong = disjunction([wrong, held.term(held.bad_step, last - 1)])
        solver.add(wrong)
        match solver.check(seconds):
            case Answer.UNSATISFIABLE:
                return True, None, ""
            case Answer.UNKNOWN:
                return None, None, solver.reason()
            case Answer.SATISFIABLE:
                return False, self._broken(solver.truths(), last, is_reached=is_reached), ""

    # -------------------------------------------------------------- back to Python

    def _truths(self, truths: dict[str, bool], number: int) -> dict[str, bool]:
        """The variables of one step, by the names that the relation has for them."""
        names = {f"s{number}.": "s.", f"s{number + 1}.": "t.", f"go{number}.": "go."}
        found: dict[str, bool] = {}
        for name, value in truths.items():
            head, dot, rest = name.partition(".")
            if f"{head}{dot}" in names:
                found[f"{names[head + dot]}{rest}"] = value
        return found

    def _broken(self, truths: dict[str, bool], last: int, *, is_reached: bool) -> Broken:
        runner = Runner(replace(self.system.request, only=None))
        system = self.system

        def forms(number: int, lit: Lit) -> bool:
            values = self._truths(truths, number)
            wanted = {name: values.get(name, False) for name in self._variables}
            return system.logic.evaluate([lit], wanted)[0]

        first = {
            name: form_of(system.algebra, kind, self.relation.before.values[name], partial(forms, 0))
            for name, kind in system.kinds.items()
        }
        with runner.running():
            state = loaded(system, runner, first)
            steps = [Step("initial" if is_reached else "any", (), plain_state(runner, state))]
            action: str | None = None
            for number in range(last):
                chosen = [index for index, lit in enumerate(self.relation.chosen) if forms(number, lit)]
                for index in chosen:
                    transition = self.relation.transitions[index]
                    made, state = self._taken(runner, state, index, partial(forms, number))
                    steps.append(made)
                    action = transition.action.name if isinstance(transition.action, ir.Action) else None
            held = dict(zip(runner.names, state, strict=True))
            names = tuple(self._false(truths, last))
        attempt = None if names else Attempt("an action", ())
        assert held, "a state has variables"
        return Broken(
            names, action, make_trace(runner, steps, names[0] if names else None, attempt), is_reached
        )

    @property
    def _variables(self) -> list[str]:
        sizes = range(len(self.relation.before.truths))
        names = [f"{head}.{place}" for head in "st" for place in sizes]
        return [*names, *(f"go.{index}" for index in range(len(self.relation.chosen)))]

    def _false(self, truths: dict[str, bool], last: int) -> list[str]:
        """The properties that are false of the last state, or of the last step."""
        found: list[str] = []
        of_steps = {one.name for one in self.system.properties(ir.PropertyKind.STEP_INVARIANT)}
        for name, lit in self.goods.items():
            if name in of_steps and not last:
                continue
            values = self._truths(truths, last - 1 if name in of_steps else last)
            wanted = {one: values.get(one, False) for one in self._variables}
            if not self.system.logic.evaluate([lit], wanted)[0]:
                found.append(name)
        return found

    def _taken(self, runner: Runner, state: Any, index: int, truth: Truth) -> tuple[Step, Any]:
        """One step, by CPython."""
        system, transition = self.system, self.relation.transitions[index]
        action = transition.action
        assert isinstance(action, ir.Action), "initial methods are not taken"
        planned = next(one for one in runner.actions if one.name == action.name)
        pairs = zip(action.parameters, transition.arguments, strict=True)
        wanted = tuple(form_of(system.algebra, one.type, value, truth) for one, value in pairs)
        kinds = [one.type for one in action.parameters]
        runner.load(state)
        for arguments in runner.bindings(planned):
            if (
                tuple(system.forms.form(kind, one) for kind, one in zip(kinds, arguments, strict=True))
                == wanted
            ):
                new = runner.step(state, planned, arguments)
                if new is None:
                    break
                method = runner.all_actions[planned.number]
                shown = tuple(
                    (one.name, to_plain(value))
                    for one, value in zip(action.parameters, arguments, strict=True)
                )
                place = shown_path(method.function.__code__.co_filename), line_of_def(method)
                kind = "action" if method.budget is None else f"fault:{method.budget}"
                return Step(planned.name, shown, plain_state(runner, new), *place, kind), new
        raise EnginesDisagree(f"{action.name} cannot be taken as the solver says")
