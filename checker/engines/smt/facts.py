"""Which conditions hold in which states: for each condition one number, with a bit for each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from checker.engines.smt.vocabulary import Bound, Piece
from checker.ir.types import RecordType, SortType
from checker.running.runner import Runner, State

Binding = dict[str, Any]
"""The values of the variables of a prefix."""


class Facts:
    """What is true of a counterexample to induction, and of states that are reached.

    Bit 0 stands for the counterexample, the others for the states. What cannot be evaluated is left out by
    raising `Unspeakable`. To be used while the runner is running.

    Args:
        runner: of the model in its scope.
        classes: the classes that conditions name.
        broken: the counterexample's state.
        reached: the states.
    """

    def __init__(
        self, runner: Runner, classes: Mapping[str, type], broken: State, reached: Sequence[State]
    ) -> None:
        self._runner = runner
        self._names = dict(classes)
        self._states = [broken, *reached]
        self._tests: dict[str, Callable[..., bool]] = {}
        self._values: dict[str, Callable[..., Any]] = {}
        self._columns: dict[tuple[str, tuple[Any, ...]], int] = {}
        self.everywhere = (1 << len(self._states)) - 1
        """The number of what always holds."""

    def domain(self, variable: Bound) -> Sequence[Any]:
        """What a variable goes through: the members of its sort, or the elements that the set ever has."""
        if isinstance(variable.kind, SortType):
            members: Sequence[Any] = self._runner.scope.members(self._names[variable.kind.name])
            return members
        assert isinstance(variable.kind, RecordType), "a variable is a member or an element"
        assert variable.element_of is not None, "an element is one of a set"
        record, place = self._names[variable.kind.name], variable.element_of.removeprefix("self.")
        at = self._runner.names.index(place)
        found = {one: None for state in self._states for one in state[at] if type(one) is record}
        return sorted(found, key=repr)

    def column(self, condition: Piece, variables: Sequence[str], binding: Binding) -> int:
        """In which states a condition holds of the values of some variables."""
        values = tuple([binding[name] for name in variables])
        arguments = tuple([self._value(text, variables)(*values) for text in condition.arguments])
        key = (condition.form, arguments)
        found = self._columns.get(key)
        if found is None:
            found = self._columns[key] = self._asked(condition, arguments)
        return found

    def _value(self, text: str, variables: Sequence[str]) -> Callable[..., Any]:
        words = f"lambda {', '.join(variables)}: {text}"
        made = self._values.get(words)
        if made is None:
            made = self._values[words] = self._made(words)
        return made

    def _asked(self, condition: Piece, arguments: tuple[Any, ...]) -> int:
        test = self._tests.get(condition.form)
        if test is None:
            places = tuple([f"x{number}" for number in range(len(arguments))])
            words = f"lambda {', '.join(('self', *places))}: {condition.form % places}"
            test = self._tests[condition.form] = self._made(words)
        runner = self._runner
        try:
            if condition.is_pure:
                return self.everywhere if test(runner.model, *arguments) else 0
            bits = bytearray()
            for state in reversed(self._states):
                runner.load(state)
                bits += b"1" if test(runner.model, *arguments) else b"0"
        except Exception as error:
            raise Unspeakable(condition.text) from error
        return int(bits, 2)

    def _made(self, words: str) -> Callable[..., Any]:
        """A function from Python that the vocabulary writes: names of the model and variables."""
        made: Callable[..., Any] = eval(words, self._names)
        return made


class Unspeakable(Exception):
    """A condition that has no value in some state."""
