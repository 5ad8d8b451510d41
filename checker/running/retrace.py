"""A trace, taken again on its model: what holds in each state and why not, and what each step reads.

The trace may come from a file, so that the model need not be what it was: CPython takes every step, and says
where the trace is not a behaviour of the model.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from checker.engines.request import Request
from checker.language.bags import Bag
from checker.language.declaration import Method, declare
from checker.language.extent import count_bindings
from checker.language.model import make_scope
from checker.language.records import Record
from checker.language.rules import OF_STEPS, Kind
from checker.language.sets import Set
from checker.language.source import shown_path
from checker.running.captured import Captured
from checker.running.failures import failure
from checker.running.plain_form import to_plain
from checker.running.refinement_text import told
from checker.running.runner import PlannedAction, Runner, State, takes_old
from checker.traces.lanes import Message
from checker.traces.plain import Plain, PlainRecord
from checker.traces.source_text import SourceText
from checker.traces.trace import Step, Trace
from checker.traces.truth import Truth

KINDS = (Kind.INVARIANT, *OF_STEPS)

BINDINGS_MAX = 100_000
"""The most combinations of arguments of one step that are tried: the scope may be a stranger's."""

STEPS_MAX = 10_000
"""The longest trace that is taken again."""

TRIES_MAX = 200_000
"""The most steps that are tried to find out what the steps of a trace read."""


Taken: TypeAlias = "tuple[PlannedAction, tuple[Any, ...]]"
"""A step: the action and its arguments."""


class NotABehaviour(Exception):
    """A trace does something that its model does not; `step` is the number of the step, 0 the beginning."""

    def __init__(self, step: int, call: str, fact: str) -> None:
        super().__init__(f"step {step}, {call}: {fact}" if step else f"the initial state: {fact}")
        self.step = step


class TooLong(Exception):
    """Taking a trace again would take longer than one can wait; the text says of what there is too much."""


