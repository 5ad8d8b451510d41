"""At the edges of operations CPython and the evaluator fail alike."""

from __future__ import annotations

from collections import defaultdict

from checker.engines.request import Request
from checker.language.order import value_key
from tests.differential.compare import Comparison, Pair, compare_state
from tests.models.edges import Edges


def test_edges_fail_alike() -> None:
    pair = Pair(Request(Edges, {"Node": 2, "Term": 2}))
    done, kinds = Comparison(), defaultdict[str, set[str]](set)
    with pair.runner.running():
        waiting = [state for _, _, state in pair.runner.initial_states()]
        seen = set(waiting)
        while waiting and done.states < 150:
            state = waiting.pop(0)
            done.states += 1
            for new in sorted(compare_state(pair, state, done), key=value_key):
                if new not in seen:
                    seen.add(new)
                    waiting.append(new)
            for name, rows in pair.python_steps(state).items():
                kinds[name].update(str(found) for _, (kind, found) in rows if kind == "failed")
    assert done.differences == []
    assert dict(kinds) == {
        **{name: set[str]() for name in pair.actions},
        "reads": {"missing_key"},
        "writes": {"range"},
        "adds": {"missing_key", "range"},
        "writes_below": {"missing_key"},
        "writes_a_field": {"missing_key"},
        "appends": {"missing_key", "capacity"},
        "writes_partial": {"range"},
        "position": {"index"},
        "last": {"index"},
        "last_by_length": {"index"},
        "highest": {"compare_none"},
        "lowest": {"compare_none"},
        "in_a_pair": {"no_neighbour"},
    }
