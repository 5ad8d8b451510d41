"""The replicas of the reference follow the model in which members change, and with a bug they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker.exit_codes import ExitCode
from checker.gates.check import Replay, Traces
from checker.gates.replay_run import Replayed, run_replay
from checker.gates.spec import load_spec
from tests.conformance.story import Story
from tests.reference.member_bugs import MEMBER_BUGS

ROOT = Path(__file__).resolve().parents[2]


def group(number: int = 1) -> Replay:
    """A replay of the spec: of two storage replicas and a log replica, or of three."""
    return load_spec(ROOT / "specs" / "log_replicas_as_built.toml").replays[number]


def walked(number: int, walks: int, seed: int) -> Replayed:
    """A few walks."""
    traces = Traces(cover="walks", at_most=walks, length=60, seed=seed)
    return run_replay(replace(group(number), traces=traces, disabled=5))


def joins(story: Story, joining: str, *, chosen: int) -> None:
    """The leader has a replica made, and teaches it all that is chosen."""
    story.tell("invite", n="Replica1", r=joining)
    story.tell("hear", n=joining, m=("Beat", "Ballot1", chosen))
    story.tell("welcome", n="Replica1", m=("Stranger", joining, 0))
    story.tell("learn", n=joining, m=("Learn",), told=chosen)
    story.tell("hear", n=joining, m=("Beat", "Ballot1", chosen))
    story.tell("welcome", n="Replica1", m=("Stranger", joining, chosen))
    story.tell("add_log", n="Replica1", r=joining)


def votes(story: Story, slot: int, *voters: str) -> None:
    """A change of the members is chosen, and they are asked."""
    for voter in voters:
        story.tell("accept", n=voter, m=("Accept", "Ballot1", f"Slot{slot}"))
    story.tell("commit", n="Replica1", s=f"Slot{slot}", voters=frozenset({"Replica1", *voters}))
    for voter in voters:
        story.tell("hear", n=voter, m=("Beat", "Ballot1", slot))


def asks(story: Story, slot: int, *voters: str) -> None:
    """The members promise the leader to follow it: those of after this slot."""
    for voter in voters:
        story.tell("promise", n=voter, m=("Prepare", "Ballot1", slot))
    story.tell("lead", n="Replica1", voters=frozenset({"Replica1", *voters}))


def replaced() -> Story:
    """Replica4 is there for Replica3, as a log replica."""
    story = Story(group(), Replica=5)
    joins(story, "Replica4", chosen=1)
    votes(story, 2, "Replica2", "Replica3")
    asks(story, 2, "Replica2", "Replica3")
    story.tell("hear", n="Replica4", m=("Beat", "Ballot1", 2))
    story.tell("teach", n="Replica1", m=("CatchUp", 1))
    story.tell("learn", n="Replica4", m=("Learn",), told=1)
    story.tell("remove", n="Replica1", r="Replica3")
    votes(story, 3, "Replica2", "Replica4")
    asks(story, 3, "Replica2", "Replica4")
    return story


def test_a_storage_replica_is_replaced_and_the_new_one_takes_over_the_items() -> None:
    story = replaced()
    story.tell("ask_to_rebuild", n="Replica1", r="Replica4")
    story.tell("copy", n="Replica1")
    story.tell("rebuild", n="Replica4")
    story.tell("hear", n="Replica4", m=("Beat", "Ballot1", 3))
    story.tell("promote", n="Replica1", r="Replica4")
    votes(story, 4, "Replica4")
    assert story.difference() is None


def test_two_replicas_keep_the_items() -> None:
    story = replaced()
    joins(story, "Replica5", chosen=3)
    votes(story, 4, "Replica2", "Replica4")
    asks(story, 4, "Replica2", "Replica4")
    replicas = [story.member("Replica", number) for number in (1, 2)]
    assert story.difference_at_the_end("remove", *replicas) is None
    story.tell("ask_to_rebuild", n="Replica1", r="Replica4")
    story.tell("copy", n="Replica1")
    story.tell("rebuild", n="Replica4")
    story.tell("hear", n="Replica4", m=("Beat", "Ballot1", 4))
    story.tell("promote", n="Replica1", r="Replica4")
    assert story.difference() is None


def removed() -> Story:
    """Replica3 has not heard that it was removed, and stands for election."""
    story = replaced()
    story.tell("stand", n="Replica3", b="Ballot2")
    return story


def test_a_removed_member_that_stands_is_told_so_and_ends() -> None:
    story = removed()
    story.tell("turn_away", n="Replica4", m=("Prepare", "Ballot2"))
    story.tell("leave", n="Replica3", m=("Removed", 3))
    assert story.difference() is None


def test_a_removed_member_that_is_followed_shows() -> None:
    story = removed()
    story.tell("turn_away", n="Replica4", m=("Prepare", "Ballot2"))
    with MEMBER_BUGS["a removed member is followed"]():
        assert story.difference() is not None


@pytest.mark.parametrize("number", [0, 1])
def test_replicas_follow_the_model(number: int) -> None:
    found = walked(number, 4, seed=1)
    assert (found.problems, found.difference) == ((), None)
    assert found.steered is not None
    assert {"stand", "lead", "commit", "hear", "learn", "invite"} <= set(found.steered.by_action)
    assert not found.steered.refused
    assert found.given is not None
    assert found.given.outcomes["refused"] > 50


@pytest.mark.parametrize(
    ("bug", "number"),
    [
        ("a log replica is promoted without the items", 0),
        ("new members are not asked in phase 1", 0),
    ],
)
def test_a_bug_shows_on_a_walk(bug: str, number: int) -> None:
    with MEMBER_BUGS[bug]():
        assert walked(number, 4, seed=1).exit_code is ExitCode.DIFFERENCE


def test_a_log_replica_that_has_the_items_does_not_stand() -> None:
    story = replaced()
    story.tell("ask_to_rebuild", n="Replica1", r="Replica4")
    story.tell("copy", n="Replica1")
    story.tell("rebuild", n="Replica4")
    asked = story.member("Replica", 4), story.member("Ballot", 2)
    assert story.difference_at_the_end("stand", *asked) is None
    with MEMBER_BUGS["a log replica with the items stands"]():
        assert story.difference_at_the_end("stand", *asked) is not None
