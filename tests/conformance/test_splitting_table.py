"""A table of the reference follows the model in which its partitions split, and with a bug it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checker.exit_codes import ExitCode
from checker.gates.check import Replay, Traces
from checker.gates.replay_run import Replayed, run_replay
from checker.gates.spec import load_spec
from tests.conformance.story import Story
from tests.reference.split_bugs import SPLIT_BUGS

ROOT = Path(__file__).resolve().parents[2]


def table() -> Replay:
    """The first replay of the spec: three partitions, three keys."""
    return load_spec(ROOT / "specs" / "split_as_built.toml").replays[0]


def walked(walks: int) -> Replayed:
    """A few walks."""
    return run_replay(replace(table(), traces=Traces(cover="walks", at_most=walks, length=40), disabled=5))


def loaded() -> Story:
    """Two writes are done, the load has a middle, and nobody but the leader has applied anything."""
    story = Story(table(), Request=3)
    story.tell("write", i="Request1", k="Key1")
    story.tell("write", i="Request2", k="Key3")
    story.tell("write", i="Request3", k="Key3")
    for request in ("Request2", "Request1"):
        story.tell("admit", p="Part1", m=("Put", request))
        story.tell("order", p="Part1")
        story.tell("catch_up", p="Part1")
    story.tell("admit", p="Part1", m=("Put", "Request2"))
    story.tell("advise", p="Part1", k="Key3")
    return story


def proposed() -> Story:
    """The leader has proposed a split before Key3."""
    story = loaded()
    story.tell("split", p="Part1", k="Key3", c="Part2")
    return story


def chosen() -> Story:
    """The split is chosen, and no replica has applied it."""
    story = proposed()
    story.tell("order", p="Part1")
    return story


def split() -> Story:
    """The leader, and another replica, have applied the split."""
    story = chosen()
    story.tell("catch_up", p="Part1")
    for _ in range(3):
        story.tell("follow", p="Part1", n="Member2")
    return story


def begun(leader: str = "Member1", story: Story | None = None) -> Story:
    """The new partition serves."""
    story = story or split()
    story.tell("activate", c="Part2", n=leader)
    return story


def under_way() -> Story:
    """A write is taken up before the split is applied, and decided after it."""
    story = proposed()
    story.tell("admit", p="Part1", m=("Put", "Request3"))
    for action in ("order", "order", "catch_up", "catch_up"):
        story.tell(action, p="Part1")
    return story


def refused() -> Story:
    """A write comes after the split, and the router hears where its key went."""
    story = split()
    story.tell("admit", p="Part1", m=("Put", "Request3"))
    story.tell("hear", i="Request3", m=("Moved", "Request3", "Part1"))
    return story


def read_where_it_was() -> Story:
    """A read comes to the old partition after the split."""
    story = split()
    story.tell("read", p="Part1", k="Key3")
    return story


def told() -> Story:
    """The new partition publishes its route, and what was under way goes there: a retry and a new write."""
    story = begun()
    story.tell("publish", p="Part2")
    story.tell("inform", m=("Published", ("Region", "Part2", 2, 3, 1)))
    story.tell("locate", i="Request2")
    story.tell("retry")
    for request in ("Request2", "Request3"):
        story.tell("admit", p="Part2", m=("Put", request, "Key3", "Part2"))
    story.tell("order", p="Part2")
    story.tell("catch_up", p="Part2")
    story.tell("read", p="Part2", k="Key3")
    return story


def told_late() -> Story:
    """What the old partition published before the split reaches the map service last."""
    story = begun()
    story.tell("publish", p="Part2")
    story.tell("inform", m=("Published", ("Region", "Part2", 2, 3, 1)))
    story.tell("inform", m=("Published", ("Region", "Part1", 0, 3, 0)))
    return story


def published() -> Story:
    """The old partition publishes what it has left, before the new one begins."""
    story = split()
    story.tell("publish", p="Part1")
    return story


def behind() -> Story:
    """The new partition serves before the old one's leader has applied the split; that leader is asked."""
    story = chosen()
    for member in ("Member2", "Member3"):
        for _ in range(3):
            story.tell("follow", p="Part1", n=member)
    story = begun("Member2", story)
    story.tell("admit", p="Part1", m=("Put", "Request2"))
    story.tell("read", p="Part1", k="Key3")
    return story


def twice() -> Story:
    """The split is proposed twice: the second one comes too late."""
    story = proposed()
    story.tell("split", p="Part1", k="Key3", c="Part3")
    for action in ("order", "order", "catch_up", "catch_up"):
        story.tell(action, p="Part1")
    return story


def tried_again() -> Story:
    """A write that was done is taken up again by a leader that does not know yet, and decided once more."""
    story = Story(table())
    story.tell("write", i="Request1", k="Key1")
    story.tell("admit", p="Part1", m=("Put", "Request1"))
    story.tell("change_leader", p="Part1", n="Member2", kept=1)
    story.tell("order", p="Part1")
    story.tell("catch_up", p="Part1")
    story.tell("admit", p="Part1", m=("Put", "Request1"))
    return story


