"""Models with a seeded bug, run side by side with their original: where they part, the implementation must
not go with the mutant.

A mutant is a mistake that someone thought of. The states in which it differs from the original are those in
which an implementation with that mistake shows it, and no cover of the original's steps need lead there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.conformance.graph import Graph, steps_from
from checker.conformance.observing import Unbound
from checker.conformance.path_choice import Path
from checker.conformance.plain_values import Unreadable
from checker.conformance.steering import Call, Difference, Named, Steering, arguments_of, raised, shown_call
from checker.running.runner import Runner, State

PARTINGS = 20
"""Partings of each action of a mutant that are tried."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a mutant leaves its original: after a path that both take, a step that leads elsewhere.

    Attributes:
        state: the last state of both.
        call: the step.
        mutated: where it leads the mutant.
        original: where it leads the original; None where it is disabled there.
    """

    path: Path
    state: State
    call: Call
    mutated: State
    original: State | None


def partings(graph: Graph, mutant: Runner, at_most: int = PARTINGS) -> Iterator[Parting]:
    """The shallowest partings, so many of each action of the mutant, from the states of the original's graph.

    The mutant has the variables and the actions of the original.
    """
    original = graph.runner
    planned = {action.name: action for action in original.actions}
    by_number = {action.number: action for action in original.actions}
    names = [action.name for action in mutant.all_actions]
    left = {action.name: at_most for action in mutant.actions}
    for number, state in enumerate(graph.states):
        if not any(left.values()):
            return
        with mutant.running():
            steps = list(steps_from(mutant, state))
        with original.running():
            for action_number, arguments, mutated in steps:
                action = planned.get(names[action_number])
                if action is None or not left[action.name]:
                    continue
                after = original.step(state, action, arguments)
                if after == mutated:
                    continue
                left[action.name] -= 1
                way = graph.way_to(number)
                start = graph.states[graph.sources[way[0]]] if way else state
                calls = [(by_number[graph.actions[edge]], graph.arguments[edge]) for edge in way]
                yield Parting((start, calls), state, (action, arguments), mutated, after)


def goes_with(steering: Steering, parting: Parting, mutant: str) -> Difference | None:
    """Leads a system to a parting and gives the stimulus: a difference if it shows the mutant's state."""
    start, path = parting.path
    difference = steering.along(start, path)
    if difference is not None:
        return difference
    action, arguments = parting.call
    stimulus: Named = (action.name, arguments_of(action, arguments))
    said: list[Named] = [(one.name, arguments_of(one, values)) for one, values in path]
    copy: Any = steering.system.fork()
    try:
        copy.step(*stimulus)
        shown = steering.observer.read(copy)
    except (Unbound, Unreadable):
        raise
    except Exception as error:
        return raised(error, shown_call(parting.call), said, stimulus)
    observer = steering.observer
    if not observer.is_state(shown, parting.mutated):
        return None
    if parting.original is not None and observer.is_state(shown, parting.original):
        return None  # what is compared does not tell the two apart
    found = observer.differs(shown, parting.state if parting.original is None else parting.original)
    if found is None:
        return None
    place = f"{found.place}, as the mutant {mutant} has it"
    number = len(said) + 1
    if parting.original is None:
        return Difference("mutant", number, place, found.expected, found.shown, tuple(said), stimulus)
    return Difference("mutant", number, place, found.expected, found.shown, (*said, stimulus))
