"""What the python engine says of small models whose answers are known by hand."""

from random import Random

import pytest

from checker.engines.python.search import explore
from checker.engines.request import Limits, Progress, Request
from checker.language.errors import ScopeError
from checker.verdicts import Exhausted, ExhaustedWithin, Truncated, Violated
from model.paxos import Paxos
from tests.models import counters


def test_paxos_has_the_known_counts() -> None:
    result = explore(Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}))
    counts = result.statistics
    assert isinstance(result.verdict, Exhausted)
    assert (counts.distinct, counts.generated, counts.depth) == (3921, 23467, 17)
    assert dict(counts.actions) == {"prepare": 7842, "promise": 2448, "propose": 1464, "accept": 11712}
    assert sum(counts.levels) == counts.distinct
    assert result.covers == (("something_is_chosen", True),)


def test_an_invariant_is_violated_by_the_shortest_trace() -> None:
    result = explore(Request(counters.Counter))
    verdict = result.verdict
    assert isinstance(verdict, Violated)
    assert (verdict.property, verdict.kind, len(verdict.trace.steps)) == ("small", "invariant", 4)
    assert [step.state for step in verdict.trace.steps] == [(("count", n),) for n in (1, 2, 3, 4)]
    assert verdict.trace.property == "small"
    assert result.statistics.distinct == 5, "the violating level is finished, the next is not begun"


def test_covers_tell_what_was_reached() -> None:
    result = explore(Request(counters.Ended))
    assert dict(result.covers) == {"three": True, "seven": False}


def test_a_deadlock_is_reported_unless_it_is_the_proper_end_or_accepted() -> None:
    only = frozenset({"by_one"})
    stuck = explore(Request(counters.Counter, only=only)).verdict
    assert isinstance(stuck, Violated)
    assert (stuck.kind, stuck.property, len(stuck.trace.steps)) == ("deadlock", None, 5)
    assert isinstance(explore(Request(counters.Counter, only=only, deadlock=False)).verdict, Exhausted)
    assert isinstance(explore(Request(counters.Ended)).verdict, Exhausted)


def test_a_step_invariant_is_violated_by_a_step() -> None:
    verdict = explore(Request(counters.Jumping)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.property, verdict.kind) == ("by_one", "step_invariant")
    assert [step.action for step in verdict.trace.steps] == ["up", "up", "jump"]


def test_a_store_out_of_range_is_an_evaluation_error_with_its_line_and_trace() -> None:
    verdict = explore(Request(counters.Overflowing)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, verdict.evaluating, verdict.property) == ("evaluation", "action", None)
    assert len(verdict.trace.steps) == 5
    assert verdict.trace.attempt is not None
    assert verdict.trace.attempt.action == "up"
    assert verdict.message is not None
    place, _, fact = verdict.message.partition(": ")
    line = int(place.rpartition(":")[2])
    with open(counters.__file__, encoding="utf-8") as file:
        assert file.read().splitlines()[line - 1].strip() == "self.count += 1"
    assert fact == "count: 6 is outside of Range(0, 5)"


def test_an_invariant_that_cannot_be_evaluated_is_no_pass() -> None:
    verdict = explore(Request(counters.Wrong)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, verdict.evaluating, verdict.property) == ("evaluation", "invariant", "small")
    assert len(verdict.trace.steps) == 3


def test_states_beyond_a_constraint_are_checked_but_not_counted() -> None:
    within = explore(Request(counters.Within))
    assert within.verdict == ExhaustedWithin(("at_most_two",), ())
    assert (within.statistics.distinct, within.statistics.generated, within.statistics.depth) == (3, 4, 3)
    assert within.pruned == (("at_most_two", 1),)
    broken = explore(Request(counters.WithinBroken)).verdict
    assert isinstance(broken, Violated)
    assert (broken.property, len(broken.trace.steps)) == ("small", 3)


def test_actions_that_never_fire_are_named_and_self_loops_are_generated() -> None:
    result = explore(Request(counters.Idle, only=frozenset()))
    assert result.never_fired == ("never",)
    assert dict(result.statistics.actions) == {"up": 5, "never": 0, "stay": 6}
    verdict = explore(Request(counters.Idle)).verdict
    assert isinstance(verdict, Violated), "a step that changes nothing does not change the count by one"
    assert (verdict.property, len(verdict.trace.steps)) == ("by_one", 1)


