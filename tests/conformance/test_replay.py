"""Replay: an implementation that follows its model passes, and each seeded bug is found, as what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from checker.conformance.reproduction import follows, pytest_file
from checker.conformance.steering import Named
from checker.conformance.system import Answer, Done, Plain, Refused
from checker.exit_codes import ExitCode
from checker.gates.check import Traces
from tests.conformance import two_phase_bugs
from tests.conformance.replays import EVERY_STEP, MODEL, named, replayed
from tests.conformance.two_phase_bugs import DISABLED, STEERED
from tests.conformance.two_phase_model import TwoPhase
from tests.conformance.two_phase_system import TwoPhaseSystem


def test_an_implementation_that_follows_its_model_passes() -> None:
    found = replayed()
    assert (found.exit_code, found.difference, found.never_done) == (ExitCode.OK, None, ())
    assert found.choice is not None
    assert (found.choice.states, found.choice.edges, found.choice.whole) == (130, 552, True)
    assert (found.choice.edges_taken, found.choice.contexts_taken) == (552, found.choice.contexts)
    assert found.steered is not None
    assert found.steered.steps > 552
    assert found.given is not None
    assert found.given.stimuli > 200
    assert set(found.given.outcomes) == {"done", "refused", "no stimulus"}


@pytest.mark.parametrize("system", STEERED)
def test_steering_finds(system: type[TwoPhaseSystem]) -> None:
    assert replayed(system, disabled=0).exit_code is ExitCode.DIFFERENCE


@pytest.mark.parametrize("system", DISABLED)
def test_only_what_the_model_disables_finds(system: type[TwoPhaseSystem]) -> None:
    assert replayed(system, disabled=0).exit_code is ExitCode.OK
    found = replayed(system)
    assert found.exit_code is ExitCode.DIFFERENCE
    assert found.difference is not None
    assert found.difference.kind == "disabled"
    assert found.difference.stimulus is not None


@pytest.mark.parametrize(
    ("system", "kind", "place"),
    [
        (two_phase_bugs.CommitsWhatIsAborted, "value", "result[Participant1]"),
        (two_phase_bugs.NeverAborts, "refused", "abort(m=Vote(participant=Participant1, yes=False))"),
        (two_phase_bugs.RaisesOnARepetition, "exception", "learn(p=Participant1, m=Decision(commit=False))"),
        (two_phase_bugs.CommitsByMajority, "disabled", "decided"),
    ],
)
def test_what_went_wrong_is_told_apart(system: type[TwoPhaseSystem], kind: str, place: str) -> None:
    difference = replayed(system).difference
    assert difference is not None
    assert (difference.kind, difference.place) == (kind, place)


class LosesMessages(TwoPhaseSystem):
    """Its network is empty when it is asked to deliver."""

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        if action == "learn":
            self.network = []
        return super().step(action, args)


def test_what_cannot_be_asked_is_a_difference_of_its_own() -> None:
    difference = replayed(LosesMessages, disabled=0).difference
    assert difference is not None
    assert difference.kind == "no stimulus"
    assert difference.shown == "no stimulus: nothing of the kind was decided"


class Reluctant(TwoPhaseSystem):
    """It does not repeat what it has said more than once, and says so."""

    may_refuse: Mapping[str, str] = {"remind": "it speaks once"}

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        return Refused("said already") if action == "remind" else super().step(action, args)


class Hasty(Reluctant):
    """It says that it has refused, and does something."""

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        answer = super().step(action, args)
        if action == "remind":
            self.nodes[1].result = True
        return answer


def test_permitted_refusals_are_counted_and_an_action_that_is_never_done_is_named() -> None:
    found = replayed(Reluctant)
    assert found.steered is not None
    assert found.steered.refused["remind"] > 20
    assert (found.exit_code, found.never_done) == (ExitCode.VACUOUS, ("remind",))


def test_a_refusal_changes_nothing() -> None:
    difference = replayed(Hasty, disabled=0).difference
    assert difference is not None
    assert difference.place == "result[Participant1]"


def test_walks_are_the_same_for_the_same_seed_and_find_bugs_too() -> None:
    walks = Traces(cover="walks", at_most=60, length=30, seed=5)
    one, two = replayed(traces=walks), replayed(traces=walks)
    assert one.exit_code is ExitCode.OK
    assert one.steered is not None
    assert two.steered is not None
    assert one.steered.by_action == two.steered.by_action
    assert one.steered.steps > 300
    assert replayed(two_phase_bugs.CommitsWhatIsAborted, traces=walks).exit_code is ExitCode.DIFFERENCE
    assert replayed(two_phase_bugs.CommitsByMajority, traces=walks).exit_code is ExitCode.DIFFERENCE


def test_contexts_alone_take_few_steps() -> None:
    found = replayed(traces=Traces(cover="contexts"))
    assert found.choice is not None
    assert found.steered is not None
    assert found.choice.contexts_taken == found.choice.contexts
    assert found.steered.steps < 50


def test_a_part_of_the_model_says_that_it_is_one() -> None:
    found = replayed(traces=Traces(states=40))
    assert found.choice is not None
    assert (found.choice.states, found.choice.whole) == (40, False)
    assert found.exit_code is ExitCode.OK


class Unnamed(TwoPhaseSystem):
    hidden: Mapping[str, str] = {"votes": "a slip of the pen"}


class WithoutReason(TwoPhaseSystem):
    hidden: Mapping[str, str] = {"outbox": " "}


class RefusesTheUnknown(TwoPhaseSystem):
    may_refuse: Mapping[str, str] = {"begin": "it has begun"}


class AnswersTheUnknown(TwoPhaseSystem):
    answers: Mapping[str, str] = {"read": "nothing is left behind"}


class SaysThatItReminds(TwoPhaseSystem):
    """Nothing is sent, and nothing shows that it should have been: only the answer is wrong."""

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        answer = super().step(action, args)
        return Done() if action == "remind" else answer


class IsTakenAtItsWord(SaysThatItReminds):
    answers: Mapping[str, str] = {"remind": "who is told that it was done relies on it"}


class ShowsLess(TwoPhaseSystem):
    def observe(self) -> Mapping[str, Plain]:
        return {name: value for name, value in super().observe().items() if name != "outbox"}


class ShowsMore(TwoPhaseSystem):
    def observe(self) -> Mapping[str, Plain]:
        return {**super().observe(), "mood": True}


class AnswersNothing(TwoPhaseSystem):
    def step(self, action: str, args: Mapping[str, Plain]) -> Any:
        super().step(action, args)


class Half:
    hidden: Mapping[str, str] = {}

    def observe(self) -> Mapping[str, Plain]:
        return {}


class ShowsNonsense(TwoPhaseSystem):
    def observe(self) -> Mapping[str, Plain]:
        return {**super().observe(), "vote": {"Participant1": "maybe", "Participant2": None}}


class HidesTheOutbox(ShowsLess):
    hidden: Mapping[str, str] = {"outbox": "it is a buffer of the runtime"}


def test_every_variable_is_shown_or_hidden_with_a_reason(golden: Callable[[str, str], None]) -> None:
    kinds = (
        Unnamed,
        WithoutReason,
        RefusesTheUnknown,
        AnswersTheUnknown,
        ShowsLess,
        ShowsMore,
        AnswersNothing,
        Half,
    )
    text = ""
    for kind in kinds:
        found = replayed(kind)
        assert found.exit_code is ExitCode.CONFIGURATION
        text += "".join([f"{kind.__name__}\n    {problem}\n" for problem in found.problems])
    golden("conformance/unbound.txt", text)
    assert replayed(HidesTheOutbox).exit_code is ExitCode.OK


def test_an_answer_counts_where_no_variable_tells_of_it() -> None:
    assert replayed(SaysThatItReminds).exit_code is ExitCode.OK
    difference = replayed(IsTakenAtItsWord).difference
    assert difference is not None
    assert (difference.kind, difference.expected, difference.shown) == ("disabled", "it disabled", "it done")
    assert difference.place.startswith("remind(p=")


def test_what_is_no_value_is_a_difference() -> None:
    difference = replayed(ShowsNonsense).difference
    assert difference is not None
    assert (difference.step, difference.place) == (0, "vote[Participant1]")
    assert difference.shown == "'maybe' is not a bool"


@pytest.mark.parametrize("system", [*STEERED, *DISABLED])
def test_a_difference_is_a_test_that_fails_until_the_bug_is_gone(system: type[TwoPhaseSystem]) -> None:
    found = replayed(system)
    assert found.difference is not None
    numbers = {"scope": {"Participant": 2}, "params": {}, "faults": {"crash": 1}}
    text = pytest_file(found.difference, "lockstep replay x.toml", MODEL, named(system), numbers)
    written: dict[str, Any] = {}
    exec(compile(text, "written.py", "exec"), written)
    with pytest.raises(AssertionError):
        written["test_the_implementation_follows_the_model"]()
    written[system.__name__] = TwoPhaseSystem
    written["test_the_implementation_follows_the_model"]()


def test_the_written_test_reads_as_one_would_write_it(golden: Callable[[str, str], None]) -> None:
    texts: list[str] = []
    for system in (two_phase_bugs.NeverAborts, two_phase_bugs.CommitsByMajority):
        difference = replayed(system).difference
        assert difference is not None
        numbers = {"scope": {"Participant": 2}, "params": {}, "faults": {"crash": 1}}
        texts.append(
            pytest_file(difference, "lockstep replay specs/two_phase.toml", MODEL, named(system), numbers)
        )
    golden("conformance/written_tests.txt", "\n".join(texts))


def test_steps_that_the_model_does_not_know_any_more_are_told() -> None:
    cast: Named = ("cast", {"p": "Participant1", "yes": True})
    cases: list[tuple[list[Named], str]] = [
        ([("sync", {"p": "Participant1"})], "step 1: the model does not allow sync"),
        ([("begin", {})], "the model has no action begin"),
        ([("cast", {"q": "Participant1"})], "cast has the parameters p, yes now"),
        ([("cast", {"p": "Participant9", "yes": True})], "'Participant9' is not one of Participant1"),
        ([cast, cast], "step 2: the model does not allow cast"),
    ]
    for steps, words in cases:
        with pytest.raises(AssertionError, match=words):
            follows(TwoPhase, TwoPhaseSystem, steps, scope={"Participant": 2})
    follows(TwoPhase, TwoPhaseSystem, [cast], scope={"Participant": 2}, disabled=cast)
    with pytest.raises(AssertionError, match="the model allows cast"):
        follows(TwoPhase, TwoPhaseSystem, [], scope={"Participant": 2}, disabled=cast)


def test_without_a_crash_there_is_no_crash() -> None:
    found = replayed(crashes=0, traces=EVERY_STEP)
    assert found.steered is not None
    assert found.steered.by_action["crash"] == 0
    assert Done().outcome == "done"
