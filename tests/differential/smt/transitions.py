"""Compares the SMT engine's transitions with the steps that CPython takes.

Transitions are built once, on a state of which nothing is known, with their bindings unrolled and with their
arguments as variables. For each state of a walk the truths of the state are put in: what is enabled then, and
where it leads, is exactly what CPython says; what cannot be evaluated is the same too, and what properties
say. Every state met is a valid one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.engines.request import Request
from checker.engines.smt.logic import TRUE, Lit
from checker.engines.smt.steps import Transition
from checker.engines.smt.system import System
from checker.language.declaration import Method
from checker.language.rules import Kind
from checker.running.runner import Runner, State, takes_old

Truths = tuple[bool, ...]

SELECTED_MAX = 600
"""The most bindings of an action whose variables are tried one after the other."""


@dataclass
class Compared:
    """What was compared, and the first differences in words."""

    states: int = 0
    steps: int = 0
    failures: int = 0
    differences: list[str] = field(default_factory=list[str])

    def note(self, what: str, mine: object, theirs: object) -> None:
        """Notes a difference."""
        if mine != theirs and len(self.differences) < 5:
            self.differences.append(f"{what}\n  CPython: {mine}\n  circuits: {theirs}")


class Pair:
    """A model as CPython runs it, and as circuits."""

    def __init__(self, request: Request, *, reachable: bool) -> None:
        self.runner = Runner(request)
        self.system = System(request, reachable=reachable)
        self.state = self.system.symbolic("s")
        self.names = [str(self.system.logic.node(lit)) for lit in self.state.truths]
        self.unrolled = self.system.unrolled(self.state.values)
        steps = self.system.steps
        self.properties = {
            prop.name: self.system.holds(prop, self.state.values)
            for prop in self.system.model.properties
            if not prop.of_step and prop.kind.value in ("invariant", "cover", "terminal", "constraint")
        }
        self.selected = [steps.selected(one, self.state.values, one.name) for one in steps.actions]

    def constant(self, state: State) -> tuple[Lit, ...]:
        """The truths of a state that CPython has reached."""
        named = dict(zip(self.runner.names, state, strict=True))
        return self.system.truths(self.system.constant(named))

    def python_steps(self, state: State) -> tuple[set[tuple[str, State]], set[str]]:
        """Where each action leads, and which cannot be evaluated for some binding."""
        reached: set[tuple[str, State]] = set()
        failed: set[str] = set()
        for action in self.runner.actions:
            self.runner.load(state)
            try:
                bindings = self.runner.bindings(action)
            except Exception:
                failed.add(action.name)
                continue
            for arguments in bindings:
                try:
                    new = self.runner.step(state, action, arguments)
                except Exception:
                    failed.add(action.name)
                    continue
                if new is not None:
                    reached.add((action.name, new))
        return reached, failed

    def circuit_steps(self, values: dict[str, bool]) -> tuple[set[tuple[str, Truths]], set[str]]:
        """The same, of the unrolled transitions."""
        return self._outcomes([(one, values) for one in self.unrolled])

    def selected_steps(self, values: dict[str, bool]) -> tuple[set[tuple[str, Truths]], set[str]]:
        """The same, of the transitions whose arguments are variables: each choice of them is tried."""
        rows: list[tuple[Transition, dict[str, bool]]] = []
        for transition in self.selected:
            for chosen in self._choices(transition):
                rows.append((transition, {**values, **chosen}))
        return self._outcomes(rows)

    def _choices(self, transition: Transition) -> Iterator[dict[str, bool]]:
        names = self.system.logic.variables_of(
            [transition.choice, transition.enabled, *(one.when for one in transition.failures)]
        ) - set(self.names)
        groups: dict[str, list[str]] = {}
        for name in sorted(names):
            groups.setdefault(name.rpartition(".")[0], []).append(name)
        total = 1
        for group in groups.values():
            total *= len(group)
        assert total <= SELECTED_MAX, transition.action.name
        for row in itertools.product(*groups.values()):
            yield dict.fromkeys(row, True)

    def _outcomes(
        self, rows: list[tuple[Transition, dict[str, bool]]]
    ) -> tuple[set[tuple[str, Truths]], set[str]]:
        reached: set[tuple[str, Truths]] = set()
        failed: set[str] = set()
        evaluate = self.system.logic.evaluate
        for transition, values in rows:
            any_failed = self.system.logic.any_of([one.when for one in transition.failures])
            choice, enabled, fails = evaluate((transition.choice, transition.enabled, any_failed), values)
            if not choice:
                continue
            if fails:
                failed.add(transition.action.name)
            elif enabled:
                after = evaluate(self.system.truths(transition.after), values)
                reached.add((transition.action.name, tuple(after)))
        return reached, failed


def compare(
    request: Request, states_max: int, *, reachable: bool = False, selected: bool = False
) -> Compared:
    """Walks a model breadth-first and compares both at each state."""
    pair = Pair(request, reachable=reachable)
    done = Compared()
    with pair.runner.running():
        try:
            waiting = list(dict.fromkeys(state for _, _, state in pair.runner.initial_states()))
        except Exception:
            return done
        seen = set(waiting)
        while waiting and done.states < states_max and not done.differences:
            state = waiting.pop(0)
            done.states += 1
            for new in _compare_state(pair, state, done, selected=selected):
                if new not in seen:
                    seen.add(new)
                    waiting.append(new)
    return done


def _compare_state(pair: Pair, state: State, done: Compared, *, selected: bool) -> list[State]:
    system = pair.system
    truths = pair.constant(state)
    values = {name: lit == TRUE for name, lit in zip(pair.names, truths, strict=True)}
    named = dict(zip(pair.runner.names, state, strict=True))
    done.note(f"{named} is a state", True, system.logic.evaluate([pair.state.valid], values)[0])
    reached, failed = pair.python_steps(state)
    mine = {(name, tuple(bool(lit) for lit in pair.constant(new))) for name, new in reached}
    done.note(f"steps in {named}", (mine, failed), pair.circuit_steps(values))
    if selected:
        done.note(f"selected steps in {named}", (mine, failed), pair.selected_steps(values))
    done.steps += len(mine)
    done.failures += len(failed)
    for kind in (Kind.INVARIANT, Kind.COVER, Kind.TERMINAL, Kind.CONSTRAINT):
        for method in pair.runner.declaration.of_kind(kind):
            if not takes_old(method):
                done.note(
                    f"{method.name} in {named}", _holds(pair, method, state), _truth(pair, method, values)
                )
    return [new for _, new in reached]


def _holds(pair: Pair, method: Method, state: State) -> bool:
    pair.runner.load(state)
    try:
        return pair.runner.holds(method)
    except Exception:
        return False


def _truth(pair: Pair, method: Method, values: dict[str, bool]) -> bool:
    return pair.system.logic.evaluate([pair.properties[method.name]], values)[0]
