"""Runs the service of global admission control and its routers under faults, and logs what they do.

Messages are lost, come twice and out of order; the service and routers restart; the service's clock is set.
Each line of the log is an event of one node, with what that node holds afterwards:
`reference.conformance.token_log` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TypeAlias, cast

from reference.conformance.answers import Done, Plain
from reference.conformance.global_tokens import GlobalTokens
from reference.conformance.run_log import Json, RunLog, json_of

Variables: TypeAlias = Mapping[str, Plain]

TIME = "time"
SERVICE = "service"
OF_SERVICE = ("filled_at", "remaining", "vended")
OF_ROUTER = ("asked", "question", "portions")
SCOPE = {"Router": 2, "Number": 5, "horizon": 8, "size": 3, "rate": 1, "portion": 2, "life": 2, "low": 2}
"""So much is asked for, and so long, in a run: a log is judged with the same numbers."""
LIVES = 5
"""Of a node, in a run: the model does not count further."""


class TokenRun:
    """One run.

    Args:
        logs: whether anything is written.
        make_nodes: the nodes, and the network between them.
    """

    def __init__(
        self, seed: int, *, logs: bool = True, make_nodes: type[GlobalTokens] = GlobalTokens
    ) -> None:
        self._logs = logs
        self._random = Random(seed)
        self._nodes = make_nodes()
        self._nodes.reset(SCOPE)
        self._routers = [f"Router{number}" for number in range(1, SCOPE["Router"] + 1)]
        self._written_log = RunLog(seed, (TIME, SERVICE, *self._routers))
        self._sent: dict[Plain, bool] = {}

    def live(self, steps: int = 60) -> list[str]:
        """The log."""
        for _ in range(steps):
            self._step()
        return self._written_log.lines

    def _step(self) -> None:
        random = self._random
        router = random.choice(self._routers)
        draw = random.random()
        if draw < 0.12:
            self._asked(TIME, "timer", "tick", {})
        elif draw < 0.17:
            back = random.random() < 0.5
            self._asked(TIME, "clock", "set_clock", {"back": back}, value=back)
        elif draw < 0.19 and self._written_log.life[SERVICE] < LIVES:
            self._restarted(SERVICE, "restart_service", {})
        elif draw < 0.21 and self._written_log.life[router] < LIVES:
            self._restarted(router, "restart_router", {"r": router})
        elif draw < 0.4:
            self._asked(router, "timer", "ask", {"r": router})
        elif draw < 0.65:
            spent = self._nodes.step("spend", {"r": router}).outcome == "done"
            self._log(router, "request", value=spent)
        elif self._sent:
            self._deliver(random.choice(list(self._sent)))

    def _deliver(self, message: Plain) -> None:
        assert isinstance(message, tuple)
        if message[0] == "AskTokens":
            source, target = str(message[1]), SERVICE
            self._nodes.step("vend", {"m": message})
        else:
            source, target = SERVICE, str(message[1])
            self._nodes.step("receive", {"r": target, "m": message})
        self._log(target, "recv", src=source, msg=json_of(message))
        self._say(target)

    def _asked(self, node: str, kind: str, action: str, args: Mapping[str, Plain], **more: Json) -> None:
        """A timer, or a clock that is set: what does not happen is not logged."""
        if isinstance(self._nodes.step(action, args), Done):
            self._log(node, kind, **more)
            self._say(node)

    def _restarted(self, node: str, action: str, args: Mapping[str, Plain]) -> None:
        self._nodes.step(action, args)
        self._written_log.begin_again(node)
        self._log(node, "restart")

    def _say(self, node: str) -> None:
        """What it has sent for the first time."""
        for message in cast(tuple[Plain, ...], self._nodes.observe()["network"]):
            if message not in self._sent:
                self._sent[message] = True
                assert isinstance(message, tuple)
                target = SERVICE if message[0] == "AskTokens" else str(message[1])
                self._log(node, "send", to=target, msg=json_of(message))

    def _log(self, node: str, kind: str, **more: Json) -> None:
        if not self._logs:
            return
        self._written_log.write(node, kind, self._state(node), more)

    def _state(self, node: str) -> dict[str, Json]:
        shown = self._nodes.observe()
        if node == TIME:
            return {name: json_of(shown[name]) for name in ("periods", "now")}
        if node == SERVICE:
            return {name: json_of(shown[name]) for name in OF_SERVICE}
        return {name: json_of(cast(Variables, shown[name])[node]) for name in OF_ROUTER}
