"""Models with a seeded bug, run side by side with their original: where they part, the implementation must
do what the original does.

A mutant is a mistake that someone thought of. The states in which it differs from the original are those in
which an implementation with that mistake shows it, and no cover of the original's steps need lead there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from checker.conformance.disabled import Disabled
from checker.conformance.graph import Graph, steps_from
from checker.conformance.path_choice import Path
from checker.conformance.steering import Call, Difference, Named, Steering, arguments_of
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


def parting_on(
    original: Runner, start: State, calls: Sequence[Call], states: Sequence[State]
) -> Parting | None:
    """Where a behaviour of a mutant leaves the original; None if it never does.

    Args:
        start: its initial state.
        calls: its steps.
        states: where each leads.
    """
    planned = {action.name: action for action in original.actions}
    path: list[Call] = []
    state = start
    with original.running():
        for (mutated, arguments), following in zip(calls, states, strict=True):
            action = planned.get(mutated.name)
            if action is None:
                return None
            after = original.step(state, action, arguments)
            if after != following:
                return Parting((start, path), state, (action, arguments), following, after)
            path.append((action, arguments))
            state = following
    return None


def goes_with(steering: Steering, parting: Parting, mutant: str) -> Difference | None:
    """Leads a system to a parting and gives the stimulus: a difference if it does not do what the
    original does.
    """
    start, path = parting.path
    difference = steering.along(start, path)
    if difference is not None:
        return difference
    said: list[Named] = [(one.name, arguments_of(one, values)) for one, values in path]
    copy = steering.system.fork()
    if parting.original is None:
        found = Disabled(steering.runner, steering.observer, [parting.call]).give(
            parting.state, copy, parting.call, said
        )
    else:
        found = steering.parts(copy, parting.state, parting.original, parting.call, said)
    if found is None or not _is_mutated(steering, parting):
        return found
    return replace(found, kind="mutant", place=f"{found.place}, as the mutant {mutant} has it")


def _is_mutated(steering: Steering, parting: Parting) -> bool:
    """Whether the system shows just what the mutant would."""
    action, arguments = parting.call
    copy = steering.system.fork()
    try:
        copy.step(action.name, arguments_of(action, arguments))
        return steering.observer.is_state(steering.observer.read(copy), parting.mutated)
    except Exception:  # whatever it raises, it is no state: the difference that was found says more
        return False
