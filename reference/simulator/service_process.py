"""A process without storage: after a crash it begins anew with nothing."""

from __future__ import annotations

from collections.abc import Callable

from reference.node import Node
from reference.simulator.machine import Machine
from reference.simulator.process import Process, Surroundings


class ServiceProcess(Process):
    """`lives` has the node of each life, for what must hold over all of them."""

    def __init__(
        self, world: Surroundings, machine: Machine, name: str, make_node: Callable[[], Node]
    ) -> None:
        super().__init__(world, machine, name)
        self.lives: list[Node] = []
        self._make_node = make_node

    def boot(self) -> None:
        """Begins a life."""
        node = self._make_node()
        self.lives.append(node)
        self.run(node)
