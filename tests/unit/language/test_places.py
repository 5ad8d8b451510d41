"""Rule 1: values are immutable, and only writes on a path that starts at the state have effects."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from checker import EvaluationError, Map, Partial, Seq, Set
from tests.unit.language.cluster import Ask, Cluster, Entry, Local, Node, Term, Value, cluster, put

A, B = Node(1), Node(2)
E = Entry(Term(1), Value(1))
F = Entry(Term(2), Value(2))


def test_a_value_that_was_read_is_a_snapshot() -> None:
    m = cluster()
    m.snapshot(A, B, E)
    assert m.log == {A: Seq([E, E]), B: Seq([E])}
    before = m.log
    m.log[A] = Seq()
    assert before[A] == Seq([E, E])
    assert m.log[A] == Seq()


def test_a_write_through_a_copy_is_an_error_and_changes_nothing() -> None:
    m = cluster()
    with pytest.raises(EvaluationError) as caught:
        m.through_a_copy(A, E)
    assert caught.value.kind == "copy"
    assert str(caught.value) == (
        "'log' is a copy of self.log[n]; a change to it would be lost. Write self.log[n].append(e)"
    )
    assert (caught.value.file, caught.value.line) == ("tests/unit/language/cluster.py", 102)
    assert m.log[A] == Seq()


def test_a_write_through_an_element_is_an_error() -> None:
    with pytest.raises(EvaluationError, match=r"'local' is a copy of an element of self.node.values"):
        cluster().through_a_loop(A)


def test_a_write_through_a_copy_outside_of_the_model_is_an_error() -> None:
    m = cluster()
    log = m.log[A]
    with pytest.raises(
        EvaluationError, match=r"'log' is a copy of m\.log\[A\].*Write m\.log\[A\]\.append\(E\)"
    ):
        log.append(E)
    votes = m.votes
    with pytest.raises(EvaluationError, match=r"Write m\.votes\[A\] = \.\.\."):
        votes[A] = Set()
    node = m.node[A]
    with pytest.raises(EvaluationError, match=r"Write m\.node\[A\]\.term = \.\.\."):
        node.term = Term(2)
    leases = m.leases
    with pytest.raises(EvaluationError) as caught:
        del leases[A]
    assert caught.value.kind == "copy"


def test_a_value_without_any_place_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no place of the state"):
        Set({A}).add(B)
    with pytest.raises(EvaluationError, match="no place of the state"):
        Seq([A]).append(B)
    with pytest.raises(EvaluationError, match="no place of the state"):
        Partial({A: 1}).clear()


def test_a_write_by_an_alias_of_the_method_or_from_inside_a_builtin_is_an_error() -> None:
    m = cluster()
    add = m.votes[A].add
    with pytest.raises(
        EvaluationError, match=r"a Set is changed by 'add\(B\)', which is no path of the state"
    ):
        add(B)
    with pytest.raises(EvaluationError, match="no path of the state"):
        list(map(m.votes[A].add, [B]))
    assert m.votes[A] == Set()


def test_nested_places_of_every_kind() -> None:
    m = cluster()
    m.nested(A, B, E)
    assert m.node[A] == Local(Term(2), Seq([E, E]), Map({A: 0, B: 2}), False)
    assert m.node[B].lead
    assert m.met == {(A, A): False, (A, B): True, (B, A): False, (B, B): False}
    assert m.votes == {A: {A, B}, B: set()}


def test_keys_may_be_any_expression() -> None:
    m = cluster()
    m.keys_that_are_expressions(E)
    assert m.log == {A: Seq(), B: Seq([E, E, E])}


def test_writes_in_loops_and_to_several_targets() -> None:
    m = cluster()
    m.everywhere(E)
    assert m.log == {A: Seq([E]), B: Seq([E])}
    assert m.met == {(A, A): False, (A, B): True, (B, A): True, (B, B): False}
    assert m.up


def test_deletions() -> None:
    m = cluster()
    m.log[A].append(E)
    m.network.add(Ask(A, Term(1)))
    m.inbox.add(Ask(A, Term(1)))
    m.deletions(A)
    assert m.leases == {}
    assert m.network == set()
    assert (len(m.inbox), m.log[A]) == (0, Seq())


def test_writes_from_helper_methods_and_functions() -> None:
    m = cluster()
    m.by_helpers(A, E)
    assert m.log[A] == Seq([E, E])
    m.put(B, F)
    put(m, B, E)
    assert m.log[B] == Seq([F, E])


def test_a_place_that_changes_while_its_new_value_is_made_is_an_error() -> None:
    m = cluster()
    with pytest.raises(
        EvaluationError, match=r"self\.log\[n\]: it changed while the right side was evaluated"
    ):
        m.changes_twice(A, E)
    assert m.log[A] == Seq()


def test_a_path_may_lead_to_the_model() -> None:
    class Holder:
        def __init__(self, m: Cluster) -> None:
            self.m = m
            self.all = {"first": m}

    holder = Holder(cluster())
    holder.m.log[A].append(E)
    holder.all["first"].log[A].append(F)
    holder.m.node[B].log.append(F)
    with pytest.raises(EvaluationError, match="Write the change on a path that starts at self"):
        next(iter(holder.all.values())).log[B] = Seq()
    assert holder.m.log[A] == Seq([E, F])
    assert holder.m.node[B].log == Seq([F])


def test_another_running_model_does_not_take_the_write() -> None:
    one, two = cluster(), cluster()

    def check(other: Cluster) -> None:
        with one.running():
            other.log[A].append(E)

    check(two)
    assert one.log[A] == Seq()
    assert two.log[A] == Seq([E])


def test_writes_in_a_comprehension_and_a_closure() -> None:
    m = cluster()
    any(m.log[n].append(E) for n in (A, B))  # type: ignore[func-returns-value]  # in its own frame

    def add(n: Node) -> None:
        m.log[n].append(F)

    add(A)
    assert m.log == {A: Seq([E, F]), B: Seq([E])}


def test_one_statement_executed_again_finds_its_new_place() -> None:
    first, second = cluster(), cluster()
    for m, n in ((first, A), (first, B), (second, B)):
        m.log[n].append(E)
    assert (first.log, second.log) == ({A: Seq([E]), B: Seq([E])}, {A: Seq(), B: Seq([E])})


def test_a_record_of_a_union_is_written_by_field() -> None:
    m = cluster()
    m.message = Ask(A, Term(1))
    m.message.term = Term(2)
    assert m.message == Ask(A, Term(2))
    m.logs[A] = Seq([E])
    m.logs[A].append(F)
    with pytest.raises(EvaluationError) as caught:
        m.logs[A].append(F)
    assert caught.value.kind == "capacity"
    with pytest.raises(EvaluationError) as caught:
        m.logs[B].append(F)
    assert caught.value.kind == "missing_key"


def test_writes_under_a_trace_function() -> None:
    lines: list[int] = []

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        lines.append(frame.f_lineno)
        return trace

    m = cluster()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        m.nested(A, B, E)
    finally:
        sys.settrace(before)
    assert m.node[A].log == Seq([E, E])
    assert len(lines) > 20


def test_code_without_source_says_so() -> None:
    m = cluster()
    with pytest.raises(Exception, match=r"<string>:1: this Seq is changed by a statement without source"):
        exec("m.log[n].append(e)", {"m": m, "n": A, "e": E})
    exec("m.log = m.log.with_item(n, s)", {"m": m, "n": A, "s": Seq([E])})
    assert m.log[A] == Seq([E])


def test_threads_write_to_their_own_models() -> None:
    models = [cluster(Slot=50) for _ in range(4)]

    def work(m: Cluster) -> None:
        for _ in range(50):
            m.append(A, E)

    threads = [threading.Thread(target=work, args=(m,)) for m in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(m.log[A]) for m in models] == [50] * 4


class Machine(RuleBasedStateMachine):
    """Drives a model that it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.m = cluster()
        self.length = 0

    @rule()
    def append(self) -> None:
        if self.length < 3:
            self.m.log[A].append(E)
            self.length += 1

    @rule()
    def forget(self) -> None:
        self.m.log[A].clear()
        self.length = 0

    @invariant()
    def agrees(self) -> None:
        assert len(self.m.log[A]) == self.length


Machine.TestCase.settings = settings(max_examples=10, stateful_step_count=10)
TestMachine = Machine.TestCase
