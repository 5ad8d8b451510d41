"""Logs of correct runs are behaviours in any order of the merge; changed and wrong ones are not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.conformance.log_events import BadLog, LogEvent, by_run, in_causal_order, read_events
from checker.conformance.system import Plain
from checker.conformance.validation import BadReading, Means, Validated, Validation
from checker.engines.request import Request
from checker.running.runner import Runner
from tests.conformance import two_phase_bugs
from tests.conformance.two_phase_mapping import TwoPhaseMapping
from tests.conformance.two_phase_model import TwoPhase
from tests.conformance.two_phase_run import Run
from tests.conformance.two_phase_system import TwoPhaseSystem

SEEDS = 1000
BATCH = 250
BUGS = (
    two_phase_bugs.SaysBeforeItIsDurable,
    two_phase_bugs.ForgetsANo,
    two_phase_bugs.CommitsWhatIsAborted,
    two_phase_bugs.VotesTwice,
    two_phase_bugs.CommitsByMajority,
    two_phase_bugs.CountsARepetition,
    two_phase_bugs.RemindsBeforeItIsDurable,
)


def validation(mapping: Any = None, frontier: int = 10_000) -> Validation:
    runner = Runner(Request(TwoPhase, {"Participant": 3}, faults={"crash": 1}))
    return Validation(runner, mapping or TwoPhaseMapping(), frontier)


def events_of(lines: list[str]) -> list[LogEvent]:
    return list(read_events("log", [line.encode() for line in lines]))


def judge(lines: list[str], judging: Validation | None = None) -> Validated | BadLog | BadReading:
    """The verdict, or why there is none."""
    try:
        return (judging or validation()).of(in_causal_order(events_of(lines)))
    except (BadLog, BadReading) as error:
        return error


def is_accepted(found: Validated | BadLog | BadReading) -> bool:
    return isinstance(found, Validated) and found.rejected is None and not found.unknown


def log_of(seed: int, system: type[TwoPhaseSystem] = TwoPhaseSystem) -> list[str]:
    return Run(
        seed, make_participant=system.make_participant, make_coordinator=system.make_coordinator
    ).live()


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_no_log_of_a_correct_run_is_rejected(first: int) -> None:
    judging = validation()
    steps: dict[str, bool] = {}
    for seed in range(first, first + BATCH):
        found = judge(log_of(seed), judging)
        assert isinstance(found, Validated), f"seed {seed}: {found}"
        assert found.rejected is None, f"seed {seed}: {found.rejected}"
        steps.update(dict.fromkeys(found.steps, True))
    assert set(steps) == {action.name for action in judging.runner.actions}


@pytest.mark.parametrize("system", BUGS)
def test_a_log_of_each_bug_is_rejected(system: type[TwoPhaseSystem]) -> None:
    judging = validation()
    assert any(not is_accepted(judge(log_of(seed, system), judging)) for seed in range(20))


def test_twenty_orders_of_the_merge_give_one_verdict() -> None:
    judging = validation()
    differing = 0
    for seed in range(12):
        for system in (TwoPhaseSystem, two_phase_bugs.CommitsByMajority):
            events = events_of(log_of(seed, system))
            orders = [in_causal_order(events, Random(number)) for number in range(20)]
            differing += len({tuple([event.place for event in order]) for order in orders}) - 1
            verdicts = {judging.of(order).rejected is None for order in orders}
            assert len(verdicts) == 1, f"seed {seed}"
    assert differing > 200


def test_every_changed_state_and_every_missing_or_repeated_line_is_rejected() -> None:
    judging = validation()
    tried = {"state": 0, "dropped": 0, "repeated": 0}
    for seed in range(6):
        lines = log_of(seed)
        for number, line in enumerate(lines):
            fields = json.loads(line)
            for name, value in fields["state"].items():
                for other in (True, False, None):
                    if other is not value:
                        changed = json.dumps({**fields, "state": {**fields["state"], name: other}})
                        assert not is_accepted(
                            judge([*lines[:number], changed, *lines[number + 1 :]], judging)
                        )
                        tried["state"] += 1
            later = [json.loads(one)["node"] for one in lines[number + 1 :]]
            following = later.index(fields["node"]) + 1 if fields["node"] in later else 0
            if following and json.loads(lines[number + following])["inc"] == fields["inc"]:
                # The end of a node's life may be missing from a log.
                assert not is_accepted(judge(lines[:number] + lines[number + 1 :], judging))
                tried["dropped"] += 1
            assert not is_accepted(judge([*lines, line], judging))
            tried["repeated"] += 1
    assert min(tried.values()) > 80


def test_a_rejection_says_where_and_what_was_false(golden: Callable[[str, str], None]) -> None:
    text = ""
    for system in BUGS:
        found = next(
            one
            for one in (judge(log_of(seed, system)) for seed in range(20))
            if isinstance(one, Validated) and one.rejected is not None
        )
        rejected = found.rejected
        assert rejected is not None
        text += f"{system.__name__}: {rejected.event.place}, {rejected.event.kind} of {rejected.event.node}\n"
        text += "".join([f"    {reason}\n" for reason in rejected.reasons])
    golden("conformance/rejections.txt", text)


class Blind(TwoPhaseMapping):
    """Sees neither the nodes' state nor which syncs there were."""

    def read(self, event: Mapping[str, Any]) -> Means:
        means = super().read(event)
        internal = [(name, {"p": f"Participant{n}"}) for name in ("sync", "remind") for n in (1, 2, 3)]
        alternatives = ((), *means.alternatives) if event["ev"] == "sync_done" else means.alternatives
        return Means(alternatives, internal, {}, means.includes)


