"""The compiled search of models written by hand gives the answers of the python engine."""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations

import pytest

from checker.engines.native.budget import resident_bytes
from checker.engines.native.library import Library
from checker.engines.native.search import Call, Outcome, Overflow, search
from checker.engines.python.search import explore
from checker.engines.request import Limits, Progress, Request
from checker.traces.plain import Plain
from checker.verdicts import Result, Violated
from model.paxos import Paxos
from tests.models.drawn import Drawn
from tests.models.ledger import VARIANTS
from tests.models.paxos_mutants import AnyValue, Forgets

Load = Callable[..., Library]

# So small that growth, several batches a state and several chunks a level happen in small models.
TINY = ("LS_BATCH=4", "LS_CHUNK=4", "LS_SLOTS_FIRST=4", "LS_UNIT_MIN=2", "LS_FILTER_FROM=1")

QUORUMS = [frozenset({f"Acceptor{a}", f"Acceptor{b}"}) for a, b in combinations((1, 2, 3), 2)]


def _rank(value: Plain) -> int:
    match value:
        case bool():
            raise AssertionError("no parameter of these models is a bool")
        case int():
            return value
        case str():
            return int(value[-1]) - 1
        case frozenset():
            return [*map(frozenset[Plain], QUORUMS)].index(value)
        case _:
            raise AssertionError(f"no parameter of these models is {value!r}")


def _call(numbers: Mapping[str, int], action: str, arguments: tuple[tuple[str, Plain], ...]) -> Call:
    return Call(numbers[action], tuple(_rank(value) for _, value in arguments))


def _counts(outcome: Outcome) -> Outcome:
    """What must not depend on workers or time."""
    return replace(outcome, seconds=0.0, bytes=0, bytes_peak=0)


def _assert_agree(outcome: Outcome, result: Result) -> None:
    counts = result.statistics
    assert outcome.stop is None
    assert outcome.levels == counts.levels
    assert outcome.fired == tuple(fired for _, fired in counts.actions)
    assert (outcome.distinct, outcome.generated) == (counts.distinct, counts.generated)
    assert outcome.depth == counts.depth
    assert outcome.pruned == tuple(count for _, count in result.pruned)
    verdict, finding = result.verdict, outcome.finding
    if not isinstance(verdict, Violated):
        assert finding is None
        return
    assert finding is not None
    assert finding.kind == ("error" if verdict.kind == "evaluation" else verdict.kind)
    numbers = {name: number for number, (name, _) in enumerate(counts.actions)}
    trace = verdict.trace
    steps = [_call(numbers, step.action, step.arguments) for step in trace.steps]
    if trace.attempt is not None:
        assert finding.subject == "action"
        steps.append(_call(numbers, trace.attempt.action, trace.attempt.arguments))
    assert finding.steps == tuple(steps)
    if finding.subject != "initial":
        assert finding.initial == Call(0, tuple(_rank(value) for _, value in trace.initial.arguments))


@pytest.mark.parametrize("nodes", [2, 3])
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_each_kind_of_finding_is_the_one_of_the_python_engine(load: Load, variant: int, nodes: int) -> None:
    if variant == 0:
        nodes = 2
    model = VARIANTS[variant]
    result = explore(Request(model, {"Node": nodes}, faults={"crash": 2}))
    for workers in (1, 4):
        outcome = search(load("ledger.c", f"VARIANT={variant}", f"NODES={nodes}", *TINY), workers=workers)
        _assert_agree(outcome, result)
    names = {
        "invariant": ("in_range", "bounded"),
        "step_invariant": ("saved_stays", "calm"),
        "constraint": ("small",),
        "cover": ("full", "impossible"),
        "terminal": ("over",),
    }
    if isinstance(result.verdict, Violated) and result.verdict.property is not None:
        assert outcome.finding is not None
        assert names[outcome.finding.subject][outcome.finding.property] == result.verdict.property
    assert (outcome.finding is not None and outcome.finding.site != 0) == (
        isinstance(result.verdict, Violated) and result.verdict.kind == "evaluation"
    )


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_a_trace_under_symmetry_is_the_one_without(load: Load, variant: int) -> None:
    """The model and its properties treat all nodes alike, so a finding is equally far from a state and from
    its canonical form: the least trace is the same, with the names that the model gave."""
    whole = search(load("ledger.c", f"VARIANT={variant}", "NODES=3"))
    for workers in (1, 2):
        reduced = search(
            load("ledger.c", f"VARIANT={variant}", "NODES=3", "SYMMETRIC", "LS_DEBUG", *TINY), workers=workers
        )
        assert reduced.finding == whole.finding
        assert reduced.depth == whole.depth
        assert reduced.distinct < whole.distinct or whole.distinct <= 2


