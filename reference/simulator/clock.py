"""A machine's clock: it starts anywhere, and runs too fast or too slow."""

from __future__ import annotations

_MILLION = 1_000_000


class Clock:
    """Local time in microseconds. `drift` is how many microseconds it gains in a second; it can change."""

    def __init__(self, start: int, drift: int) -> None:
        self._true = 0
        self._local = start
        self.drift = drift

    def local(self, true: int) -> int:
        """What the clock shows at a true time."""
        passed = true - self._true
        return self._local + passed + passed * self.drift // _MILLION

    def true_delay(self, delay: int) -> int:
        """How long a local duration takes: never less than the clock itself would say."""
        return -(-delay * _MILLION // (_MILLION + self.drift))

    def set_drift(self, true: int, drift: int) -> None:
        """From now on it runs at another rate."""
        self._local = self.local(true)
        self._true = true
        self.drift = drift

    def restart(self, true: int, start: int) -> None:
        """A monotonic clock begins anew when its machine does."""
        self._true = true
        self._local = start
