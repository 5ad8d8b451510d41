"""The replicas of the reference follow the model of elections with leases, and with a bug they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.exit_codes import ExitCode
from checker.gates.check import Replay, Traces
from checker.gates.replay_run import Replayed, run_replay
from checker.gates.spec import load_spec
from model.candidate_messages import Prepare
from model.election_messages import Granted, Released
from tests.conformance.story import Story
from tests.reference.election_bugs import ELECTION_BUGS, LEASE_BUGS

ROOT = Path(__file__).resolve().parents[2]
ELECTIONS, LEASES = 0, 1
PLANTS = {**ELECTION_BUGS, **LEASE_BUGS}
REPLICAS = ("Replica1", "Replica2", "Replica3")


def group(number: int = LEASES) -> Replay:
    """A replay of the spec: with disks that take their time and restarts, or with leaders that stay."""
    return load_spec(ROOT / "specs" / "election_as_built.toml").replays[number]


def walked(number: int, walks: int, length: int, seed: int) -> Replayed:
    """A few walks."""
    traces = Traces(cover="walks", at_most=walks, length=length, seed=seed)
    return run_replay(replace(group(number), traces=traces, disabled=5))


def member(story: Story, sort: str, number: int) -> Any:
    """A member of a sort, whichever that is."""
    return story.member(sort, number)


def elected(**faults: int) -> Story:
    """Replica1 leads, with Replica2's vote; its first heartbeat is on its way. Its clock is a tick ahead."""
    story = Story(replace(group(), faults={"request": 1, **faults}))
    quorum = frozenset({"Replica1", "Replica2"})
    story.tell("inquire", n="Replica1")
    story.tell("tick", n="Replica1")
    story.tell("stand", n="Replica1", b="Ballot1")
    story.tell("promise", n="Replica2", m=("Prepare", "Ballot1"))
    story.tell("lead", n="Replica1", q=quorum)
    story.tell("accept", n="Replica2", m=("Accept", "Ballot1"))
    story.tell("settle", n="Replica1", q=quorum)
    return story


def hears_and_answers(story: Story, number: int) -> None:
    """Replica2 grants a heartbeat, and the leader hears that."""
    story.tell("grant", n="Replica2", m=("Heartbeat", "Ballot1", f"Round{number}"))
    story.tell("count", n="Replica1", m=("Granted", "Ballot1", f"Round{number}", "Replica2"))


def pass_time(story: Story, ticks: int) -> None:
    """For all, the leader last."""
    for _ in range(ticks):
        for name in reversed(REPLICAS):
            story.tell("tick", n=name)


def overtaken() -> tuple[Story, tuple[object, ...]]:
    """The leader has counted the answer to its second heartbeat, and then hears that to the first."""
    story = elected()
    story.tell("grant", n="Replica2", m=("Heartbeat", "Ballot1", "Round1"))
    pass_time(story, 1)
    story.tell("beat", n="Replica1")
    hears_and_answers(story, 2)
    answer = Granted(member(story, "Ballot", 1), member(story, "Round", 1), member(story, "Replica", 2))
    return story, (member(story, "Replica", 1), answer)


def late() -> tuple[Story, tuple[object, ...]]:
    """A client asks the leader, whose lease runs out before it looks."""
    story = elected()
    hears_and_answers(story, 1)
    story.tell("receive", n="Replica1")
    pass_time(story, 2)
    return story, (member(story, "Replica", 1),)


def rival() -> tuple[Story, tuple[object, ...]]:
    """Replica3 asks for the vote of Replica2, which has just granted a lease."""
    story = elected()
    hears_and_answers(story, 1)
    story.tell("inquire", n="Replica3")
    story.tell("tick", n="Replica3")
    story.tell("stand", n="Replica3", b="Ballot2")
    return story, (member(story, "Replica", 2), Prepare(member(story, "Ballot", 2)))


def released() -> tuple[Story, tuple[object, ...]]:
    """Replica1 has handed over, which Replica2 hears when it has granted a lease to Replica3."""
    story = elected(hand_over=1)
    story.tell("relinquish", n="Replica1")
    story.tell("inquire", n="Replica3")
    story.tell("tick", n="Replica3")
    story.tell("stand", n="Replica3", b="Ballot2")
    story.tell("promise", n="Replica2", m=("Prepare", "Ballot2"))
    story.tell("lead", n="Replica3", q=frozenset({"Replica2", "Replica3"}))
    story.tell("grant", n="Replica2", m=("Heartbeat", "Ballot2", "Round1"))
    return story, (member(story, "Replica", 2), Released(member(story, "Ballot", 1)))


TOLD = {
    "a release of any ballot frees": ("learn_release", released),
    "a leader serves after its lease": ("answer", late),
    "an answer that was overtaken counts": ("count", overtaken),
    "a vote while a lease holds": ("promise", rival),
}


@pytest.mark.parametrize("bug", TOLD)
def test_what_must_not_be_done_then_is_done_by_none_but_a_bug(bug: str) -> None:
    action, told = TOLD[bug]
    story, arguments = told()
    assert story.difference_at_the_end(action, *arguments) is None
    with PLANTS[bug]():
        assert story.difference_at_the_end(action, *arguments) is not None


def test_a_lease_counts_from_the_heartbeat_however_late_the_answer_is() -> None:
    story = elected()
    pass_time(story, 1)
    hears_and_answers(story, 1)
    assert story.difference() is None
    for bug in ("a lease is counted from the answer", "a lease is counted from the newest answer"):
        told = elected()
        pass_time(told, 1)
        told.tell("beat", n="Replica1")
        hears_and_answers(told, 1)
        with PLANTS[bug]():
            assert told.difference() is not None, bug


def test_another_leader_is_elected_when_the_grants_are_over() -> None:
    story, _ = rival()
    quorum = frozenset({"Replica2", "Replica3"})
    story.tell("tick", n="Replica2")
    pass_time(story, 3)
    story.tell("promise", n="Replica2", m=("Prepare", "Ballot2"))
    story.tell("lead", n="Replica3", q=quorum)
    story.tell("accept", n="Replica2", m=("Accept", "Ballot2"))
    story.tell("settle", n="Replica3", q=quorum)
    story.tell("grant", n="Replica2", m=("Heartbeat", "Ballot2", "Round1"))
    story.tell("count", n="Replica3", m=("Granted", "Ballot2", "Round1", "Replica2"))
    story.tell("receive", n="Replica3")
    story.tell("answer", n="Replica3")
    assert story.difference() is None


@pytest.mark.parametrize("number", [ELECTIONS, LEASES])
def test_replicas_follow_the_model(number: int) -> None:
    found = walked(number, 3, 60, seed=1)
    assert (found.problems, found.difference) == ((), None)
    assert found.steered is not None
    assert {"tick", "inquire", "stand", "grant"} <= set(found.steered.by_action)
    assert not found.steered.refused
    assert found.given is not None
    assert found.given.outcomes["refused"] > 50


@pytest.mark.parametrize(
    ("bug", "number"),
    [
        ("a vote right after a restart", ELECTIONS),
        ("a vote before it is durable", ELECTIONS),
        ("a restart repeats the numbers of questions", ELECTIONS),
        ("a grant lasts no longer than a lease", LEASES),
        ("a leader without answers is not fenced", LEASES),
    ],
)
def test_a_bug_shows_on_a_walk(bug: str, number: int) -> None:
    with PLANTS[bug]():
        assert walked(number, 6, 60, seed=1).exit_code is ExitCode.DIFFERENCE
