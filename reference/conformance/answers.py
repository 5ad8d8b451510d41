"""What a system under test answers, and the plain values that it takes and shows.

They are written from the description of the interface: nothing of ours is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

Plain: TypeAlias = "bool | int | str | tuple[Plain, ...] | frozenset[Plain] | Mapping[str, Plain] | None"


class Done(Struct, frozen=True):
    """The node did something."""

    reason: str = ""
    outcome: Literal["done"] = "done"


class Refused(Struct, frozen=True):
    """The stimulus was given, and the node declined."""

    reason: str
    outcome: Literal["refused"] = "refused"


class NoStimulus(Struct, frozen=True):
    """There is no such message: the node cannot be asked."""

    reason: str
    outcome: Literal["no stimulus"] = "no stimulus"


Answer: TypeAlias = Done | Refused | NoStimulus
