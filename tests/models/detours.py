"""A model whose violation has steps that it does not need, steps that commute, and a point of no return."""

from __future__ import annotations

from checker import Model, action, fault, invariant, require


class Detours(Model):
    lamp: bool
    armed: bool
    broken: bool
    fired: bool
    over: bool

    @action
    def blink(self) -> None:
        require(not self.lamp)
        self.lamp = True

    @action
    def arm(self) -> None:
        require(not self.armed and not self.over)
        self.armed = True

    @action
    def finish(self) -> None:
        require(not self.over and not self.broken)
        self.over = True

    @fault("failure")
    def fail(self) -> None:
        require(self.armed and not self.over)
        self.broken = True

    @action
    def fire(self) -> None:
        require(self.armed and self.broken)
        self.fired = True

    @invariant
    def never_fires(self) -> bool:
        return not self.fired
