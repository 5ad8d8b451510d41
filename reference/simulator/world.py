"""The world of one seed: machines, processes, network and clients on one schedule, with one source of
chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import TypeAlias

from reference.admission.token_bucket import TokenBucket
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.frame import Envelope, encode
from reference.messages.records import Identity
from reference.messages.union import Message
from reference.node import Spawn
from reference.paxos.ledger import Ledger
from reference.paxos.recovery import create_replica
from reference.paxos.settings import Settings
from reference.replica.replica import Replica
from reference.replica.services import Services
from reference.routing.router import Router
from reference.simulator.client import Client
from reference.simulator.clock import Clock
from reference.simulator.event import Called, Detail, Ended, Event, Sent, Told
from reference.simulator.history import Entry
from reference.simulator.machine import Machine
from reference.simulator.network import Network
from reference.simulator.oracles import Oracles
from reference.simulator.plan import Plan
from reference.simulator.process import Process
from reference.simulator.router_oracle import RouterOracle
from reference.simulator.schedule import Schedule
from reference.simulator.storing_process import DiskTimes, StoringProcess
from reference.state_machine.partition import Range, first_entries
from reference.storage.memory_table import MemoryTable
from reference.storage.table import Table

MakeReplica: TypeAlias = Callable[[Ledger, Table, Settings, int, Services], Replica]
Watcher: TypeAlias = Callable[["World", Event], None]

NODE_RATE = 3000
DRIFT_MAX = 10_000  # microseconds in a second: the bound that `Settings` knows, 1 in 100


class World:
    """Implements what processes, clients and the nemesis need of it."""

    def __init__(self, plan: Plan, make_replica: MakeReplica, watcher: Watcher | None = None) -> None:
        self.plan = plan
        self.random = Random(plan.seed)
        self.schedule = Schedule()
        self.network = Network(self.schedule, self.random)
        self.settings = plan.settings
        self.machines: dict[str, Machine] = {}
        self.processes: dict[str, Process] = {}
        self.clients: dict[str, Client] = {}
        self.history: list[Entry] = []
        self.probes: Counter[str] = Counter()
        self.oracles = Oracles()
        self._router_oracles: dict[tuple[str, int], RouterOracle] = {}
        self.calm = False
        self.services = Services()
        self.entrances: list[str] = []
        self._make_replica = make_replica
        self._watcher = watcher

    # Building

    def add_machine(self, name: str) -> Machine:
        """A machine with a clock of its own."""
        clock = Clock(self.random.randrange(10**9), self.random.randrange(-DRIFT_MAX, DRIFT_MAX + 1))
        machine = self.machines[name] = Machine(name, clock, self.plan.disk_bytes, {})
        return machine

    def add_group(self, group: str, machines: list[str]) -> Configuration:
        """A group of new storage replicas, one on each machine, with an empty table."""
        configuration = Configuration(
            tuple([Member(f"{group}@{machine}", Kind.STORAGE, machine) for machine in machines])
        )
        for member in configuration.members:
            identity = Identity(member.replica, group, member.machine, 0, configuration)
            table = first_entries(Range(b"", None, 0, self.plan.capacity))
            self.spawn(self.machines[member.machine], Spawn(identity, 0, table))
        return configuration

    def add_client(self, name: str, keys: list[bytes], operations: int) -> Client:
        """A client on a machine of its own."""
        client = Client(self, name, self.random, keys, operations, self.history)
        client.think = self.plan.think
        self.clients[name] = client
        return client

    # What processes and clients need

    def now(self) -> int:
        """True time."""
        return self.schedule.now

    def after(self, delay: int, call: Callable[[], None]) -> None:
        """Plans a call."""
        self.schedule.after(delay, call)

    def transmit(self, source: str, target: str, message: Message) -> None:
        """Encodes a message and hands it to the network."""
        sender = self.processes.get(source)
        life = 0 if sender is None else sender.epoch
        self.oracles.said(source, message, self.group_of(source), life)
        if sender is not None and isinstance(sender.node, Router):
            self._router_oracle(sender).said(message, self.now())
        receiver = self.processes.get(target) or self.clients.get(target)
        if receiver is None:
            self.probe("message_to_nobody")
            return
        self.watch(Sent(self.now(), source, target, message))
        frame = encode(Envelope(source, target, message))
        self.network.send(self.machine_of(source), self.machine_of(target), frame, receiver.deliver)

    def spawn(self, machine: Machine, effect: Spawn) -> None:
        """Makes a replica's disk and starts it, unless the name was used."""
        name = effect.identity.replica
        if name in machine.disks:
            self.probe("spawned_before")
            return
        disk = machine.new_disk(name)
        table = MemoryTable.create(disk)
        if effect.table is not None:
            table.install(effect.slot, effect.table)
            table.start_checkpoint()
            table.finish_checkpoint()
        create_replica(disk, table, effect.identity, has_table=effect.table is not None)
        process = StoringProcess(
            self, machine, name, self._new_replica, self._sync_time_of(machine), self.plan.segment_bytes
        )
        self.processes[name] = process
        process.boot()

    def probe(self, name: str) -> None:
        """Counts a rare branch."""
        self.probes[name] += 1

    def acted(self, process: Process, what: str, detail: Detail) -> None:
        """After each step of a process."""
        node = process.node
        if isinstance(node, Replica):
            self.oracles.called(node, what, detail)
            self.oracles.after_call(node, self._rivals(process), process.local())
        elif isinstance(node, Router):
            self._router_oracle(process).after_call(process.name, node, detail, self.now())
        self.watch(Called(self.now(), process.name, what, detail))

    def ended(self, process: Process) -> None:
        """A process has lost its memory."""
        self.watch(Ended(self.now(), process.name))

    def told(self, what: str, entry: Entry) -> None:
        """After a client has asked, or has its answer."""
        self.watch(Told(self.now(), what, entry))

    def watch(self, event: Event) -> None:
        """Tells the one who watches, if anyone does."""
        if self._watcher is not None:
            self._watcher(self, event)

    def servers(self) -> list[str]:
        """Whom clients ask."""
        return self.entrances

    def group_of(self, name: str) -> str | None:
        """The group of a replica, None for any other process."""
        node = self.processes[name].node if name in self.processes else None
        return node.ledger.identity.group if isinstance(node, Replica) else None

    def machine_of(self, name: str) -> str:
        """The machine of a process; each client is one."""
        process = self.processes.get(name)
        return name if process is None else process.machine.name

    # What the nemesis and the checks look at

    def replicas(self) -> Iterator[tuple[StoringProcess, Replica]]:
        """The replicas that run."""
        for process in self.processes.values():
            if isinstance(process, StoringProcess) and isinstance(process.node, Replica):
                yield process, process.node

    def storing(self, machine: str | None = None) -> list[StoringProcess]:
        """The processes with a disk, of one machine or all."""
        return [
            process
            for process in self.processes.values()
            if isinstance(process, StoringProcess) and machine in (None, process.machine.name)
        ]

    def _new_replica(self, ledger: Ledger, table: Table) -> Replica:
        self.oracles.recovered(ledger)
        replica = self._make_replica(ledger, table, self.settings, self.random.getrandbits(32), self.services)
        machine = self.machines[ledger.identity.machine]
        now = machine.clock.local(self.now())
        replica.node_tokens = TokenBucket(NODE_RATE, NODE_RATE, now)
        return replica

    def _router_oracle(self, process: Process) -> RouterOracle:
        return self._router_oracles.setdefault((process.name, process.epoch), RouterOracle())

    def _rivals(self, process: Process) -> Iterator[tuple[Replica, int]]:
        """The other leaders, with their local times."""
        for other, replica in self.replicas():
            if replica.leadership is not None and other is not process:
                yield replica, other.local()

    def _sync_time_of(self, machine: Machine) -> Callable[[], int]:
        times = DiskTimes()

        def sync_time() -> int:
            if self.now() < machine.slow_disk_until:
                return self.random.randrange(times.sync_max, times.slow)
            return self.random.randrange(times.sync_min, times.sync_max)

        return sync_time
