"""How many states the protocols have in small scopes: pinned, and the same in both searches."""

import pytest

from checker.engines.python.search import explore
from checker.engines.request import Request
from checker.language.model import Model
from model.lease import Lease
from model.paxos import Paxos
from model.raft_log import RaftLog
from model.raft_log_figure_8 import RaftLogFigure8
from tests.unit.models.breadth_first import search

LEASE = {"horizon": 2, "drift": 1, "lease_ticks": 1, "grant_ticks": 3, "asks_max": 1}

COUNTS: list[
    tuple[type[Model], dict[str, int], dict[str, int], dict[str, int], tuple[int, int, int, int]]
] = [
    (Paxos, {"Acceptor": 2, "Value": 2, "Ballot": 2}, {}, {}, (145, 609, 13, 0)),
    (Paxos, {"Acceptor": 2, "Value": 2, "Ballot": 3}, {}, {}, (1501, 8172, 19, 0)),
    (Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}, {}, {}, (3921, 23467, 17, 0)),
    (RaftLog, {"Node": 3, "Value": 1, "Term": 2, "Slot": 1}, {}, {"timeout": 1}, (166, 949, 12, 0)),
    (RaftLog, {"Node": 3, "Value": 2, "Term": 2, "Slot": 1}, {}, {"timeout": 2}, (517, 3568, 12, 0)),
    (RaftLog, {"Node": 3, "Value": 1, "Term": 3, "Slot": 1}, {}, {"timeout": 2}, (5761, 32113, 18, 0)),
    (RaftLogFigure8, {"Node": 3, "Value": 1, "Term": 4, "Slot": 1}, {}, {"timeout": 1}, (2097, 10167, 13, 0)),
    (Lease, {"Node": 3}, LEASE, {}, (1593, 8242, 12, 1788)),
    (Lease, {"Node": 3}, LEASE | {"horizon": 1, "asks_max": 2}, {"crash": 1}, (7964, 42514, 12, 1688)),
]


@pytest.mark.parametrize(("model", "scope", "params", "faults", "counts"), COUNTS)
def test_counts(
    model: type[Model],
    scope: dict[str, int],
    params: dict[str, int],
    faults: dict[str, int],
    counts: tuple[int, int, int, int],
) -> None:
    found = search(model, scope, params=params, faults=faults)
    assert (found.distinct, found.generated, found.depth, found.pruned) == counts

    result = explore(Request(model, scope, params, faults))
    pruned = sum(number for _, number in result.pruned)
    assert result.statistics.levels == found.levels
    assert (result.statistics.generated, pruned) == (found.generated, found.pruned)
    assert frozenset(name for name, is_reached in result.covers if is_reached) == found.covers


def test_a_search_finds_how_an_older_entry_is_committed() -> None:
    scope = {"Node": 3, "Value": 1, "Term": 4, "Slot": 2}
    found = search(RaftLogFigure8, scope, faults={"timeout": 1}, states=4000)
    assert found.violated is None
    assert found.levels == (6, 24, 72, 150, 270, 480, 828, 1407, 2325)
    assert found.covers == {
        "commits_older_term",
        "everyone_commits",
        "truncates",
        "votes_in_the_next_term",
    }