def test_orbits_add_up_to_the_states_without_symmetry(load: Load) -> None:
    """Two nodes: an orbit has two states, or one where both nodes are alike."""
    whole = search(load("ledger.c", "CRASHES=0"))
    reduced = search(load("ledger.c", "CRASHES=0", "SYMMETRIC"))
    # Everybody runs: four counts each, and 0 to 2 saved.
    assert whole.distinct == 4 * 4 * 3
    assert reduced.distinct == (4 * 3 // 2 + 4) * 3


def test_the_cover_of_a_step_that_cannot_be_evaluated_is_an_error(load: Load) -> None:
    outcome = search(load("ledger.c", "VARIANT=13"), workers=2)
    finding = outcome.finding
    assert finding is not None
    assert (finding.kind, finding.subject, finding.property, finding.site) == ("error", "step_cover", 0, 40)
    # The sum is five first after two steps from one on each node.
    assert finding.initial == Call(0, (1,))
    assert finding.steps == (Call(0, (0, 1)), Call(0, (1, 2)))


def test_the_initial_state_that_cannot_be_evaluated_is_named(load: Load) -> None:
    finding = search(load("ledger.c", "VARIANT=10")).finding
    assert finding is not None
    assert (finding.kind, finding.subject, finding.initial) == ("error", "initial", Call(0, (1,)))


def test_covers_and_probes_tell_what_was_met(load: Load) -> None:
    result = explore(Request(VARIANTS[0], {"Node": 2}, faults={"crash": 2}))
    outcome = search(load("ledger.c", "VARIANT=0"), workers=2)
    assert dict(result.covers) == {"full": True, "impossible": False, "loses": True}
    assert (outcome.covers, outcome.step_covers) == ((True, False), (True,))
    # The first of each can be met: three saved, beyond the constraint; a crash.
    assert (outcome.probes, outcome.step_probes) == ((True, False), (True, False))


def test_a_fault_without_budget_never_fires(load: Load) -> None:
    result = explore(Request(VARIANTS[0], {"Node": 2}, faults={"crash": 0}))
    _assert_agree(search(load("ledger.c", "CRASHES=0")), result)


@pytest.mark.parametrize("deadlock", [True, False])
def test_arguments_that_cannot_be_drawn_are_an_error_and_enable_nothing(load: Load, deadlock: bool) -> None:
    result = explore(Request(Drawn, {"Shelf": 3}, deadlock=deadlock))
    outcome = search(load("drawn.c"), deadlock=deadlock)
    assert isinstance(result.verdict, Violated)
    assert result.verdict.kind == ("deadlock" if deadlock else "evaluation")
    assert outcome.finding is not None
    steps = [step.action for step in result.verdict.trace.steps]
    if deadlock:
        assert outcome.finding.kind == "deadlock"
    else:
        assert (outcome.finding.kind, outcome.finding.subject, outcome.finding.site) == ("error", "action", 5)
        assert result.verdict.trace.attempt is not None
        assert result.verdict.trace.attempt.action == "take"
        assert outcome.finding.steps[-1] == Call(0, ())
        steps.append("take")
    assert [("take", "walk")[call.number] for call in outcome.finding.steps] == steps
    assert outcome.levels == result.statistics.levels
    assert outcome.generated == result.statistics.generated


def test_a_deadlock_may_be_accepted(load: Load) -> None:
    result = explore(Request(VARIANTS[9], {"Node": 2}, faults={"crash": 2}, deadlock=False))
    _assert_agree(search(load("ledger.c", "VARIANT=9"), deadlock=False), result)


def test_paxos_has_the_counts_of_the_python_engine(load: Load) -> None:
    result = explore(Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}))
    _assert_agree(search(load("paxos.c", "BALLOTS=2")), result)


@pytest.mark.parametrize(("define", "mutant"), [("MUTANT_ANY_VALUE", AnyValue), ("MUTANT_FORGETS", Forgets)])
def test_mutants_of_paxos_have_the_trace_of_the_python_engine(
    load: Load, define: str, mutant: type[Paxos]
) -> None:
    result = explore(Request(mutant, {"Acceptor": 3, "Value": 2, "Ballot": 2}))
    assert isinstance(result.verdict, Violated)
    for workers in (1, 2, 4):
        _assert_agree(search(load("paxos.c", "BALLOTS=2", define, *TINY), workers=workers), result)


@pytest.mark.parametrize("defines", [(), TINY, ("LS_DEBUG", "LS_BATCH=16", "LS_CHUNK=32")])
def test_the_outcome_does_not_depend_on_the_workers(load: Load, defines: tuple[str, ...]) -> None:
    library = load("paxos.c", "BALLOTS=3", *defines)
    alone = _counts(search(library))
    assert (alone.distinct, alone.generated, alone.depth) == (185_369, 1_350_916, 25)
    assert sum(alone.levels) == alone.distinct
    for workers in (2, 4, 2, 4):
        assert _counts(search(library, workers=workers)) == alone


