"""What a log was accepted as: a behaviour of the model, event by event, and how much of it logs take."""

from __future__ import annotations

import json
from pathlib import Path

from checker.conformance.accepting import Coverage, meant, trace_of
from checker.conformance.graph import Graph
from checker.conformance.log_events import LogEvent, in_causal_order
from checker.conformance.validation import Validated, Validation
from checker.engines.request import Request
from checker.running.retrace import Retrace
from checker.running.runner import Runner
from checker.traces.json_form import from_json
from tests.conformance.test_validate import events_of, log_of, validation
from tests.conformance.two_phase_mapping import TwoPhaseMapping
from tests.conformance.two_phase_model import TwoPhase
from tests.unit.cli.process import lockstep

SPEC = "tests/conformance/two_phase.toml"
SEEDS = 40


def accepted(judging: Validation, seed: int) -> tuple[list[LogEvent], Validated]:
    events = in_causal_order(events_of(log_of(seed)))
    found = judging.of(events)
    assert found.way is not None
    return events, found


def test_every_accepted_log_is_given_as_a_behaviour_of_the_model() -> None:
    judging, crashes = validation(), 0
    for seed in range(SEEDS):
        events, found = accepted(judging, seed)
        assert found.way is not None
        trace = trace_of(judging.runner, found.way)
        again = Retrace(Request(TwoPhase, {"Participant": 3}, faults=dict(trace.faults)), trace)
        assert len(again.states) == len(trace.steps) + 1
        told = list(meant(events, found.way, trace))
        assert [one.event for one in told] == events
        assert [call for one in told for call in one.calls] == [step.call for step in trace.steps]
        happened = sum(one.event.kind == "restart" for one in told)
        assert [step.action for step in trace.steps].count("crash") == happened
        crashes = max(crashes, happened)
    assert crashes > 1, "more than the table's budget: the trace has one that suffices"


def test_the_behaviour_shows_what_each_line_says() -> None:
    judging = validation()
    for seed in range(SEEDS):
        events, found = accepted(judging, seed)
        assert found.way is not None
        trace = trace_of(judging.runner, found.way)
        number = 0
        for one in meant(events, found.way, trace):
            number += len(one.calls)
            decided = dict(trace.states[number])["decided"]
            if one.event.node == "coordinator":
                assert decided == one.event.fields["state"]["decided"], f"seed {seed}, {one.event.place}"


def test_of_a_rejected_log_it_is_given_as_far_as_it_was_accepted() -> None:
    judging = validation()
    lines = log_of(3)
    broken = json.loads(lines[13])
    broken["ev"] = "sync_done"
    events = in_causal_order(events_of([*lines[:13], json.dumps(broken), *lines[14:]]))
    found = judging.of(events)
    assert found.rejected is not None
    assert found.way is not None
    told = list(meant(events[: found.events], found.way, trace_of(judging.runner, found.way)))
    assert len(told) == found.events < len(events)


def test_what_is_covered_is_counted_as_in_the_graph() -> None:
    judging = validation()
    coverage = Coverage(judging.runner)
    # Without the budget, which logs do not spend: its place is the last.
    states: dict[tuple[object, ...], None] = {}
    edges: dict[tuple[object, ...], None] = {}
    for seed in range(SEEDS):
        _, found = accepted(judging, seed)
        assert found.way is not None
        coverage.add(found.way)
        coverage.add(found.way)
        trace = trace_of(judging.runner, found.way)
        again = Retrace(Request(TwoPhase, {"Participant": 3}, faults=dict(trace.faults)), trace)
        states.update(dict.fromkeys([state[:-1] for state in again.states]))
        for state, (action, arguments) in zip(again.states, again.calls, strict=False):
            edges[(*state[:-1], action.name, arguments)] = None
    graph = Graph(Runner(Request(TwoPhase, {"Participant": 3}, faults={"crash": 8})), 200_000)
    leaving = {
        state[:-1]: len(graph.leaving(number)) for number, state in enumerate(graph.states) if state[-1] > 0
    }
    covered = coverage.covered
    assert (covered.states, covered.edges) == (len(states), len(edges))
    assert covered.leaving == sum([leaving[state] for state in states])
    assert 0 < covered.contexts <= covered.contexts_leaving


def test_all_edges_of_a_state_are_counted_once() -> None:
    judging = Validation(
        Runner(Request(TwoPhase, {"Participant": 1}, faults={"crash": 1})), TwoPhaseMapping()
    )
    coverage = Coverage(judging.runner)
    found = judging.of([])
    assert found.way is not None
    coverage.add(found.way)
    coverage.add(found.way)
    # A participant says yes or no, or crashes.
    assert coverage.covered.states == 1
    assert (coverage.covered.edges, coverage.covered.leaving) == (0, 3)


def logs(to: Path, *seeds: int) -> list[str]:
    """Log files of a run each."""
    paths = [to / f"run{seed}.log" for seed in seeds]
    for path, seed in zip(paths, seeds, strict=True):
        path.write_text("\n".join(log_of(seed)) + "\n")
    return [str(path) for path in paths]


def test_the_command_tells_it_and_writes_it(tmp_path: Path) -> None:
    trace = tmp_path / "behaviour.json"
    (log,) = logs(tmp_path, 3)
    done = lockstep("validate", SPEC, log, "--behaviour", "--coverage", "--trace-out", str(trace))
    assert done.code == 0, done.err
    assert "A behaviour of the model that shows run 3:" in done.out
    assert "cast(p=Participant3, yes=True)" in done.out
    assert "edges that leave the" in done.out
    found = from_json(trace.read_text())
    assert [step.action for step in found.steps].count("cast") == 2
    assert lockstep("show", str(trace)).code == 0


def test_the_command_has_it_in_its_json(tmp_path: Path) -> None:
    done = lockstep("validate", SPEC, *logs(tmp_path, 3, 4), "--behaviour", "--coverage", "--json")
    answer = json.loads(done.out)
    assert 0 < answer["coverage"]["edges"] <= answer["coverage"]["leaving"]
    for run in answer["runs"]:
        assert len(run["behaviour"]) == run["events"] == run["accepted"]
        assert sum(len(event["steps"]) for event in run["behaviour"]) == sum(run["steps"].values())


def test_several_runs_are_not_one_trace(tmp_path: Path) -> None:
    trace = tmp_path / "behaviour.json"
    done = lockstep("validate", SPEC, *logs(tmp_path, 3, 4), "--trace-out", str(trace))
    assert done.code == 151
    assert done.err == ("--trace-out: the logs have 2 runs, and there is one file; give the log of one run\n")
    assert not trace.exists()


def test_the_form_of_the_trace_is_asked_for_first(tmp_path: Path) -> None:
    done = lockstep("validate", SPEC, str(tmp_path / "nothing.log"), "--trace-out", "behaviour")
    assert done.code == 151
    assert "'behaviour' does not say in which form to write the trace" in done.err
