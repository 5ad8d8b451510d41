"""The replicated log as plain Python: behaviours written by hand."""

import pytest

from checker import Disabled, Seq
from checker.language.model import Step
from model.raft_log import AppendEntries, Entry, Node, RaftLog, RequestVote, Role, Slot, Term, Value

N1, N2, N3 = Node(1), Node(2), Node(3)
T1, T2, T3 = Term(1), Term(2), Term(3)
S1, S2 = Slot(1), Slot(2)
V = Value(1)


def start(timeouts: int = 2) -> RaftLog:
    """Three nodes with empty logs of two slots."""
    return RaftLog.at({"Node": 3, "Value": 1, "Term": 3, "Slot": 2}, faults={"timeout": timeouts})


def take(m: RaftLog, action: str, n: Node, **arguments: object) -> None:
    """Takes the first enabled step of an action with these arguments."""
    wanted = {"n": n, **arguments}
    step: Step = next(
        one
        for one in m.enabled()
        if one.action == action and all(one.arguments[name] == value for name, value in wanted.items())
    )
    getattr(m, action)(**step.arguments)


def elect(m: RaftLog, n: Node, voter: Node) -> None:
    """Makes a node the leader of its next term."""
    m.stand(n)
    m.vote(voter, newest(m))
    take(m, "lead", n)


def newest(m: RaftLog) -> RequestVote:
    """The request of the latest candidate."""
    return max(m.network.of(RequestVote), key=lambda one: one.term)


def give(m: RaftLog, leader: Node, n: Node, s: Slot) -> None:
    """Brings an entry, with the leader's present commit length, to a node."""
    m.send(leader, s)
    found = [
        one
        for one in m.network.of(AppendEntries)
        if one.leader == leader and one.previous == s.index and one.commit == m.commit[leader]
    ]
    m.receive(n, max(found, key=lambda one: one.term))


def test_an_entry_is_committed_on_all_nodes() -> None:
    m = start()
    elect(m, N1, N2)
    m.write(N1, V)
    give(m, N1, N2, S1)
    take(m, "advance", N1)
    for n in (N2, N3):
        give(m, N1, n, S1)
    assert m.everyone_commits()
    assert {m.committed(n) for n in (N1, N2, N3)} == {Seq([Entry(T2, V)])}


def test_a_conflicting_suffix_is_truncated() -> None:
    m = start()
    elect(m, N1, N2)
    m.write(N1, V)
    m.write(N1, V)
    elect_other(m)
    m.write(N3, V)
    before = m.fork()
    give(m, N3, N1, S1)
    assert before.log[N1] == Seq([Entry(T2, V), Entry(T2, V)])
    assert m.log[N1] == Seq([Entry(T3, V)])
    assert m.truncates(before)
    assert m.role[N1] == Role.FOLLOWER
    assert m.committed_stays(before)


def elect_other(m: RaftLog) -> None:
    """Node 3 hears of the second term, and leads the third with the vote of node 2."""
    m.vote(N3, newest(m))
    m.stand(N3)
    m.vote(N2, newest(m))
    take(m, "lead", N3)


def test_a_node_with_more_refuses_its_vote() -> None:
    m = start()
    elect(m, N1, N2)
    m.write(N1, V)
    m.vote(N3, newest(m))
    m.stand(N3)
    m.vote(N1, newest(m))
    assert m.term[N1] == T3
    assert m.voted_for[N1] is None
    assert m.role[N1] == Role.FOLLOWER


def test_an_older_entry_is_committed_with_a_newer_one_only() -> None:
    m = start()
    elect(m, N1, N2)
    m.write(N1, V)
    give(m, N1, N2, S1)
    m.stand(N2)
    m.vote(N3, newest(m))
    take(m, "lead", N2)
    give(m, N2, N3, S1)
    assert not [one for one in m.enabled() if one.action == "advance" and one.arguments["n"] == N2]
    m.write(N2, V)
    give(m, N2, N3, S2)
    before = m.fork()
    take(m, "advance", N2)
    assert m.commit[N2] == 2
    assert m.committed(N2) == Seq([Entry(T2, V), Entry(T3, V)])
    assert m.commits_older_term(before)


def test_timeouts_are_spent() -> None:
    m = start(timeouts=1)
    m.stand(N1)
    with pytest.raises(Disabled):
        m.stand(N2)
    assert m.term[N2] == T1
