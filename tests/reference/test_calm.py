"""When the faults have ended, nothing that one of them had planned strikes any more."""

from __future__ import annotations

from typing import Any

from reference.replica.replica import Replica
from reference.simulator.building import build
from reference.simulator.nemesis import Nemesis
from reference.simulator.plan import plan_for
from reference.simulator.world import World

# What faults put into the schedule for later.
CRASH_SHORTLY: Any = vars(Nemesis)["_crash_shortly"]
OFF: Any = vars(Nemesis)["_off"]


def test_nothing_ends_in_calm_weather() -> None:
    world = World(plan_for(1240), Replica)
    build(world)
    nemesis = Nemesis(world, lost_max=1)
    world.schedule.run(1_000_000)
    machine = world.machines["m1"]
    world.calm = True
    CRASH_SHORTLY(nemesis, machine)
    OFF(nemesis, machine, 1_000)
    assert machine.up
    assert all(process.runs for process in world.storing("m1"))
    world.calm = False
    OFF(nemesis, machine, 1_000)
    assert not machine.up
