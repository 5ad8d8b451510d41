"""Small protocols of many kinds: counts of a search, agreement of CPython and the evaluator, seeded bugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import pytest

from checker.engines.python.search import explore
from checker.engines.request import Request
from checker.language.model import Model
from checker.verdicts import Exhausted, ExhaustedWithin, Violated
from tests.differential.compare import compare
from tests.models.protocols import (
    abd,
    bakery,
    bank,
    chain,
    conditional_write,
    epochs,
    gossip,
    joint,
    lamport_mutex,
    lease_fencing,
    philosophers,
    ring,
    split,
    token_bucket,
    viewstamped,
    wal,
    work_queue,
)

STATES_COMPARED = 60


@dataclass(frozen=True)
class Case:
    """A protocol in a small scope.

    Attributes:
        counts: distinct, generated, depth of an exhausted search.
        deadlock: whether a deadlock counts.
        bugs: subclasses with a seeded bug, what they violate, and the steps to it.
    """

    model: type[Model]
    scope: Mapping[str, int]
    counts: tuple[int, int, int]
    bugs: Mapping[type[Model], tuple[str, int]]
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    deadlock: bool = False

    def request(self, model: type[Model]) -> Request:
        """The check of the model, or of one of its bugs."""
        return Request(model, self.scope, self.params, self.faults, deadlock=self.deadlock)


CASES = (
    Case(
        viewstamped.Viewstamped,
        {"Replica": 3, "Op": 1, "View": 2, "OpNumber": 1},
        (2237, 4684, 13),
        {viewstamped.AnyLog: ("committed_survives", 7)},
    ),
    Case(
        chain.Chain,
        {"Position": 3, "Update": 2},
        (110, 172, 8),
        {chain.AckAtHead: ("acked_at_tail", 1), chain.NoRepair: ("update_propagation", 4)},
        faults={"crash": 1},
    ),
    Case(
        abd.Register,
        {"Server": 3, "Client": 2, "Number": 2},
        (2777, 8421, 17),
        {abd.QueryOne: ("atomic", 12)},
    ),
    Case(lamport_mutex.LamportMutex, {"Node": 2}, (59, 117, 13), {lamport_mutex.NoAcks: ("exclusion", 4)}),
    Case(
        lease_fencing.Fencing,
        {"Node": 2},
        (1047, 2286, 13),
        {lease_fencing.NoFence: ("fence_grows", 7)},
        params={"horizon": 2, "duration": 1, "drift": 1},
        faults={"lose": 1},
    ),
    Case(
        joint.Joint,
        {"Node": 3, "Term": 1},
        (542, 1081, 8),
        {joint.OneMajority: ("one_leader", 6), joint.TwoVotes: ("one_leader", 6)},
    ),
    Case(
        bank.Bank,
        {"Account": 3, "Transfer": 2},
        (5214, 10041, 13),
        {bank.DirtyRead: ("conserved", 11)},
        params={"total": 2},
    ),
    Case(
        token_bucket.TokenBucket,
        {"Id": 2, "Router": 1},
        (106, 154, 10),
        {token_bucket.Duplicates: ("never_more_than_minted", 4)},
        params={"horizon": 2, "burst": 2, "rate": 1},
        faults={"restart": 1},
    ),
    Case(
        work_queue.Queue,
        {"Job": 1, "Worker": 1},
        (147, 383, 12),
        {work_queue.NoTable: ("once", 7)},
        faults={"lose": 1, "crash": 1},
    ),
    Case(
        wal.Wal,
        {"Key": 1, "Value": 2},
        (240, 557, 10),
        {wal.AcceptsTorn: ("durable", 4)},
        faults={"crash": 1},
    ),
    Case(
        gossip.Gossip,
        {"Node": 2},
        (108, 181, 8),
        {gossip.Overwrites: ("vector_tells_the_truth", 3)},
        faults={"crash": 1},
    ),
    Case(bakery.Bakery, {"Process": 2}, (52, 87, 16), {bakery.NotAtomic: ("exclusion", 8)}),
    Case(
        philosophers.Philosophers,
        {"Seat": 3},
        (12, 23, 4),
        {philosophers.LeftFirst: ("deadlock", 3)},
        deadlock=True,
    ),
    Case(split.Split, {"Key": 2, "Part": 2, "Request": 1}, (45, 76, 7), {split.AcceptsStale: ("no_loss", 3)}),
    Case(ring.Ring, {"Place": 3, "Id": 3}, (50, 102, 7), {ring.Forwards: ("one_leader", 4)}),
    Case(
        conditional_write.Conditional,
        {"Client": 2, "Key": 1},
        (1101, 5777, 24),
        {conditional_write.Forgetful: ("never_both", 4)},
    ),
    Case(
        epochs.Zab,
        {"Node": 3, "Epoch": 2},
        (6883, 14191, 19),
        {epochs.OwnHistory: ("later_epochs_extend", 11)},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_every_state_is_found_in_whatever_order(case: Case) -> None:
    request = case.request(case.model)
    result = explore(request)
    assert isinstance(result.verdict, Exhausted | ExhaustedWithin)
    assert result.never_fired == ()
    assert all(reached for _, reached in result.covers)
    counts = result.statistics
    assert (counts.distinct, counts.generated, counts.depth) == case.counts
    shuffled = explore(request, shuffle=Random(5))
    assert (shuffled.verdict, shuffled.statistics.levels) == (result.verdict, counts.levels)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_cpython_and_the_evaluator_agree(case: Case) -> None:
    for model in (case.model, *case.bugs):
        done = compare(case.request(model), STATES_COMPARED)
        assert done.differences == []
        assert done.steps > 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_a_seeded_bug_is_found(case: Case) -> None:
    for model, (violated, steps) in case.bugs.items():
        verdict = explore(case.request(model)).verdict
        assert isinstance(verdict, Violated)
        assert (verdict.property or verdict.kind, len(verdict.trace.steps)) == (violated, steps)
