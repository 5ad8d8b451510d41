"""A network that loses, doubles, delays, reorders and damages frames, and cuts links in one direction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random
from typing import TypeAlias

from msgspec import Struct

from reference.messages.frame import HEADER_BYTES, VERSION, Decoded, decode, frame_of
from reference.simulator.schedule import Schedule

Receiver: TypeAlias = Callable[[Decoded], None]


class Weather(Struct):
    """How bad it is, in parts of 1, and delays in microseconds."""

    loss: float = 0.0
    double: float = 0.0
    damage: float = 0.0
    late: float = 0.0
    delay_min: int = 200
    delay_max: int = 2_000
    late_max: int = 400_000


CALM = Weather()
REMEMBERED = 600
"""How many of the last frames can come again."""


class Network:
    """Links between machines. What is cut is cut for frames that are sent from now on."""

    def __init__(self, schedule: Schedule, random: Random) -> None:
        self._schedule = schedule
        self._random = random
        self._cut: dict[tuple[str, str], int] = {}
        self.weather = CALM
        self.sent = 0
        self.lost = 0
        self.doubled = 0
        self.damaged = 0
        self.blocked = 0
        self.repeated = 0
        self._recent: deque[tuple[int, bytes, Receiver]] = deque(maxlen=REMEMBERED)

    def cut(self, source: str, target: str) -> None:
        """Nothing sent by one machine reaches the other."""
        self._cut[source, target] = self._cut.get((source, target), 0) + 1

    def join(self, source: str, target: str) -> None:
        """Takes back one cut."""
        left = self._cut.get((source, target), 0) - 1
        if left > 0:
            self._cut[source, target] = left
        else:
            self._cut.pop((source, target), None)

    def join_all(self) -> None:
        """Takes back all cuts."""
        self._cut = {}

    def repeat(self, age_max: int) -> bool:
        """A switch lets go of what it has held back: frames that stood together come again, in their order.

        None is older than `age_max`; whether there were any.
        """
        frames = [one for one in self._recent if self._schedule.now - one[0] <= age_max]
        if not frames:
            return False
        begin = self._random.randrange(len(frames))
        for number, (_, frame, arrive) in enumerate(frames[begin : begin + self._random.randrange(5, 80)]):
            self.repeated += 1
            self._deliver(frame, 20 * number, arrive)
        return True

    def send(self, source: str, target: str, frame: bytes, arrive: Receiver) -> None:
        """Sends a frame from machine to machine."""
        self.sent += 1
        if source == target:
            self._deliver(frame, 50, arrive)
            return
        if (source, target) in self._cut:
            self.blocked += 1
            return
        weather, random = self.weather, self._random
        if weather.loss and random.random() < weather.loss:
            self.lost += 1
            return
        self._recent.append((self._schedule.now, frame, arrive))
        self._travel(frame, arrive)
        if weather.double and random.random() < weather.double:
            self.doubled += 1
            self._travel(frame, arrive)

    def _travel(self, frame: bytes, arrive: Receiver) -> None:
        weather, random = self.weather, self._random
        delay = weather.delay_min + int(random.random() * (weather.delay_max - weather.delay_min))
        if weather.late and random.random() < weather.late:
            delay = random.randrange(weather.delay_max, weather.late_max)
        if weather.damage and random.random() < weather.damage:
            self.damaged += 1
            frame = _damaged(frame, random)
        self._deliver(frame, delay, arrive)

    def _deliver(self, frame: bytes, delay: int, arrive: Receiver) -> None:
        self._schedule.after(delay, lambda: arrive(decode(frame)))


def _damaged(frame: bytes, random: Random) -> bytes:
    content = bytearray(frame)
    match random.randrange(4):
        case 0:
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        case 1:
            del content[random.randrange(len(content)) :]
        case 2:
            return frame_of(frame[HEADER_BYTES:], VERSION + 1)
        case _:
            content.extend(random.randbytes(random.randrange(1, 9)))
    return bytes(content)
