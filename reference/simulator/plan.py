"""What a seed decides before anything runs: how large the world is, how bad the weather, which faults
when.
"""

from __future__ import annotations

import enum
from random import Random

from msgspec import Struct

from reference.node import MILLISECOND, SECOND
from reference.paxos.settings import Settings
from reference.simulator.network import Weather


class Fault(enum.Enum):
    """The kinds of fault. Each is injected at a time, on a victim that is chosen when it happens."""

    CRASH = "process crash"
    POWER = "power cut"
    PARTITION = "partition"
    ONE_WAY = "one-way partition"
    STALL = "stalled machine"
    SLOW_DISK = "slow disk"
    FULL_DISK = "full disk"
    DRIFT = "clock rate change"
    STORM = "storm on the network"
    FLIP = "bit flip at rest"
    DISK_LOSS = "lost disk"
    HAND_OVER = "leader hands over"


class Injection(Struct, frozen=True):
    """A fault, when it strikes, and for how long."""

    time: int
    fault: Fault
    length: int


class Plan(Struct, frozen=True):
    """The world of one seed, in microseconds and parts of 1."""

    seed: int
    system: bool
    machines: int
    clients: int
    keys: int
    operations: int
    weather: Weather
    faults: tuple[Injection, ...]
    faults_end: int
    repeats: tuple[int, ...]
    segment_bytes: int
    disk_bytes: int
    think: int
    capacity: int
    settings: Settings


SYSTEM_SHARE = 0.4
REPEATS_SHARE = 1 / 3

WEIGHTS: tuple[tuple[Fault, int], ...] = (
    (Fault.CRASH, 4),
    (Fault.POWER, 5),
    (Fault.PARTITION, 3),
    (Fault.ONE_WAY, 3),
    (Fault.STALL, 3),
    (Fault.SLOW_DISK, 2),
    (Fault.FULL_DISK, 1),
    (Fault.DRIFT, 2),
    (Fault.STORM, 2),
    (Fault.FLIP, 2),
    (Fault.DISK_LOSS, 1),
    (Fault.HAND_OVER, 2),
)


def plan_for(seed: int) -> Plan:
    """The plan of a seed: swarm testing, so that each seed has only some kinds of fault, and these often."""
    random = Random(f"plan {seed}")
    system = random.random() < SYSTEM_SHARE
    kinds = [(fault, weight) for fault, weight in WEIGHTS if random.random() < 0.6]
    end = random.randrange(3 * SECOND, 6 * SECOND) + (3 * SECOND if system else 0)
    faults: list[Injection] = []
    time = random.randrange(700 * MILLISECOND, 1500 * MILLISECOND)
    pace = random.randrange(150 * MILLISECOND, 900 * MILLISECOND)
    while kinds and time < end:
        fault = random.choices([fault for fault, _ in kinds], [weight for _, weight in kinds])[0]
        faults.append(Injection(time, fault, random.randrange(50 * MILLISECOND, 1500 * MILLISECOND)))
        time += random.randrange(pace // 4, 2 * pace)
    return Plan(
        seed=seed,
        system=system,
        machines=5 if system else 3,
        clients=random.randrange(2, 6),
        keys=random.randrange(6, 14) if system else random.randrange(1, 5),
        operations=random.randrange(20, 60),
        weather=Weather(
            loss=random.choice((0.0, 0.0, 0.02, 0.1)),
            double=random.choice((0.0, 0.02, 0.1)),
            damage=random.choice((0.0, 0.0, 0.01)),
            late=random.choice((0.0, 0.02, 0.05)),
            late_max=random.choice((100, 400, 1500)) * MILLISECOND,
        ),
        faults=tuple(faults),
        faults_end=end,
        repeats=_repeats(seed, end),
        segment_bytes=random.choice((4 * 1024, 16 * 1024, 64 * 1024)),
        disk_bytes=512 * 1024,
        think=random.choice((1 * MILLISECOND, 10 * MILLISECOND, 50 * MILLISECOND, 150 * MILLISECOND)),
        capacity=random.choice((150, 1000, 5000)),
        settings=_settings(random),
    )


def _repeats(seed: int, end: int) -> tuple[int, ...]:
    """When old frames come again; in one world of three."""
    random = Random(f"repeats {seed}")
    if random.random() >= REPEATS_SHARE:
        return ()
    pace = random.randrange(60 * MILLISECOND, 600 * MILLISECOND)
    return tuple(range(random.randrange(700 * MILLISECOND, 1500 * MILLISECOND), end, pace))


def _settings(random: Random) -> Settings:
    """Times that a sane operator would not all choose: races that good settings hide must not be bugs."""
    hold = random.randrange(150, 600) * MILLISECOND
    election = random.randrange(60, 500) * MILLISECOND
    return Settings(
        heartbeat=random.randrange(20, 80) * MILLISECOND,
        lease_hold=hold,
        lease_grant=-(-hold * 101 // 99),
        election_min=election,
        election_max=2 * election,
        query_wait=random.randrange(5, 80) * MILLISECOND,
        campaign_wait=random.randrange(60, 400) * MILLISECOND,
        fence=random.randrange(400, 900) * MILLISECOND,
        resend=random.randrange(30, 150) * MILLISECOND,
        checkpoint=random.randrange(200, 900) * MILLISECOND,
        window_slots=random.choice((2, 8, 32)),
        heal_after=random.randrange(400, 1500) * MILLISECOND,
        join_wait=-(-hold * 202 // 99) + random.randrange(100, 2500) * MILLISECOND,
        page_slots=random.choice((2, 8, 64)),
    )