class Retrace:
    """The states of a trace as the model reaches them.

    Raises:
        NotABehaviour: the model does not.
        TooLong: it is not tried out.
    """

    def __init__(self, request: Request, trace: Trace) -> None:
        if len(trace.steps) > STEPS_MAX:
            raise TooLong(f"it has more than {STEPS_MAX:,} steps")
        _check_bindings(request)
        self.runner = Runner(request)
        self.trace = trace
        self._planned = {action.name: action for action in self.runner.actions}
        self._fixed: dict[str, dict[tuple[Plain, ...], tuple[Any, ...]]] = {}
        self.states: list[State] = []
        self.calls: list[Taken] = []
        with self.runner.running():
            self._begin()
            for number, step in enumerate(trace.steps, start=1):
                self._take(number, step)

    def _begin(self) -> None:
        initial = self.trace.initial
        if self.trace.variables != self.runner.names:
            ours = ", ".join(self.runner.names)
            raise NotABehaviour(0, initial.call, f"the model's variables are {ours}")
        try:
            for _, _, state in self.runner.initial_states():
                if self._plain(state) == initial.state:
                    self.states.append(state)
                    return
        except Exception as error:
            raise NotABehaviour(0, initial.call, f"it cannot be evaluated: {failure(error)}") from error
        raise NotABehaviour(0, initial.call, "the model does not begin in it")

    def _take(self, number: int, step: Step) -> None:
        action = self._planned.get(step.action)
        if action is None:
            raise NotABehaviour(number, step.call, "the model has no such action, or no budget for the fault")
        before, found = self.states[-1], False
        self.runner.load(before)
        try:
            for arguments in self._meant(action, tuple([value for _, value in step.arguments])):
                found = True
                after = self.runner.step(before, action, arguments)
                if after is not None and self._plain(after) == step.state:
                    self.states.append(after)
                    self.calls.append((action, arguments))
                    return
        except Exception as error:
            raise NotABehaviour(number, step.call, f"it cannot be evaluated: {failure(error)}") from error
        fact = "it is not enabled, or leads to another state" if found else "it has no such arguments there"
        raise NotABehaviour(number, step.call, fact)

    def _meant(self, action: PlannedAction, wanted: tuple[Plain, ...]) -> list[tuple[Any, ...]]:
        """The bindings in the loaded state that a trace shows so."""
        if action.fixed is None:
            return [one for one in self.runner.bindings(action) if _plain_arguments(one) == wanted]
        if action.name not in self._fixed:
            self._fixed[action.name] = {_plain_arguments(one): one for one in action.fixed}
        found = self._fixed[action.name].get(wanted)
        return [] if found is None else [found]

    def _plain(self, state: State) -> tuple[tuple[str, Plain], ...]:
        return tuple([(name, to_plain(value)) for name, value in zip(self.runner.names, state, strict=True)])

    def truths(self, only: frozenset[str] | None = None) -> list[tuple[Truth, ...]]:
        """For each state, the initial one first, what holds in it and for the step to it."""
        captured = Captured(self.runner.request.model)
        methods = [
            method
            for method in self.runner.declaration.of_kind(*KINDS)
            if only is None or method.name in only
        ]
        return [
            tuple([self._truth(captured, method, number) for method in methods])
            for number in range(len(self.states))
        ]

    def _truth(self, captured: Captured, method: Method, number: int) -> Truth:
        of_step = takes_old(method)
        if of_step and number == 0 and method.kind is not Kind.REFINEMENT:
            return Truth(method.name, None)
        old = self.states[number - 1] if of_step and number > 0 else None
        with self.runner.running():
            if old is not None:
                self.runner.load_old(old)
            self.runner.load(self.states[number])
            try:
                begins = method.kind is Kind.REFINEMENT and number == 0
                holds = self.runner.refining(method).begins() if begins else self.runner.holds(method)
            except Exception as error:
                return Truth(method.name, None, f"{method.name} cannot be evaluated: {failure(error)}")
        if holds:
            return Truth(method.name, True)
        if method.kind is Kind.REFINEMENT:
            call = self.trace.steps[number - 1].call if number > 0 else None
            why = told(self.runner, method, call, self.states[max(number - 1, 0) : number + 1])
            return Truth(method.name, False, why)
        return Truth(method.name, False, captured.why(self.runner, method.name, self.states[number], old))

    @property
    def taken(self) -> list[Taken]:
        """The steps as the model takes them."""
        return list(self.calls)

    def sources(self) -> Mapping[str, SourceText]:
        """The text of the methods that begin the trace and take its steps, then of its invariants."""
        names = {step.action for step in (self.trace.initial, *self.trace.steps)}
        declaration = self.runner.declaration
        methods = [
            *[one for one in declaration.of_kind(Kind.INITIAL, Kind.ACTION) if one.name in names],
            *declaration.of_kind(*KINDS),
        ]
        return {one.name: found for one in methods if (found := _source_of(one)) is not None}

    def reads(self) -> list[frozenset[Message]] | None:
        """What each step reads: the records in sets and bags of the state without which it would not be what
        it is. Each is taken away in turn, and the step tried again. None where that would take too long."""
        tries = sum([len(_records(value)) for state in self.states[:-1] for value in state])
        if tries > TRIES_MAX:
            return None
        with self.runner.running():
            return [frozenset(self._reads(number)) for number in range(len(self.calls))]

    def _reads(self, number: int) -> Iterator[Message]:
        before, after = self.states[number], self.states[number + 1]
        for index, name in enumerate(self.runner.names):
            for record in _records(before[index]):
                if not self._is_same(
                    number, _without(before, index, record), _without(after, index, record), index, record
                ):
                    plain = to_plain(record)
                    assert isinstance(plain, PlainRecord)
                    yield name, plain

    def _is_same(self, number: int, before: State, after: State, index: int, record: Any) -> bool:
        """Whether the step leads from a state without a record to what it leads to with it, but for it."""
        action, arguments = self.calls[number]
        self.runner.load(before)
        try:
            if arguments not in self.runner.bindings(action):
                return False
            found = self.runner.step(before, action, arguments)
        except Exception as error:
            failure(error)  # raises where memory is used up
            return False
        return found is not None and _without(found, index, record) == after


def _source_of(method: Method) -> SourceText | None:
    """None where the file is not there any more."""
    try:
        lines, first = inspect.getsourcelines(method.function)
    except (OSError, TypeError):
        return None
    text = textwrap.dedent("".join(lines)).rstrip("\n")
    return SourceText(shown_path(method.function.__code__.co_filename), first, tuple(text.split("\n")))


def _plain_arguments(arguments: tuple[Any, ...]) -> tuple[Plain, ...]:
    return tuple([to_plain(one) for one in arguments])


def _check_bindings(request: Request) -> None:
    declaration = declare(request.model)
    scope = make_scope(declaration, request.scope, request.params, request.faults)
    for method in declaration.of_kind(Kind.ACTION, Kind.INITIAL):
        if count_bindings(method, scope) > BINDINGS_MAX:
            raise TooLong(f"{method.name} has more than {BINDINGS_MAX:,} combinations of arguments")


def _records(value: Any) -> list[Any]:
    """The records in a set or bag."""
    if not isinstance(value, Set | Bag):
        return []
    items = cast("Iterable[object]", value)
    return [item for item in dict.fromkeys(items) if isinstance(item, Record)]


def _without(state: State, index: int, record: Any) -> State:
    """The state in which a set or bag lacks a record."""
    value: Any = state[index]
    kept = [one for one in value if one != record]
    return (*state[:index], Set(kept) if isinstance(value, Set) else Bag(kept), *state[index + 1 :])