def test_initial_states_are_counted_as_generated() -> None:
    result = explore(Request(counters.Starts, {"Node": 3}))
    counts = result.statistics
    assert counts.distinct == 6
    assert counts.generated == (6 + 3) + 6
    assert counts.levels == (6,)


def test_a_model_without_initial_states_has_no_behaviours() -> None:
    result = explore(Request(counters.NoStart, {"Node": 2}))
    assert (result.statistics.distinct, result.statistics.generated, result.statistics.depth) == (0, 0, 0)


@pytest.mark.parametrize(("budget", "distinct", "generated"), [(0, 1, 2), (1, 4, 9), (2, 8, 21)])
def test_fault_budgets_are_part_of_the_state(budget: int, distinct: int, generated: int) -> None:
    result = explore(Request(counters.Crashes, {"Node": 2}, faults={"crash": budget}))
    assert isinstance(result.verdict, Exhausted)
    assert (result.statistics.distinct, result.statistics.generated) == (distinct, generated)
    assert result.never_fired == (("restart",) if budget == 0 else ())


def test_messages_are_drawn_from_sets_and_sequences() -> None:
    result = explore(Request(counters.Mail, {"Node": 1}))
    # Nothing sent; Ping sent and 0, 1, 2 of it in the box; and with its answer, 1 or 2 in the box.
    assert isinstance(result.verdict, Exhausted)
    assert result.statistics.distinct == 6
    assert result.never_fired == ()


def test_an_assumption_that_does_not_hold_stops_the_check() -> None:
    verdict = explore(Request(counters.Timers, {"Node": 1}, params={"low": 3, "high": 2})).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, verdict.property) == ("assumption", "ordered")
    fine = explore(Request(counters.Timers, {"Node": 2}, params={"low": 1, "high": 3}))
    assert isinstance(fine.verdict, Exhausted)
    assert fine.never_fired == ()


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(states=100), "states"),
        (Limits(depth=3), "depth"),
        (Limits(bytes=1), "memory"),
        (Limits(seconds=0.0), "time"),
    ],
)
def test_a_limit_gives_a_truthful_partial_verdict(limits: Limits, why: str) -> None:
    result = explore(Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}, limits=limits))
    assert isinstance(result.verdict, Truncated)
    assert result.verdict.why == why
    assert (result.statistics.distinct or 0) < 3921
    if why == "depth":
        assert result.statistics.depth == 3
        assert result.statistics.distinct == 1 + 2 + 7


def test_a_depth_limit_that_leaves_nothing_out_is_exhaustive() -> None:
    result = explore(Request(counters.Ended, limits=Limits(depth=6)))
    assert isinstance(result.verdict, Exhausted)


def test_an_interrupt_gives_a_truthful_partial_verdict() -> None:
    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    result = explore(Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 3}, progress=interrupt))
    assert result.verdict == Truncated("interrupted")
    assert 0 < (result.statistics.distinct or 0) < 185369


def test_the_result_does_not_depend_on_the_order_of_sets() -> None:
    plain = explore(Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2})).statistics
    for seed in range(3):
        shuffled = explore(
            Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}), shuffle=Random(seed)
        ).statistics
        assert (shuffled.levels, shuffled.actions) == (plain.levels, plain.actions)


def test_two_searches_in_one_process_do_not_meet() -> None:
    small = Request(Paxos, {"Acceptor": 2, "Value": 1, "Ballot": 2})
    large = Request(Paxos, {"Acceptor": 3, "Value": 1, "Ballot": 2})
    first = explore(small).statistics
    explore(large)
    again = explore(small).statistics
    assert (first.distinct, first.generated, first.levels) == (again.distinct, again.generated, again.levels)


def test_a_scope_that_does_not_fit_is_refused_before_anything_runs() -> None:
    with pytest.raises(ScopeError, match="no size for Value"):
        explore(Request(Paxos, {"Acceptor": 3, "Ballot": 2}))
    with pytest.raises(ScopeError, match="did you mean Acceptor"):
        explore(Request(Paxos, {"Aceptor": 3, "Ballot": 2, "Value": 1}))