def test_a_trace_through_large_levels_does_not_depend_on_the_workers(load: Load) -> None:
    library = load("paxos.c", "BALLOTS=3", "MUTANT_ANY_VALUE", "LS_SLOTS_FIRST=64")
    alone = _counts(search(library))
    assert alone.finding is not None
    assert len(alone.finding.steps) == alone.depth - 1
    for workers in (2, 4):
        assert _counts(search(library, workers=workers)) == alone


def test_a_search_keeps_to_its_bytes(load: Load) -> None:
    library = load("paxos.c")
    outcome = search(library, Limits(bytes=resident_bytes() + 20_000_000))
    assert outcome.stop == "memory"
    assert outcome.finding is None
    assert 100_000 < outcome.distinct < 8_220_065
    assert outcome.bytes_peak < 21_000_000
    assert sum(outcome.levels) <= outcome.distinct


def test_a_search_without_any_memory_is_truncated(load: Load) -> None:
    outcome = search(load("paxos.c"), Limits(bytes=1))
    assert (outcome.stop, outcome.distinct, outcome.depth) == ("memory", 0, 0)


def test_a_table_that_cannot_grow_is_filled_further(load: Load) -> None:
    """Its peak of memory is enough to do a search again, and less than half of it is not."""
    library = load("paxos.c", "BALLOTS=3")
    free = search(library)
    for part, stop in ((1.0, None), (0.4, "memory")):
        limits = Limits(bytes=resident_bytes() + int(part * free.bytes_peak) + 500_000)
        assert search(library, limits).stop == stop


@pytest.mark.parametrize("workers", [1, 4])
def test_states_end_a_search(load: Load, workers: int) -> None:
    outcome = search(load("paxos.c"), Limits(states=100_000), workers=workers)
    assert outcome.stop == "states"
    assert 100_000 < outcome.distinct < 101_000
    assert outcome.generated == 1 + sum(outcome.fired)


def test_time_ends_a_search(load: Load) -> None:
    library = load("paxos.c")
    outcome = search(library, Limits(seconds=0.1), workers=2)
    assert outcome.stop == "time"
    assert 0 < outcome.distinct < 8_220_065
    assert search(library, Limits(seconds=0.0)).distinct <= 1


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_depth_ends_a_search_as_in_the_python_engine(load: Load, depth: int) -> None:
    counts = explore(
        Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}, limits=Limits(depth=depth))
    ).statistics
    outcome = search(load("paxos.c", "BALLOTS=2"), Limits(depth=depth), workers=2)
    assert (outcome.stop, outcome.depth, outcome.levels) == ("depth", depth, counts.levels)
    assert (outcome.distinct, outcome.generated) == (counts.distinct, counts.generated)


def test_a_depth_that_leaves_nothing_out_does_not_end_it(load: Load) -> None:
    assert search(load("paxos.c", "BALLOTS=2"), Limits(depth=17)).stop is None
    assert search(load("paxos.c", "BALLOTS=2"), Limits(depth=16)).stop == "depth"


def test_a_keyboard_interrupt_ends_a_search(load: Load) -> None:
    library = load("paxos.c")
    # A process that was begun in the background of a shell ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        outcome = search(library)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert outcome.stop == "interrupted"
    assert 0 < outcome.distinct < 8_220_065
    assert outcome.generated == 1 + sum(outcome.fired)


def test_progress_is_told_and_its_error_ends_the_search(load: Load) -> None:
    told: list[Progress] = []

    def complain(progress: Progress) -> None:
        told.append(progress)
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        search(load("paxos.c"), progress=complain)
    assert len(told) == 1
    assert told[0].generated > told[0].distinct > 0
    assert told[0].depth > 1
    assert told[0].queue > 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_set_that_outgrows_its_place_wants_another_layout(load: Load, workers: int) -> None:
    outcome = search(load("ledger.c", "OVERFLOWS"), workers=workers)
    assert outcome.stop == "relayout"
    assert outcome.overflow in (Overflow(3, 5), Overflow(3, 6))
    assert outcome.finding is None


def test_a_finding_without_a_trace_does_not_end_well(load: Load) -> None:
    outcome = search(load("ledger.c", "VARIANT=5", "NODES=3", "LS_MARKS(words)=NULL"))
    assert outcome.stop == "memory"
    assert outcome.finding is not None
    assert (outcome.finding.initial, outcome.finding.steps) == (None, ())


def test_a_finding_on_a_level_that_was_not_finished_is_not_hidden(load: Load) -> None:
    """The limit of states is reached on the level that is expanded when the finding is made."""
    library = load("ledger.c", "VARIANT=5", "NODES=3", *TINY)
    whole = search(library)
    assert whole.finding is not None
    last = whole.distinct - whole.levels[-1]
    outcome = search(library, Limits(states=last + whole.levels[-1] - 2))
    assert outcome.stop == "states"
    assert outcome.finding == whole.finding
