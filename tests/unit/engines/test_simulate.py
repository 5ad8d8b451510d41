"""What random walks say of small models whose answers are known by hand, the same with both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checker.engines.native import simulate as native
from checker.engines.python import simulate as python
from checker.engines.request import Limits, Progress, Request, Simulation
from checker.language.errors import ScopeError
from checker.verdicts import Result, Sampled, Sampling, Violated
from model.paxos import Paxos
from tests.models import counters

Simulate = Callable[[Request], Result]
PAXOS = {"Acceptor": 3, "Value": 2, "Ballot": 4}


@pytest.fixture(params=["native", "python"])
def simulate(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Simulate:
    """An engine."""
    cache: Path = tmp_path_factory.getbasetemp() / "cache of walks"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return native.simulate if request.param == "native" else python.simulate


def walks(model: type, walks: int | None = 20, depth: int = 10, **more: object) -> Request:
    """A request for walks, compiled quickly."""
    base = Request(model, simulation=Simulation(walks=walks, depth=depth), brief=True)
    return replace(base, **more)  # type: ignore[arg-type]  # fields of the request


def sampling_of(result: Result) -> Sampling:
    """What was counted of walks."""
    assert result.sampling is not None
    return result.sampling


def test_a_walk_has_at_most_so_many_states_as_its_depth(simulate: Simulate) -> None:
    for depth in (1, 2, 6):
        result = simulate(walks(counters.Ended, 7, depth))
        assert result.verdict == Sampled(7)
        assert result.statistics.distinct is None
        assert result.statistics.depth == depth
        assert result.statistics.generated == 7 * depth
        assert dict(result.statistics.actions) == {"up": 7 * (depth - 1)}
        assert sampling_of(result).ended == (7, 0, 0)


def test_a_walk_ends_where_nothing_is_enabled(simulate: Simulate) -> None:
    result = simulate(walks(counters.Ended, 5, 100))
    assert result.verdict == Sampled(5)
    assert (result.statistics.depth, sampling_of(result).ended) == (6, (0, 5, 0))


def test_a_walk_goes_no_further_than_a_constraint(simulate: Simulate) -> None:
    result = simulate(walks(counters.Within, 5, 100))
    assert result.verdict == Sampled(5)
    assert result.pruned == (("at_most_two", 5),)
    assert (result.statistics.depth, sampling_of(result).ended) == (4, (0, 0, 5))
    # Beyond it a cover does not count, and an invariant does.
    assert dict(result.covers) == {"three": False, "seven": False}
    verdict = simulate(walks(counters.WithinBroken, 5, 100)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.property, len(verdict.trace.steps)) == ("small", 3)
    without = replace(
        walks(counters.WithinBroken, 5, 100), constraints=frozenset[str](), only=frozenset[str]()
    )
    assert sampling_of(simulate(without)).ended == (0, 5, 0)


def test_a_violation_is_that_of_the_first_walk(simulate: Simulate) -> None:
    result = simulate(walks(counters.Counter))
    verdict = result.verdict
    assert isinstance(verdict, Violated)
    assert (verdict.property, verdict.kind) == ("small", "invariant")
    assert [step.state for step in verdict.trace.steps] == [(("count", n),) for n in (1, 2, 3, 4)]
    assert (sampling_of(result).found, sampling_of(result).walks) == (1, 0)
    # The counts are those of the walk, as far as it went.
    assert (result.statistics.generated, result.statistics.depth) == (5, 5)
    assert sampling_of(result).covers == (("three", 1), ("seven", 0))


def test_a_deadlock_is_reported_unless_it_is_the_proper_end_or_accepted(simulate: Simulate) -> None:
    request = walks(counters.Counter, only=frozenset({"by_one"}))
    verdict = simulate(request).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, len(verdict.trace.steps)) == ("deadlock", 5)
    assert simulate(replace(request, deadlock=False)).verdict == Sampled(20)
    # A walk that has come to its depth does not look whether it could go on.
    assert simulate(replace(request, simulation=Simulation(20, 6))).verdict == Sampled(20)


def test_what_a_trace_repeats_is_cut_out(simulate: Simulate) -> None:
    """`stay` changes nothing, so a walk repeats states, and its trace does not."""
    request = walks(counters.Idle, 1, 100, only=frozenset({"small"}))
    assert simulate(request).verdict == Sampled(1)
    found = simulate(walks(counters.Idle, 1, 100)).verdict
    assert isinstance(found, Violated)
    assert found.property == "by_one"
    assert found.trace.steps[-1].action == "stay"
    states = [found.trace.initial.state, *[step.state for step in found.trace.steps[:-1]]]
    assert len(set(states)) == len(states)


def test_actions_that_never_fire_and_implications_that_are_not_tested(simulate: Simulate) -> None:
    result = simulate(walks(counters.Idle, 5, 30, only=frozenset({"small"})))
    assert result.never_fired == ("never",)
    few = simulate(walks(Paxos, 3, 5, scope=PAXOS))
    assert [one.text for one in few.untested] == ["self.chosen(v) and self.chosen(w)"]
    assert dict(few.covers) == {"something_is_chosen": False}
    many = simulate(walks(Paxos, 5, 100, scope=PAXOS))
    assert many.untested == ()
    assert sampling_of(many).covers == (("something_is_chosen", 5),)


def test_evaluation_errors_come_with_line_and_trace(simulate: Simulate) -> None:
    verdict = simulate(walks(counters.Overflowing)).verdict
    assert isinstance(verdict, Violated)
    assert (verdict.kind, verdict.evaluating, verdict.property) == ("evaluation", "action", None)
    assert verdict.trace.attempt is not None
    assert (len(verdict.trace.steps), verdict.trace.attempt.action) == (5, "up")
    assert verdict.message is not None
    assert verdict.message.endswith("count: 6 is outside of Range(0, 5)")
    wrong = simulate(walks(counters.Wrong)).verdict
    assert isinstance(wrong, Violated)
    assert (wrong.kind, wrong.evaluating, len(wrong.trace.steps)) == ("evaluation", "invariant", 3)


def test_every_initial_state_is_begun_in(simulate: Simulate) -> None:
    result = simulate(walks(counters.Starts, 300, 1, scope={"Node": 3}))
    assert result.verdict == Sampled(300)
    assert result.statistics.generated == 300


def test_without_an_initial_state_no_walk_begins(simulate: Simulate) -> None:
    result = simulate(walks(counters.NoStart, scope={"Node": 2}))
    assert result.verdict == Sampled(0)
    assert result.statistics.generated == 0
    assert result.notes == ("there is no initial state, so no walk can begin",)


def test_a_time_limit_leaves_the_walks_that_were_complete(simulate: Simulate) -> None:
    request = walks(Paxos, None, 20, scope=PAXOS, workers=2)
    # A machine that has other things to do may need long for one walk.
    for seconds in (0.2, 2, 20):
        result = simulate(replace(request, limits=Limits(seconds=seconds)))
        assert isinstance(result.verdict, Sampled)
        assert result.stopped == "time"
        if result.verdict.n > 0:
            break
    assert isinstance(result.verdict, Sampled)
    done = result.verdict.n
    assert done > 0
    assert result.statistics.generated == 20 * done
    assert sum(count for _, count in result.statistics.actions) == 19 * done
    # They are the first walks: so many of them, asked for, count the same.
    again = simulate(replace(request, limits=Limits(), simulation=Simulation(done, 20)))
    assert again.statistics.actions == result.statistics.actions
    assert sampling_of(again).covers == sampling_of(result).covers


def test_a_walk_that_takes_longer_than_allowed_does_not_count(simulate: Simulate) -> None:
    result = simulate(walks(Paxos, 3, 1_000_000_000, scope=PAXOS, limits=Limits(seconds=0.3), workers=2))
    assert (result.verdict, result.stopped) == (Sampled(0), "time")
    assert result.statistics.generated == 0


def test_an_interrupt_ends_the_walks_with_what_is_known(simulate: Simulate) -> None:
    told: list[Progress] = []

    def interrupt(now: Progress) -> None:
        told.append(now)
        if now.walks:
            raise KeyboardInterrupt

    result = simulate(walks(Paxos, None, 20, scope=PAXOS, progress=interrupt))
    assert isinstance(result.verdict, Sampled)
    assert result.stopped == "interrupted"
    assert 0 < (told[-1].walks or 0) <= result.verdict.n
    assert told[-1].generated > 0
    assert result.statistics.generated == 20 * result.verdict.n


def test_what_a_progress_report_raises_ends_the_walks(simulate: Simulate) -> None:
    def fail(_: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        simulate(walks(Paxos, None, 50, scope=PAXOS, progress=fail))


def test_a_request_that_does_not_fit_is_refused_before_anything_runs(simulate: Simulate) -> None:
    with pytest.raises(ScopeError, match="Acceptor"):
        simulate(walks(Paxos))
