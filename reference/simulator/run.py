"""One seed from beginning to end: faults, then calm, then the judgement."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable

import msgspec
from msgspec import Struct

from reference.membership.healing import MEMBERS
from reference.messages.client import Found, Get, Refused, Written
from reference.messages.limits import too_large
from reference.node import MILLISECOND, SECOND
from reference.replica.replica import Replica
from reference.simulator.building import build
from reference.simulator.eventual_reads import misplaced_read
from reference.simulator.failure import SimulationFailure
from reference.simulator.history import Entry, by_key
from reference.simulator.linearizability import Linearizable, Unknown, Violation, check
from reference.simulator.nemesis import Nemesis
from reference.simulator.plan import Plan, plan_for
from reference.simulator.whole_system import all_whole, covers_all_keys, judge_system
from reference.simulator.world import MakeReplica, Watcher, World

CALM = 8 * SECOND


class Report(Struct, frozen=True):
    """What a seed did.

    `failure` is None if all held. `digest` is of the history: equal runs have equal ones.
    """

    seed: int
    failure: str | None
    events: int
    operations: int
    acknowledged_writes: int
    lost_writes: int
    ambiguous: int
    unknown: int
    verdicts: Counter[str]
    faults: Counter[str]
    probes: Counter[str]
    frames: int
    digest: str


def simulate(
    seed: int,
    *,
    plan: Plan | None = None,
    make_replica: MakeReplica = Replica,
    watcher: Watcher | None = None,
) -> Report:
    """Runs a seed. A failure of the system is in the report; a failure of the simulator raises."""
    world = World(plan_for(seed) if plan is None else plan, make_replica, watcher)
    nemesis = Nemesis(world, lost_max=1)
    verdicts: Counter[str] = Counter()
    failure: SimulationFailure | None = None
    try:
        _live(world, nemesis)
        _judge(world, verdicts)
    except SimulationFailure as found:
        failure = found
    return _report(world, nemesis, verdicts, failure)


def _live(world: World, nemesis: Nemesis) -> None:
    plan = world.plan
    build(world)
    keys = [f"k{number}".encode() for number in range(plan.keys)]
    for number in range(1, plan.clients + 1):
        world.add_client(f"c{number}", keys, plan.operations).start()
    nemesis.begin()
    world.schedule.run(plan.faults_end)
    _wait(world, plan.faults_end + CALM, "a leader that serves", lambda: covers_all_keys(world) is None)
    quiet_from = world.now()
    _wait(world, quiet_from + CALM, "the clients", lambda: all(c.finished for c in world.clients.values()))
    reader = world.add_client("reader", keys, 0)
    reader.follow([Get(key, strong=True) for key in keys])
    reader.start()
    _wait(world, world.now() + CALM, "the last reads", lambda: reader.finished)
    if plan.system:
        _wait(world, world.now() + 2 * CALM, "repairs", lambda: all_whole(world, MEMBERS))
        world.schedule.run(world.now() + SECOND)
        _wait(world, world.now() + 2 * CALM, "repairs", lambda: all_whole(world, MEMBERS))
        judge_system(world)
    for entry in world.history:
        refused = isinstance(entry.answer, Refused) and too_large(entry.token, entry.operation) is not None
        if entry.invoked > quiet_from and not entry.executed and not refused:
            raise SimulationFailure(
                "progress", f"{entry.operation} of {entry.token} got no answer in calm weather"
            )


def _wait(world: World, deadline: int, what: str, done: Callable[[], bool]) -> None:
    """Lets the world go on until it is done; that it never is, is a failure."""
    while not done():
        if world.now() >= deadline:
            raise SimulationFailure("progress", f"still waiting for {what} at {deadline} us")
        world.schedule.run(world.now() + 50 * MILLISECOND)


def _judge(world: World, verdicts: Counter[str]) -> None:
    """The histories of all keys."""
    for key, entries in by_key(world.history).items():
        match check(entries):
            case Linearizable(how=how):
                verdicts[how] += 1
            case Unknown():
                verdicts["unknown"] += 1
            case Violation(reason=reason):
                lost = _lost_writes(entries)
                raise SimulationFailure("lost write" if lost else "linearizability", f"{key!r}: {reason}")
    wrong = misplaced_read(world.history)
    if wrong is not None:
        raise SimulationFailure("eventual read", wrong)


def _lost_writes(entries: list[Entry]) -> int:
    """How many acknowledged writes are newer than what the last strong read saw."""
    last = max(
        [e.returned for e in entries if isinstance(e.answer, Found) and e.returned is not None], default=0
    )
    read = next((e.answer for e in entries if e.returned == last and isinstance(e.answer, Found)), None)
    if read is None:
        return 0
    return sum(
        [
            isinstance(e.answer, Written) and e.answer.slot > read.slot and (e.returned or last) < last
            for e in entries
        ]
    )


def _report(
    world: World, nemesis: Nemesis, verdicts: Counter[str], failure: SimulationFailure | None
) -> Report:
    network = world.network
    faults = Counter(nemesis.injected)
    for kind in ("lost", "doubled", "damaged", "blocked", "repeated"):
        faults[f"frame {kind}"] += getattr(network, kind)
    keys = by_key(world.history)
    return Report(
        seed=world.plan.seed,
        failure=None if failure is None else str(failure),
        events=world.schedule.events,
        operations=sum([entry.answer is not None for entry in world.history]),
        acknowledged_writes=sum([isinstance(entry.answer, Written) for entry in world.history]),
        lost_writes=sum([_lost_writes(entries) for entries in keys.values()]),
        ambiguous=sum([entry.ambiguous for entry in world.history]),
        unknown=verdicts["unknown"],
        verdicts=verdicts,
        faults=faults,
        probes=world.probes,
        frames=network.sent,
        digest=hashlib.sha256(msgspec.json.encode(world.history)).hexdigest(),
    )
