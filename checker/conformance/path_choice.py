"""Chooses the behaviours of a model to replay: a cover of its explored graph, or random walks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from checker.conformance.contexts import Context, Contexts
from checker.conformance.graph import Graph, steps_from
from checker.conformance.path_cover import cover_edges
from checker.running.random_stream import RandomStream
from checker.running.runner import PlannedAction, Runner, State

Call: TypeAlias = "tuple[PlannedAction, tuple[Any, ...]]"
Path: TypeAlias = "tuple[State, list[Call]]"
"""An initial state, and the steps from it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Paths, and what share of the model they take.

    Attributes:
        states, edges: of the explored graph; 0 where none was explored.
        whole: whether the graph is all of the model in this scope.
        edges_taken: how many of the edges.
        contexts, contexts_taken: the same of contexts.
        actions: the actions that occur in the graph, by name.
        calls: every action with arguments that it has somewhere: what can be asked at all.
    """

    paths: Sequence[Path]
    states: int
    edges: int
    whole: bool
    edges_taken: int
    contexts: int
    contexts_taken: int
    actions: tuple[str, ...]
    calls: tuple[Call, ...]


def covering(runner: Runner, states_max: int, paths_max: int, length_max: int, *, all_edges: bool) -> Choice:
    """Paths that take each context, then, if asked for, edges that were not taken yet. Raises Refused."""
    graph = Graph(runner, states_max)
    contexts = Contexts(runner)
    names = [action.name for action in runner.all_actions]
    with runner.running():
        kinds: list[Context] = []
        for number in range(len(graph)):
            edge = graph.edge(number)
            kinds.append(contexts.of(names[edge.action], edge.arguments, graph.states[edge.source]))
    cover = cover_edges(graph, kinds, paths_max, length_max)
    paths, taken = list(cover.paths), set(cover.taken)
    if all_edges and len(paths) < paths_max:
        open_edges = [None if number in taken else number for number in range(len(graph))]
        more = cover_edges(graph, open_edges, paths_max - len(paths), length_max)
        paths.extend(more.paths)
        taken |= more.taken
    planned = {action.number: action for action in runner.actions}
    return Choice(
        paths=[
            (
                graph.states[graph.sources[path[0]]],
                [(planned[graph.actions[number]], graph.arguments[number]) for number in path],
            )
            for path in paths
        ],
        states=len(graph.states),
        edges=len(graph),
        whole=graph.whole,
        edges_taken=len(taken),
        contexts=len(dict.fromkeys(kinds)),
        contexts_taken=len(dict.fromkeys([kinds[number] for number in sorted(taken)])),
        actions=tuple([names[number] for number in sorted(dict.fromkeys(graph.actions))]),
        calls=tuple(
            [
                (planned[number], arguments)
                for number, arguments in dict.fromkeys(zip(graph.actions, graph.arguments, strict=True))
            ]
        ),
    )


def walking(runner: Runner, walks: int, length_max: int, seed: int) -> Choice:
    """Random walks, each step drawn from those that are enabled; the same for the same seed."""
    fired: dict[int, bool] = {}
    paths: list[Path] = []
    with runner.running():
        starts = [state for _, _, state in runner.initial_states()]
        for walk in range(1, walks + 1):
            stream = RandomStream(seed, walk)
            start = starts[stream.below(len(starts))]
            steps = list(_walk(runner, start, stream, length_max))
            fired.update({action.number: True for action, _ in steps})
            paths.append((start, steps))
    names = [action.name for action in runner.all_actions]
    actions = tuple([names[number] for number in sorted(fired)])
    calls = {
        (action.number, arguments): (action, arguments) for _, path in paths for action, arguments in path
    }
    taken = [path for path in paths if path[1]]
    return Choice(taken, 0, 0, False, 0, 0, 0, actions, tuple(calls.values()))


def _walk(runner: Runner, state: State, stream: RandomStream, length_max: int) -> Iterator[Call]:
    planned = {action.number: action for action in runner.actions}
    for _ in range(length_max):
        steps = list(steps_from(runner, state))
        if not steps:
            return
        number, arguments, state = steps[stream.below(len(steps))]
        yield planned[number], arguments