def test_without_the_state_there_are_more_candidates_and_the_verdict_stays() -> None:
    for seed in range(6):
        found = judge(log_of(seed), validation(Blind()))
        assert is_accepted(found)
        assert isinstance(found, Validated)
        assert found.widest > 1


def test_when_there_are_too_many_candidates_nobody_knows() -> None:
    found = judge(log_of(1), validation(Blind(), frontier=3))
    assert isinstance(found, Validated)
    assert (found.unknown, found.rejected) == (True, None)


def _line(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "v": 1,
        "run": 1,
        "node": "Participant1",
        "inc": 1,
        "seq": 1,
        "ev": "timer",
        "state": {},
    }
    kept = {name: value for name, value in {**fields, **changes}.items() if value is not ...}
    return json.dumps(kept).encode()


WRONG_LINES: dict[str, list[bytes]] = {
    "not JSON": [b"{"],
    "not UTF-8": [b'{"v": "\xff"}'],
    "no object": [b"[1]"],
    "nested too deep": [b"[" * 100_000],
    "a huge number": [b'{"v": ' + b"1" * 5000 + b"}"],
    "no version": [_line(v=...)],
    "a later version": [_line(v=2)],
    "a version that is true": [_line(v=True)],
    "no node": [_line(node=...)],
    "a node without a name": [_line(node="")],
    "no event": [_line(ev=None)],
    "a life that is a text": [_line(inc="1")],
    "number zero": [_line(seq=0)],
    "a run that is a list": [_line(run=[1])],
    "begins late": [_line(seq=2)],
    "a gap": [_line(), _line(seq=3)],
    "twice": [_line(), _line()],
    "a life is missing": [_line(), _line(inc=3)],
    "received before it was sent": [
        _line(ev="recv", src="b", msg=[1]),
        _line(seq=2, ev="send", to="b", msg=[2]),
        _line(node="b", ev="recv", src="Participant1", msg=[2]),
        _line(node="b", seq=2, ev="send", to="Participant1", msg=[1]),
    ],
}


def test_what_is_no_log_is_told(golden: Callable[[str, str], None]) -> None:
    text = ""
    for case, lines in WRONG_LINES.items():
        with pytest.raises(BadLog) as told:
            in_causal_order(list(read_events("x.log", lines)))
        text += f"{case}\n    {told.value}\n"
    golden("conformance/bad_logs.txt", text)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_a_bad_log(content: bytes) -> None:
    with suppress(BadLog):
        list(read_events("x", content.split(b"\n")))


@given(st.lists(st.dictionaries(st.sampled_from(["v", "run", "node", "inc", "seq", "ev", "msg", "id"]),
                                st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.text(max_size=2))),
                max_size=6))  # fmt: skip
def test_any_objects_are_ordered_or_a_bad_log(objects: list[dict[str, Any]]) -> None:
    lines = [json.dumps(one).encode() for one in objects]
    with suppress(BadLog):
        for events in by_run(read_events("x", lines)).values():
            order = in_causal_order(events)
            assert sorted([event.place for event in order]) == sorted([event.place for event in events])


def _misread(means: Means) -> str:
    class Wrong:
        def read(self, event: Mapping[str, Any]) -> Means:
            return means

    found = judge([_line().decode()], validation(Wrong()))
    assert isinstance(found, BadReading)
    return str(found)


def test_a_mapping_that_does_not_fit_is_told(golden: Callable[[str, str], None]) -> None:
    nothing: Mapping[str, Plain] = {}
    cases: dict[str, Means] = {
        "no such action": Means([[("vote", nothing)]]),
        "no such parameter": Means([[("cast", {"q": "Participant1"})]]),
        "no such member": Means([[("cast", {"p": "Participant7"})]]),
        "no such variable": Means(values={"votes": None}),
        "no value": Means(values={"vote": {"Participant1": 3}}),
        "no element": Means(includes={"network": [("Vote", "Participant1")]}),
        "no set": Means(includes={"decided": [True]}),
    }
    text = "".join([f"{case}\n    {_misread(means)}\n" for case, means in cases.items()])
    unknown = judge([_line(ev="lunch", state={"vote": None, "disk": None, "result": None}).decode()])
    golden("conformance/bad_readings.txt", text + f"no such event\n    {unknown}\n")


def test_runs_are_judged_each_for_itself(tmp_path: Path) -> None:
    from tests.unit.cli.process import lockstep

    path = tmp_path / "runs.log"
    lines = [line for seed in (1, 2, 3) for line in log_of(seed)]
    bad = log_of(2, two_phase_bugs.CommitsByMajority)
    path.write_text("".join([line + "\n" for line in lines]), encoding="utf-8")
    done = lockstep("validate", "tests/conformance/two_phase.toml", str(path))
    assert done.code == 0
    assert "logs under faults: 3 runs: 3 accepted." in done.out
    other = tmp_path / "bad.log"
    other.write_text("".join([line.replace('"run": 2', '"run": 9') + "\n" for line in bad]), encoding="utf-8")
    done = lockstep("validate", "tests/conformance/two_phase.toml", str(path), str(other), "--json")
    assert done.code == 25
    told = json.loads(done.out)
    assert [one["verdict"] for one in told["runs"]] == ["accepted"] * 3 + ["rejected"]
    assert told["runs"][3]["rejected"]["reasons"][1].startswith("commit(): the guard at ")
    assert "run 9 is no behaviour of the model." in done.err
    missing = lockstep("validate", "tests/conformance/two_phase.toml", str(tmp_path / "no.log"))
    assert (missing.code, "cannot be read" in missing.err) == (151, True)
    none = lockstep("validate", "specs/paxos.toml", str(path))
    assert (none.code, "there is no [[validate]]" in none.err) == (151, True)
