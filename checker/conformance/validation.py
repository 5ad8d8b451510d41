"""Is a log a behaviour of a model? Breadth-first over the states in which the model could be.

For each event: the states that the acting node's internal steps lead to, from these what each alternative
reading of the event leads to, and of these the ones that show what the log says. No state left: the log is no
behaviour, and it is told what was false where. Fault budgets have no end here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, Protocol, TypeAlias, cast

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.conformance.accepting import Way, unspent
from checker.conformance.log_events import Fields, LogEvent
from checker.conformance.plain_values import Reader, Unreadable, key_text
from checker.conformance.system import Plain
from checker.ir.evaluate import Disabled, Evaluator, budget_variable
from checker.language.declaration import declare, parameters_of, variable_form
from checker.language.errors import EvaluationError
from checker.language.forms import BagForm, Form, MapForm, PartialForm, SetForm
from checker.running.plain_form import to_plain
from checker.running.runner import PlannedAction, Runner, State
from checker.traces.plain import show
from checker.traces.trace import show_call

Pattern: TypeAlias = tuple[str, Mapping[str, Plain]]
"""An action, and those of its arguments that are known."""

ENABLED_SHOWN = 4


class Reading(Protocol):
    """What an event may mean in the model.

    Attributes:
        alternatives: each a sequence of steps, perhaps empty; one of them happened.
        internal: steps that the acting node may have taken before, any number of them.
        values: what variables are afterwards. Of a map only the keys that are named are compared.
        includes: what sets and bags have among their elements afterwards.
    """

    @property
    def alternatives(self) -> Sequence[Sequence[Pattern]]:
        """See above."""
        ...

    @property
    def internal(self) -> Sequence[Pattern]:
        """See above."""
        ...

    @property
    def values(self) -> Mapping[str, Plain]:
        """See above."""
        ...

    @property
    def includes(self) -> Mapping[str, Sequence[Plain]]:
        """See above."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """A `Reading`, for mappings that may import this."""

    alternatives: Sequence[Sequence[Pattern]] = ((),)
    internal: Sequence[Pattern] = ()
    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    includes: Mapping[str, Sequence[Plain]] = field(default_factory=dict[str, Sequence[Plain]])


class LogMapping(Protocol):
    """Says what the events of an implementation mean."""

    def read(self, event: Fields) -> Reading:
        """The meaning of one event. May raise KeyError, ValueError, TypeError for what is no event."""
        ...


class BadReading(Exception):
    """A mapping names what the model does not have, or a value that is none."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a log is no behaviour.

    Attributes:
        event: the first that does not fit.
        accepted: how many events before it do.
        candidates: how many states the model could have been in.
        state: one of them.
        reasons: for each alternative, the first thing that was false.
    """

    event: LogEvent
    accepted: int
    candidates: int
    state: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Validated:
    """What came of one run.

    Attributes:
        events: how many were accepted.
        widest: the most states the model could be in at once.
        steps: how often each action was a part of what was accepted.
        way: how the model comes to what the accepted events show; one of the ways, if there are several.
        rejected: None if it is a behaviour, or nobody knows.
        unknown: the frontier grew beyond its limit.
    """

    events: int = 0
    widest: int = 1
    steps: Counter[str] = field(default_factory=Counter[str])
    way: Way | None = None
    rejected: Rejected | None = None
    unknown: bool = False


class Validation:
    """A model in a scope, against which logs are judged."""

    def __init__(self, runner: Runner, mapping: LogMapping, frontier_max: int = 10_000) -> None:
        self.runner = runner
        self._mapping = mapping
        self._frontier_max = frontier_max
        self._actions = {action.name: action for action in runner.actions}
        declaration = declare(runner.request.model)
        self._forms = {one.name: variable_form(declaration, one) for one in declaration.variables}
        self._index = {name: number for number, name in enumerate(runner.names)}
        self._reader = Reader(runner.scope)
        self._parameters: dict[str, dict[str, Form]] = {}
        model, classes = capture_with_classes(runner.request.model)
        universe = LanguageUniverse(classes, runner.scope)
        self._captured = {action.name: action for action in model.actions}
        self._evaluator = Evaluator(model, universe, runner.scope.faults)

    def of(self, events: Iterable[LogEvent]) -> Validated:
        """The verdict on one run. Raises BadReading."""
        found = Validated()
        with self.runner.running():
            frontier = {start[2]: Way(start) for start in self.runner.initial_states()}
            for number, event in enumerate(events):
                following = self._after(number, event, frontier, found)
                if len(following) > self._frontier_max:
                    found.unknown = True
                    break
                if not following:
                    found.rejected = self._why(event, frontier, found.events)
                    break
                found.events += 1
                found.widest = max(found.widest, len(following))
                frontier = following
            found.way = next(iter(frontier.values()), None)
        return found

    # ---------------------------------------------------------------- one event

    def _after(
        self, number: int, event: LogEvent, frontier: dict[State, Way], found: Validated
    ) -> dict[State, Way]:
        reading = self._read(event)
        expected = self._expected(event, reading)
        closed = self._closed(number, event, frontier, reading.internal)
        following: dict[State, Way] = {}
        for alternative in reading.alternatives:
            reached = closed
            for pattern in alternative:
                further: dict[State, Way] = {}
                for state, way in reached.items():
                    for action, arguments, after in self._steps(event, state, pattern):
                        if after not in further:
                            further[after] = way.then(number, action, arguments)
                reached = further
            kept = {state: way for state, way in reached.items() if self._mismatch(expected, state) is None}
            if kept:
                found.steps.update([name for name, _ in alternative])
            for state, way in kept.items():
                following.setdefault(state, way)
        return following

    def _read(self, event: LogEvent) -> Reading:
        try:
            return self._mapping.read(event.fields)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise BadReading(
                f"{event.place}: the mapping cannot read it: {type(error).__name__}: {error}"
            ) from None

    def _closed(
        self, number: int, event: LogEvent, frontier: dict[State, Way], internal: Sequence[Pattern]
    ) -> dict[State, Way]:
        """The states, and all that internal steps lead to from them."""
        closed = dict(frontier)
        queue = list(frontier)
        while queue and len(closed) <= self._frontier_max:
            state = queue.pop()
            for pattern in internal:
                for action, arguments, after in self._steps(event, state, pattern):
                    if after not in closed:
                        closed[after] = closed[state].then(number, action, arguments)
                        queue.append(after)
        return closed

    def _steps(
        self, event: LogEvent, state: State, pattern: Pattern
    ) -> Iterator[tuple[PlannedAction, tuple[Any, ...], State]]:
        """The steps of a pattern from a state; faults cost nothing."""
        action, known = self._known(event, pattern)
        for arguments in self._bindings(state, action, known):
            try:
                after = self.runner.step(state, action, arguments)
            except EvaluationError as error:
                raise BadReading(f"{event.place}: {action.name} cannot be evaluated: {error}") from None
            if after is not None:
                yield action, arguments, unspent(self.runner, action, after, state)

    def _bindings(
        self, state: State, action: PlannedAction, known: list[tuple[int, Any]]
    ) -> list[tuple[Any, ...]]:
        """The arguments that fit; the one tuple where all are known, though a guard may exclude it."""
        if len(known) == len(action.choices.names):
            given = dict(known)
            return [tuple([given[number] for number in range(len(known))])]
        self.runner.load(state)
        return [
            arguments
            for arguments in self.runner.bindings(action)
            if all(arguments[number] == value for number, value in known)
        ]

    def _known(self, event: LogEvent, pattern: Pattern) -> tuple[PlannedAction, list[tuple[int, Any]]]:
        name, given = pattern
        action = self._actions.get(name)
        if action is None:
            raise BadReading(f"{event.place}: the model has no action {name!r}, or its fault has no budget")
        forms = self._parameters.get(name)
        if forms is None:
            forms = self._parameters[name] = dict(parameters_of(cast(FunctionType, action.function)))
        known: list[tuple[int, Any]] = []
        for one, value in given.items():
            if one not in forms:
                raise BadReading(f"{event.place}: {name} has no parameter {one!r}")
            known.append((list(forms).index(one), self._value(event, forms[one], value, f"{name}({one})")))
        return action, known

    def _value(self, event: LogEvent, form: Form, value: object, path: str) -> Any:
        try:
            return self._reader.read(form, value, path)
        except Unreadable as error:
            raise BadReading(f"{event.place}: {error}") from None

    # ---------------------------------------------------------------- what the log shows

    def _expected(self, event: LogEvent, reading: Reading) -> list[tuple[str, str, Any]]:
        """(variable, how, value): "is", "has" (elements), or the text of a key of a map."""
        expected: list[tuple[str, str, Any]] = []
        for name, value in reading.values.items():
            form = self._form(event, name)
            if isinstance(form, MapForm | PartialForm) and isinstance(value, Mapping):
                for key, item in value.items():
                    read = self._value(event, form.value, item, f"{name}[{key}]")
                    expected.append((name, f"[{key}]", read))
            else:
                expected.append((name, "", self._value(event, form, value, name)))
        for name, items in reading.includes.items():
            form = self._form(event, name)
            if not isinstance(form, SetForm | BagForm):
                raise BadReading(f"{event.place}: {name} has no elements")
            for item in items:
                expected.append((name, "has", self._value(event, form.item, item, name)))
        return expected

    def _form(self, event: LogEvent, name: str) -> Form:
        if name not in self._forms:
            raise BadReading(f"{event.place}: the model has no variable {name!r}")
        return self._forms[name]

    def _mismatch(self, expected: list[tuple[str, str, Any]], state: State) -> str | None:
        """The first thing that a state does not show."""
        for name, how, value in expected:
            held = state[self._index[name]]
            if how == "has":
                if value not in held:
                    return f"{name} has no {show(to_plain(value))}"
            elif how:
                entries = {f"[{key_text(key)}]": item for key, item in held.items()}
                if how not in entries or entries[how] != value:
                    shown = show(to_plain(entries[how])) if how in entries else "missing"
                    return f"{name}{how} is {shown}, the log says {show(to_plain(value))}"
            elif held != value:
                return f"{name} is {show(to_plain(held))}, the log says {show(to_plain(value))}"
        return None

    # ---------------------------------------------------------------- why not

    def _why(self, event: LogEvent, frontier: dict[State, Way], accepted: int) -> Rejected:
        reading = self._read(event)
        closed = list(self._closed(accepted, event, frontier, reading.internal))
        reasons = [self._reason(event, closed, alternative, reading) for alternative in reading.alternatives]
        state = tuple(
            [(name, show(to_plain(value))) for name, value in zip(self.runner.names, closed[0], strict=True)]
        )
        return Rejected(event, accepted, len(closed), state, tuple(dict.fromkeys(reasons)))

    def _reason(
        self, event: LogEvent, closed: list[State], alternative: Sequence[Pattern], reading: Reading
    ) -> str:
        """What was false of an alternative, in the state that it led furthest from."""
        expected = self._expected(event, reading)
        states = closed
        shown: list[str] = []
        for pattern in alternative:
            following = [after for state in states for _, _, after in self._steps(event, state, pattern)]
            call = self._call(event, pattern)
            if not following:
                return " then ".join([*shown, call]) + f": {self._false_guard(event, states[0], pattern)}"
            states = following
            shown.append(call)
        wrong = self._mismatch(expected, states[0])
        return f"{' then '.join(shown) or 'no step'}: {wrong}"

    def _false_guard(self, event: LogEvent, state: State, pattern: Pattern) -> str:
        """The first false guard, by its line; of the arguments that come furthest."""
        action, known = self._known(event, pattern)
        named: dict[str, Any] = {budget_variable(fault): 1 for fault in self.runner.scope.faults}
        named.update(zip(self.runner.names, state, strict=True))
        furthest: tuple[int, str] | None = None
        for arguments in self._bindings(state, action, known):
            outcome = self._evaluator.run(self._captured[action.name], arguments, named)
            if isinstance(outcome, Disabled):
                place = f"{outcome.span.file}:{outcome.span.line}"
                if furthest is None or outcome.span.line > furthest[0]:
                    furthest = outcome.span.line, f"the guard at {place} is false"
        return furthest[1] if furthest else "it has no such arguments there"

    def _call(self, event: LogEvent, pattern: Pattern) -> str:
        """`learn(p=Participant1, m=Decision(commit=True))`; what is not known is left out."""
        action, known = self._known(event, pattern)
        names = action.choices.names
        return show_call(action.name, tuple([(names[number], to_plain(value)) for number, value in known]))
