"""What must hold of the system as a whole: when all is calm again, and at every moment."""

from __future__ import annotations

from reference.admission.global_admission import GlobalAdmission
from reference.messages.configuration import Kind
from reference.replica.replica import Replica
from reference.routing.map_node import MapNode
from reference.routing.router import Router
from reference.simulator.building import TABLE_BURST, TABLE_RATE
from reference.simulator.failure import SimulationFailure
from reference.simulator.machine import Machine
from reference.simulator.service_process import ServiceProcess
from reference.simulator.storing_process import StoringProcess
from reference.simulator.world import World


def groups(world: World) -> dict[str, Replica]:
    """For each group the running replica that knows the latest configuration."""
    latest: dict[str, Replica] = {}
    for _, replica in world.replicas():
        group = replica.ledger.identity.group
        best = latest.get(group)
        if best is None or replica.ledger.commit > best.ledger.commit:
            latest[group] = replica
    return latest


def group_is_whole(world: World, replica: Replica, size: int) -> bool:
    """Whether all members of a configuration run, hold items, and know all that is chosen."""
    ledger = replica.ledger
    running = {node.ledger.me: node for _, node in world.replicas()}
    members = ledger.configuration.members
    return len(members) == size and all(
        member.kind is Kind.STORAGE
        and member.replica in running
        and running[member.replica].learner.applied == ledger.commit
        for member in members
    )


def all_whole(world: World, size: int) -> bool:
    """Whether every group is whole, every child has come to life, and no replica runs that is no member."""
    latest = groups(world)
    return (
        covers_all_keys(world) is None
        and all(group_is_whole(world, replica, size) for replica in latest.values())
        and all(
            latest[node.ledger.identity.group].ledger.configuration.member(node.ledger.me) is not None
            for _, node in world.replicas()
        )
    )


def may_host_a_member(world: World, machine: str) -> bool:
    """Whether a member of any group's latest configuration is on this machine, or a replica that may have
    told that it is ready to become one: its group has lost a member, and counts on this one."""
    members = [
        member for replica in groups(world).values() for member in replica.ledger.configuration.members
    ]
    ready = any(process.lost is None and not _knows_nothing(process) for process in world.storing(machine))
    return ready or any(member.machine == machine for member in members)


def _knows_nothing(process: StoringProcess) -> bool:
    """Whether a replica runs that was made to join, and has heard no leader yet."""
    node = process.node
    if not isinstance(node, Replica):
        return False
    ledger = node.ledger
    heard = node.elections.suspicion.leader is not None or ledger.commit > ledger.identity.base
    return not ledger.joined and not heard


def group_in_repair(world: World) -> tuple[Machine, Machine] | None:
    """The machines of the leader and of the other storage member of a group with a log replica, if there
    is one.
    """
    for process, replica in world.replicas():
        configuration = replica.ledger.configuration
        storage = [member for member in configuration.storage() if member.replica != replica.ledger.me]
        one_log = len(configuration.members) == 3 and len(storage) == 1
        if one_log and replica.can_serve(process.local()):
            return process.machine, world.machines[storage[0].machine]
    return None


def covers_all_keys(world: World) -> str | None:
    """Why the ranges that are served do not cover all keys exactly once; None if they do."""
    owners = [
        replica.learner.partition.owned
        for process, replica in world.replicas()
        if replica.learner.partition is not None and replica.can_serve(process.local())
    ]
    edge: bytes | None = b""
    for owned in sorted(owners, key=lambda owned: owned.first):
        if owned.first != edge:
            return f"a range begins at {owned.first!r}, the one before it ends at {edge!r}"
        edge = owned.after
    return None if edge is None else f"nobody serves the keys from {edge!r} on"


def judge_system(world: World) -> None:
    """Capacity, maps and tokens, in calm weather. Raises SimulationFailure."""
    owners = [
        replica
        for process, replica in world.replicas()
        if replica.learner.partition is not None and replica.can_serve(process.local())
    ]
    capacity = sum([owner.learner.partition.owned.capacity for owner in owners if owner.learner.partition])
    if capacity != world.plan.capacity:
        raise SimulationFailure("capacity", f"partitions have {capacity}, the table {world.plan.capacity}")
    services = [process for process in world.processes.values() if isinstance(process, ServiceProcess)]
    for process in services:
        if isinstance(process.node, MapNode):
            _judge_map(process.node, owners)
    _judge_tokens(world, services)


def _judge_map(node: MapNode, owners: list[Replica]) -> None:
    for owner in owners:
        assert owner.learner.partition is not None
        owned = owner.learner.partition.owned
        route = node.routes.find(owned.first)
        group = owner.ledger.identity.group
        if route is None or route.group != group or (route.first, route.after) != (owned.first, owned.after):
            raise SimulationFailure("map", f"the map has {route} where {group} serves {owned}")


def _judge_tokens(world: World, services: list[ServiceProcess]) -> None:
    """No token is spent that was not vended, and no more are vended than were minted."""
    lives = [life for process in services for life in process.lives]
    vended = sum([life.vended for life in lives if isinstance(life, GlobalAdmission)])
    routers = [life for life in lives if isinstance(life, Router)]
    received = sum([router.tokens.received for router in routers])
    spent = sum([router.tokens.spent for router in routers])
    epochs = sum([isinstance(life, GlobalAdmission) for life in lives])
    minted = TABLE_RATE * world.now() * 102 // 100 // 1_000_000 + epochs * TABLE_BURST
    if not spent <= received <= vended <= minted:
        raise SimulationFailure(
            "tokens", f"spent {spent}, received {received}, vended {vended}, minted {minted}"
        )
