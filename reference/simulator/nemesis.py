"""The nemesis: injects the plan's faults, each on a victim drawn when it strikes, and takes them back."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import assert_never

from reference.membership.healing import MEMBERS
from reference.simulator.decay import flip_durable_bit, flip_entry_bit, flip_table_file_bit
from reference.simulator.event import Struck
from reference.simulator.machine import Machine
from reference.simulator.network import CALM, Weather
from reference.simulator.plan import Fault, Injection
from reference.simulator.service_process import ServiceProcess
from reference.simulator.storing_process import StoringProcess
from reference.simulator.whole_system import all_whole, group_in_repair, may_host_a_member
from reference.simulator.world import DRIFT_MAX, World

SYNC_WAITS = 150

STORM = Weather(loss=0.3, double=0.2, damage=0.05, late=0.3, delay_max=20_000, late_max=1_200_000)


class Nemesis:
    """`injected` counts the faults by kind.

    `lost_max` is how many machines may lose what their disks hold.
    """

    def __init__(self, world: World, lost_max: int) -> None:
        self.injected: Counter[str] = Counter()
        self._world = world
        self._random = world.random
        self._lost: dict[str, bool] = {}
        self._lost_max = lost_max

    def begin(self) -> None:
        """Plans all faults, and the end of them."""
        world = self._world
        world.network.weather = world.plan.weather
        for injection in world.plan.faults:
            world.schedule.at(injection.time, partial(self._strike, injection))
        for time in world.plan.repeats:
            world.schedule.at(time, self._repeat_frames)
        world.schedule.at(world.plan.faults_end, self._end)
        if world.plan.system and world.plan.faults:
            self._lie_in_wait(2)

    def _lie_in_wait(self, times: int) -> None:
        """Waits for a group in which a log replica stands in for a storage replica, and takes its leader
        away.
        """
        world = self._world
        if not times or world.calm:
            return
        found = group_in_repair(world)
        if found is not None and self._random.random() < 0.5:
            self._ambush(*found)
            times -= 1
        world.after(60_000, lambda: self._lie_in_wait(times))

    def _ambush(self, leader: Machine, other: Machine) -> None:
        """The other storage member misses what leader and log replica agree on; then the leader is gone."""
        self.injected["ambush of a repair"] += 1
        links = [(leader.name, other.name)]
        self._world.network.cut(leader.name, other.name)
        if self._random.random() < 0.5:
            self._storm(1_000_000)
        self._world.after(150_000, lambda: self._off(leader, 500_000))
        self._world.after(170_000, lambda: self._join(links))

    def _strike(self, injection: Injection) -> None:
        machine = self._victim(injection.fault)
        done = self._inject(injection.fault, machine, injection.length)
        if done:
            self.injected[injection.fault.value] += 1
            self._world.watch(Struck(self._world.now(), injection.fault.value, machine.name))

    def _victim(self, fault: Fault) -> Machine:
        """Often the machine of a leader with proposals on their way: there, most can go wrong.

        A disk is best lost where a replica is about to join.
        """
        joining = [process.machine for process, node in self._world.replicas() if not node.ledger.joined]
        if fault is Fault.DISK_LOSS and joining:
            return self._random.choice(joining)
        busy = [
            process.machine
            for process, node in self._world.replicas()
            if node.leadership is not None and node.leadership.proposals
        ]
        if busy and self._random.random() < 0.6:
            return self._random.choice(busy)
        return self._random.choice(list(self._world.machines.values()))

    def _inject(self, fault: Fault, machine: Machine, length: int) -> bool:
        match fault:
            case Fault.CRASH:
                return self._crash(machine, length)
            case Fault.POWER:
                if self._random.random() < 0.3:
                    self._crash(machine, 15_000)
                    self._world.after(
                        self._random.randrange(6_000, 40_000), lambda: self._off(machine, length)
                    )
                else:
                    self._cut_power_in_a_sync(machine, length, SYNC_WAITS)
                return machine.up
            case Fault.PARTITION:
                return self._partition(machine, length, both=True)
            case Fault.ONE_WAY:
                return self._partition(machine, length, both=False)
            case Fault.STALL:
                machine.paused_until = max(machine.paused_until, self._world.now() + length)
                return True
            case Fault.SLOW_DISK:
                machine.slow_disk_until = self._world.now() + 2 * length
                return True
            case Fault.FULL_DISK:
                return self._fill_disk(machine, length)
            case Fault.DRIFT:
                machine.clock.set_drift(self._world.now(), self._random.choice((-DRIFT_MAX, 0, DRIFT_MAX)))
                return True
            case Fault.STORM:
                return self._storm(length)
            case Fault.FLIP:
                return self._flip(machine, length)
            case Fault.DISK_LOSS:
                return self._lose_disk(machine, length)
            case Fault.HAND_OVER:
                return self._hand_over(self._random.choice((0, 0, 2, 4)))
            case _:
                assert_never(fault)

    def _crash(self, machine: Machine, length: int) -> bool:
        """One process ends and is started again; the machine's cache is kept."""
        processes = [process for process in self._processes(machine) if process.runs]
        if self._world.calm or not machine.up or not processes:
            return False
        process = self._random.choice(processes)
        process.crash()
        self._world.after(self._random.choice((5_000, length // 3)), lambda: self._reboot(process))
        return True

    def _crash_shortly(self, machine: Machine) -> None:
        """A process that forgets what it has not written down while others cannot reach each other."""
        self._crash(machine, 15_000)

    def _reboot(self, process: StoringProcess | ServiceProcess) -> None:
        booting = isinstance(process, StoringProcess) and process.wal is not None
        if process.machine.up and not process.runs and not booting:
            process.boot()

    def _cut_power(self, machine: Machine, length: int) -> bool:
        # What a fault has planned for later may be due when all is calm already.
        if self._world.calm or not machine.up:
            return False
        machine.up = False
        for process in self._processes(machine):
            process.crash()
        for name in sorted(machine.disks):
            machine.disks[name].cut_power(self._random, tear=self._random.random() < 0.5)
        self._world.after(length, lambda: self._power_on(machine))
        return True

    def _cut_power_in_a_sync(self, machine: Machine, length: int, tries: int) -> None:
        """Waits a little for a moment at which something is on its way to the disk."""
        if tries and not any(disk.unsynced() for disk in machine.disks.values()):
            self._world.after(300, lambda: self._cut_power_in_a_sync(machine, length, tries - 1))
        else:
            self._cut_power(machine, length)

    def _off(self, machine: Machine, length: int) -> None:
        """Soon after a crash: what was in the cache then was read again, and may still be only there."""
        self._cut_power(machine, length)

    def _power_on(self, machine: Machine) -> None:
        if machine.up:
            return
        machine.up = True
        machine.clock.restart(self._world.now(), self._random.randrange(10**9))
        for process in self._processes(machine):
            process.boot()

    def _partition(self, machine: Machine, length: int, *, both: bool) -> bool:
        """Cuts a machine off from some or all others, in one direction or both."""
        world = self._world
        others = [name for name in [*world.machines, *world.clients] if name != machine.name]
        cut = [name for name in others if self._random.random() < 0.7]
        inward = self._random.random() < 0.5
        links = [(machine.name, name) for name in cut if both or not inward]
        links += [(name, machine.name) for name in cut if both or inward]
        for source, target in links:
            world.network.cut(source, target)
        world.after(length, lambda: self._join(links))
        if self._random.random() < 0.4:
            other = self._random.choice([one for one in world.machines.values() if one is not machine])
            world.after(self._random.randrange(5_000, length), lambda: self._crash_shortly(other))
        return bool(links)

    def _join(self, links: list[tuple[str, str]]) -> None:
        for source, target in links:
            self._world.network.join(source, target)

    def _storm(self, length: int) -> bool:
        network = self._world.network
        network.weather = STORM
        self._world.after(length, self._clear_up)
        return True

    def _repeat_frames(self) -> None:
        """What is said twice may come much later, after others have led and been obeyed."""
        if self._world.network.repeat(self._random.choice((300_000, 1_000_000, 3_000_000))):
            self.injected["old frames come again"] += 1

    def _clear_up(self) -> None:
        self._world.network.weather = CALM if self._world.calm else self._world.plan.weather

    def _fill_disk(self, machine: Machine, length: int) -> bool:
        """Someone else fills the disk up to a little more than what is in use."""
        full = self._world.plan.disk_bytes
        for disk in machine.disks.values():
            disk.capacity = min(full, full - disk.free_bytes() + self._random.choice((1_000, 20_000, 60_000)))
        self._world.after(2 * length, lambda: self._empty_disk(machine))
        return bool(machine.disks)

    def _empty_disk(self, machine: Machine) -> None:
        for disk in machine.disks.values():
            disk.capacity = self._world.plan.disk_bytes

    def _flip(self, machine: Machine, length: int) -> bool:
        """A bit decays: on one replica's disk, and a power cut makes it be read again, or in its table."""
        processes = [process for process in self._world.storing(machine.name) if process.lost is None]
        if not processes or not self._may_lose(machine):
            return False
        process = self._random.choice(processes)
        kind = self._random.random()
        if kind < 0.2 and flip_entry_bit(process, self._random):
            self._lost[machine.name] = True
            return True
        flip = flip_table_file_bit if kind < 0.4 else flip_durable_bit
        if not flip(process, self._random):
            return False
        self._lost[machine.name] = True
        self._cut_power(machine, length)
        return True

    def _lose_disk(self, machine: Machine, length: int) -> bool:
        """A machine comes back with empty disks."""
        if not self._may_lose(machine) or not machine.disks or not self._cut_power(machine, length):
            return False
        self._lost[machine.name] = True
        for process in self._world.storing(machine.name):
            process.wiped = True
            process.disk.wipe()
        machine.disks.clear()  # nothing there remembers which names were used
        machine.epoch += 1
        return True

    def _may_lose(self, machine: Machine) -> bool:
        if self._world.plan.system:
            if not may_host_a_member(self._world, machine.name):
                return True
            hidden = [process for process in self._world.storing() if process.damaged and process.runs]
            return not hidden and all_whole(self._world, MEMBERS)
        return machine.name in self._lost or len(self._lost) < self._lost_max

    def _hand_over(self, more: int) -> bool:
        """A leader gives up its lease before a deployment, and perhaps its successors do, one after the
        other: each leaves proposals behind that only some have seen.
        """
        if more:
            self._world.after(
                self._random.randrange(30_000, 300_000), lambda: self._hand_over_again(more - 1)
            )
        leaders = [
            (process, node)
            for process, node in self._world.replicas()
            if node.leadership is not None and node.leadership.elected
        ]
        if not leaders:
            return False
        process, node = self._random.choice(leaders)
        process.call("relinquish", None, lambda: node.relinquish(process.local()))
        return True

    def _hand_over_again(self, more: int) -> None:
        self._hand_over(more)

    def _end(self) -> None:
        """All that can be healed from outside is healed."""
        world = self._world
        world.calm = True
        world.network.join_all()
        world.network.weather = CALM
        for machine in world.machines.values():
            self._power_on(machine)
            self._empty_disk(machine)
            machine.slow_disk_until = 0
            machine.paused_until = 0
            for process in self._processes(machine):
                self._reboot(process)

    def _processes(self, machine: Machine) -> list[StoringProcess | ServiceProcess]:
        """All processes of a machine."""
        return [
            process
            for process in self._world.processes.values()
            if process.machine is machine and isinstance(process, StoringProcess | ServiceProcess)
        ]