def found() -> Story:
    """A new leader has found what was chosen, and a split, and has applied nothing of it."""
    story = proposed()
    story.tell("change_leader", p="Part1", n="Member2", kept=1)
    return story


def led_by_another() -> Story:
    """A split outlives its leader: another one finds it, applies it, and serves."""
    story = found()
    for _ in range(3):
        story.tell("order", p="Part1")
        story.tell("catch_up", p="Part1")
    story.tell("follow", p="Part1", n="Member1")
    story = begun("Member1", story)
    story.tell("read", p="Part1", k="Key3")
    return story


TOLD: dict[str, Callable[[], Story]] = {
    "a parent takes a write that was under way": under_way,
    "a read looks at no range": read_where_it_was,
    "the item at the boundary goes to nobody": split,
    "the parent keeps the item at the boundary": split,
    "a child does not inherit the tokens": told,
    "a stale route is accepted": refused,
    "a write is done twice": tried_again,
    "a split that was overtaken takes effect": twice,
    "a refusal names an old version": refused,
    "a router keeps its map when it is refused": refused,
    "a map is published before the child serves": published,
    "an old route overwrites a newer one": told_late,
    "a leader reads by its lease alone": behind,
}
"""A behaviour in which the bug shows."""


@pytest.mark.parametrize("bug", TOLD)
def test_a_bug_shows_in_a_behaviour(bug: str) -> None:
    story = TOLD[bug]()
    assert story.difference() is None
    with SPLIT_BUGS[bug]():
        assert story.difference() is not None


def test_a_split_outlives_its_leader() -> None:
    assert led_by_another().difference() is None


def repairing() -> Story:
    """The leader misses a replica."""
    story = loaded()
    story.tell("lose_member", p="Part1")
    return story


def one_item() -> Story:
    """The load has a middle, and only one side has an item."""
    story = Story(table())
    story.tell("write", i="Request1", k="Key1")
    story.tell("admit", p="Part1", m=("Put", "Request1"))
    story.tell("order", p="Part1")
    story.tell("catch_up", p="Part1")
    for key in ("Key3", "Key1", "Key3"):
        story.tell("read", p="Part1", k=key)
    story.tell("advise", p="Part1", k="Key3")
    return story


def in_sequence() -> Story:
    """Each access is to a later key than the one before."""
    story = loaded()
    for key in ("Key1", "Key2", "Key3"):
        story.tell("read", p="Part1", k=key)
    return story


def hot() -> Story:
    """One item has all of the load."""
    story = loaded()
    for _ in range(3):
        story.tell("read", p="Part1", k="Key1")
    return story


def asked_where_it_was() -> Story:
    """Some of what the old partition is asked for is not there any more, and the rest says nothing."""
    story = split()
    for key in ("Key3", "Key1", "Key2"):
        story.tell("read", p="Part1", k=key)
    return story


ASKED: dict[str, tuple[Callable[[], Story], str, tuple[tuple[str, int], ...]]] = {
    "a split during a repair": (repairing, "split", (("Part", 1), ("Key", 3), ("Part", 2))),
    "a split that leaves one side empty": (one_item, "split", (("Part", 1), ("Key", 3), ("Part", 2))),
    "a new leader serves before its barrier": (found, "read", (("Part", 1), ("Key", 3))),
    "a split for a sequence": (in_sequence, "advise", (("Part", 1), ("Key", 2))),
    "a split for one hot item": (hot, "advise", (("Part", 1), ("Key", 1))),
    "accesses that were moved away count": (asked_where_it_was, "advise", (("Part", 1), ("Key", 2))),
}
"""A behaviour, and a step that the model disables then, which is taken with the bug."""


@pytest.mark.parametrize("bug", ASKED)
def test_a_bug_shows_where_the_model_does_nothing(bug: str) -> None:
    told_so_far, action, wanted = ASKED[bug]
    story = told_so_far()
    arguments = [story.member(sort, number) for sort, number in wanted]
    assert story.difference_at_the_end(action, *arguments) is None
    with SPLIT_BUGS[bug]():
        assert story.difference_at_the_end(action, *arguments) is not None


def test_every_bug_is_told_of() -> None:
    assert set(TOLD) | set(ASKED) == set(SPLIT_BUGS)


def test_partitions_follow_the_model() -> None:
    found = walked(8)
    assert (found.exit_code, found.problems, found.difference) == (ExitCode.OK, (), None)
    assert found.steered is not None
    assert {"write", "admit", "order", "catch_up", "advise", "split", "follow", "activate"} <= set(
        found.steered.by_action
    )
    assert not found.steered.refused
    assert found.given is not None
    assert found.given.outcomes["refused"] > 50


def test_a_bug_shows_on_a_walk() -> None:
    with SPLIT_BUGS["a parent takes a write that was under way"]():
        assert walked(40).exit_code is ExitCode.DIFFERENCE
