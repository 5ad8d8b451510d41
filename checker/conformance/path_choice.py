"""Chooses the behaviours of a model to replay: a cover of its explored graph, or random walks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
    """Random walks that look for what they have not done yet; the same for the same seed.

    A step is drawn in two: first a context, one that was taken least as often as any other, then one of its
    steps. Drawn from all steps alike, walks would hardly leave the actions with the most arguments.
    """
    walker = _Walker(runner, seed)
    with runner.running():
        starts = [state for _, _, state in runner.initial_states()]
        for walk in range(1, walks + 1):
            walker.walk(starts, walk, length_max)
    names = [action.name for action in runner.all_actions]
    fired = dict.fromkeys([number for number, _ in walker.calls])
    taken = [path for path in walker.paths if path[1]]
    return Choice(
        paths=taken,
        states=0,
        edges=0,
        whole=False,
        edges_taken=0,
        contexts=len(walker.seen),
        contexts_taken=len(walker.taken),
        actions=tuple([names[number] for number in sorted(fired)]),
        calls=tuple(walker.calls.values()),
    )


class _Walker:
    """Walks so far: how often each context was taken, and which were enabled on the way."""

    def __init__(self, runner: Runner, seed: int) -> None:
        self.paths: list[Path] = []
        self.taken: Counter[Context] = Counter()
        self.seen: dict[Context, bool] = {}
        self.calls: dict[tuple[int, tuple[Any, ...]], Call] = {}
        self._runner = runner
        self._seed = seed
        self._contexts = Contexts(runner)
        self._planned = {action.number: action for action in runner.actions}

    def walk(self, starts: Sequence[State], number: int, length_max: int) -> None:
        """One more walk."""
        stream = RandomStream(self._seed, number)
        start = state = starts[stream.below(len(starts))]
        steps: list[Call] = []
        while len(steps) < length_max:
            groups = self._enabled(state)
            if not groups:
                break
            context = self._drawn(groups, stream)
            self.taken[context] += 1
            enabled = groups[context]
            call, state = enabled[stream.below(len(enabled))]
            steps.append(call)
        self.paths.append((start, steps))

    def _enabled(self, state: State) -> dict[Context, list[tuple[Call, State]]]:
        """The steps from a state, by context; of those that change nothing only what is new."""
        groups: dict[Context, list[tuple[Call, State]]] = {}
        for number, arguments, after in steps_from(self._runner, state):
            action = self._planned[number]
            self.calls.setdefault((number, arguments), (action, arguments))
            context = self._contexts.of(action.name, arguments, state)
            self.seen[context] = True
            if after != state or not self.taken[context]:
                groups.setdefault(context, []).append(((action, arguments), after))
        return groups

    def _drawn(self, groups: Mapping[Context, object], stream: RandomStream) -> Context:
        """Half the time one of those taken least, else any: what is rare is often behind what is not."""
        contexts = list(groups)
        if stream.below(2):
            least = min(self.taken[context] for context in contexts)
            contexts = [context for context in contexts if self.taken[context] == least]
        return contexts[stream.below(len(contexts))]
