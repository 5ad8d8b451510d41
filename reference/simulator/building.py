"""What stands in a world at its beginning: one group alone, or the whole system around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reference.admission.global_admission import GlobalAdmission
from reference.membership.agent import MachineAgent
from reference.membership.repair_service import RepairService
from reference.node import Node
from reference.replica.services import Services
from reference.routing.map_node import MapNode
from reference.routing.router import Router
from reference.simulator.service_process import ServiceProcess
from reference.simulator.world import World

FIRST_GROUP = "g"
REPAIR = ("repair1",)
MAPS = ("map1", "map2")
ADMISSION = ("admission1",)
ROUTERS = ("router1", "router2")
ITEMS_MAX = 4
ACCESSES_MAX = 80
TABLE_RATE = 400
TABLE_BURST = 200


def build(world: World) -> None:
    """Machines, processes and the first group."""
    machines = [world.add_machine(f"m{number}").name for number in range(1, world.plan.machines + 1)]
    if not world.plan.system:
        world.add_group(FIRST_GROUP, machines)
        world.entrances = [f"{FIRST_GROUP}@{machine}" for machine in machines]
        return
    world.services = Services(repair=REPAIR, maps=MAPS)
    for machine in machines:
        _add_service(world, machine, f"agent-{machine}", partial(_agent, world, machine))
    for number, names in enumerate((REPAIR + MAPS[:1], MAPS[1:] + ADMISSION, ROUTERS[:1], ROUTERS[1:]), 1):
        machine = world.add_machine(f"x{number}").name
        for name in names:
            _add_service(world, machine, name, partial(_service, world, name))
    world.add_group(FIRST_GROUP, machines[:3])
    world.entrances = list(ROUTERS)


def _agent(world: World, machine: str) -> Node:
    return MachineAgent(machine, world.machines[machine].epoch, REPAIR)


def _service(world: World, name: str) -> Node:
    if name in REPAIR:
        return RepairService(ITEMS_MAX, ACCESSES_MAX)
    if name in MAPS:
        return MapNode()
    if name in ADMISSION:
        return GlobalAdmission(TABLE_RATE, TABLE_BURST)
    return Router(MAPS, ADMISSION, world.random.getrandbits(32))


def _add_service(world: World, machine: str, name: str, make_node: Callable[[], Node]) -> None:
    process = ServiceProcess(world, world.machines[machine], name, make_node)
    world.processes[name] = process
    process.boot()
