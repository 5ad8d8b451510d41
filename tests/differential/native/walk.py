"""Compares generated code with the reference evaluator on the states that a walk reaches: initial states,
every binding
of every action with its outcome, every property; and packing there and back."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from checker.engines.native.layout import budget_name
from checker.engines.native.program import Program, generate
from checker.engines.native.sizes import Sizes
from checker.ir import nodes as ir
from checker.ir.evaluate import EvaluationError, Evaluator, Failed, Reached, budget_variable
from checker.ir.universe import Universe
from tests.differential.native.compiled import SANITIZED, Compiled


@dataclass
class Walked:
    """What was compared, and the first differences in words."""

    states: int = 0
    steps: int = 0
    errors: int = 0
    differences: list[str] = field(default_factory=list[str])


def comparable(value: object) -> object:
    """A value by which equal ones are equal, whatever class of the language or of the tests they have."""
    if isinstance(value, Mapping):
        held = cast(Mapping[object, object], value)
        return ("map", frozenset((comparable(key), comparable(item)) for key, item in held.items()))
    if isinstance(value, frozenset):
        return frozenset(comparable(item) for item in cast(frozenset[object], value))
    if isinstance(value, tuple):
        return tuple(comparable(item) for item in cast(tuple[object, ...], value))
    return value


def compare(
    model: ir.Model,
    universe: Universe,
    sizes: Sizes,
    faults: Mapping[str, int],
    folder: Path,
    *,
    states: int,
    seed: int = 0,
    flags: tuple[str, ...] = SANITIZED,
) -> Walked:
    """Walks until so many states were compared."""
    walk = _Walk(model, universe, sizes, faults, folder, flags)
    walk.run(states, random.Random(seed))
    return walk.found


class _Walk:
    def __init__(
        self,
        model: ir.Model,
        universe: Universe,
        sizes: Sizes,
        faults: Mapping[str, int],
        folder: Path,
        flags: tuple[str, ...],
    ) -> None:
        self.model = model
        self.evaluator = Evaluator(model, universe, faults)
        self.program: Program = generate(model, sizes, faults)
        self.compiled = Compiled(self.program, universe, folder, flags)
        self.found = Walked()
        self.names = {budget_name(fault): budget_variable(fault) for fault in model.faults}
        self.packed: dict[Any, tuple[int, ...]] = {}

    def named(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """A state by the names of C."""
        return {name: state[self.names.get(name, name)] for name, _ in self.program.variables}

    def run(self, states: int, source: random.Random) -> None:
        pending = self._initial()
        seen: set[Any] = set()
        while pending and self.found.states < states and len(self.found.differences) < 5:
            state = pending.pop(source.randrange(len(pending)) if source.random() < 0.5 else len(pending) - 1)
            key = tuple((name, comparable(value)) for name, value in self.named(state).items())
            if key in seen:
                continue
            seen.add(key)
            self.found.states += 1
            pending += self._expand(state)

    def _differ(self, what: str, native: Any, reference: Any) -> None:
        self.found.differences.append(f"{what}\n  native    {native}\n  reference {reference}")

    def _decoded(
        self, events: list[tuple[str, int, tuple[int, ...], Any]], parts: tuple[Any, ...]
    ) -> list[Any]:
        shown: list[Any] = []
        for what, number, ranks, result in events:
            kinds = (
                [self.program.lowering.resolve(one.type) for one in parts[number].parameters] if parts else []
            )
            pairs = zip(kinds, ranks, strict=False)
            arguments = tuple(comparable(self.compiled.ranks.value(kind, rank)) for kind, rank in pairs)
            if what == "step":
                unpacked = self.compiled.unpack(result)
                values = tuple(comparable(value) for value in unpacked.values())
                self._one_form(values, tuple(result))
                result = ("step", values)
            else:
                result = ("error", str(result.kind), result.span)
            shown.append((number, arguments, result))
        return shown

    def _one_form(self, values: Any, words: tuple[int, ...]) -> None:
        """However it was made, a state has one packed form."""
        known = self.packed.setdefault(values, words)
        if known != words:
            self._differ(f"packed forms of {values}", words, known)

    def _outcome(self, number: int, step: Any) -> Any:
        arguments = tuple(comparable(value) for value in step.arguments)
        match step.outcome:
            case Reached(state):
                values = tuple(comparable(value) for value in self.named(state).values())
                return (number, arguments, ("step", values))
            case Failed(kind, span):
                return (number, arguments, ("error", kind.value, span))
            case _:
                return None

    def _initial(self) -> list[Mapping[str, Any]]:
        numbers = {initial.name: number for number, initial in enumerate(self.model.initials)}
        found = self.evaluator.initial_states()
        wanted = [self._outcome(numbers.get(name, 0), step) for name, step in found]
        wanted = [one for one in wanted if one is not None]
        got = self._decoded(self.compiled.events(None), self.model.initials)
        failed = next((i for i, one in enumerate(wanted) if one[2][0] == "error"), None)
        if failed is not None:
            wanted = wanted[: failed + 1]
        if got != wanted:
            self._differ("initial", got[:3], wanted[:3])
        return [step.outcome.state for _, step in found if isinstance(step.outcome, Reached)]

    def _expand(self, state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        words = self.compiled.pack(self.named(state))
        unpacked = self.compiled.unpack(words)
        for name, value in self.named(state).items():
            if comparable(unpacked[name]) != comparable(value):
                self._differ(f"packing {name}", unpacked[name], value)
        wanted: list[Any] = []
        reached: list[Mapping[str, Any]] = []
        for number, action in enumerate(self.model.actions):
            steps = self.evaluator.steps(action, state)
            drawn = [step for step in steps if len(step.arguments) < len(action.parameters)]
            if drawn:
                # What arguments are drawn from cannot be evaluated: no binding is tried.
                assert isinstance(drawn[0].outcome, Failed)
                wanted.append((number, (), ("error", drawn[0].outcome.kind.value, drawn[0].outcome.span)))
                continue
            outcomes = [one for step in steps if (one := self._outcome(number, step)) is not None]
            self.found.errors += sum(1 for one in outcomes if one[2][0] == "error")
            wanted += outcomes
            reached += [step.outcome.state for step in steps if isinstance(step.outcome, Reached)]
        events = self.compiled.events(words)
        got = self._decoded(events, self.model.actions)
        self.found.steps += len(got)
        if got != wanted:
            pair = next(
                ((a, b) for a, b in zip(got, wanted, strict=False) if a != b), (len(got), len(wanted))
            )
            self._differ(f"steps of {dict(self.named(state))}", *pair)
        self._properties(state, words, reached, [event for event in events if event[0] == "step"])
        return reached

    def _properties(
        self, state: Mapping[str, Any], words: Any, reached: list[Any], events: list[Any]
    ) -> None:
        program = self.program
        of_state = (
            (0, program.invariants),
            (2, program.constraints),
            (3, program.covers),
            (5, program.terminals),
        )
        for kind, group in of_state:
            for number, prop in enumerate(group):
                self._property(kind, number, prop, state, state, words, words)
        if len(reached) != len(events):
            return
        for successor, event in zip(reached, events, strict=True):
            for kind, group in ((1, program.step_invariants), (4, program.step_covers)):
                for number, prop in enumerate(group):
                    self._property(kind, number, prop, state, successor, words, event[3])

    def _property(
        self, kind: int, number: int, prop: ir.Property, old: Any, now: Any, old_words: Any, now_words: Any
    ) -> None:
        try:
            wanted: Any = self.evaluator.holds(prop, now, old)
        except EvaluationError as error:
            wanted = (error.kind.value, error.span)
        got = self.compiled.holds(kind, number, old_words, now_words)
        if not isinstance(got, bool):
            got = (str(got.kind), got.span)
        if got != wanted:
            self._differ(f"{prop.name} in {dict(self.named(now))}", got, wanted)
