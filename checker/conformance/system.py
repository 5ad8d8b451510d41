"""What an implementation shows of itself, so that a model can be replayed on it.

A system under test needs nothing of this package: it has the methods and attributes of `SystemUnderTest`, and
its answers have an `outcome`. Values are plain:

| the model's value            | as the system takes and shows it                          |
|------------------------------|-----------------------------------------------------------|
| None, bool, int              | themselves                                                |
| a member of a sort, an enum  | its name, `"Replica1"`                                     |
| a record                     | a tuple of its class's name and its fields, `("Vote", ...)` |
| a Seq, a tuple               | a tuple                                                   |
| a Set, a Quorum              | a frozenset; in an observation any tuple or list will do  |
| a Bag                        | a tuple or list of its elements, each as often as it occurs |
| a Map, a Partial             | a mapping from its keys to its values                     |

The keys of a mapping are names; of a map whose keys are no names, their text as traces show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, Self, TypeAlias

Plain: TypeAlias = "bool | int | str | tuple[Plain, ...] | frozenset[Plain] | Mapping[str, Plain] | None"
Outcome: TypeAlias = Literal["done", "refused", "no stimulus"]


class Answer(Protocol):
    """What became of a step: `Done`, `Refused` and `NoStimulus`, or classes of one's own like them.

    `reason` says why it was not done. A step that raises has crashed: that is a fourth outcome.
    """

    @property
    def outcome(self) -> Outcome:
        """Which of the three."""
        ...

    @property
    def reason(self) -> str:
        """Why; empty where it was done."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """The implementation did something."""

    reason: str = ""
    outcome: Literal["done"] = "done"


@dataclass(frozen=True, slots=True)
class Refused:
    """The stimulus was given, and the implementation declined."""

    reason: str
    outcome: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True)
class NoStimulus:
    """There is no such message, request or timer: the implementation cannot be asked."""

    reason: str
    outcome: Literal["no stimulus"] = "no stimulus"


class SystemUnderTest(Protocol):
    """An implementation, bound to the actions and variables of a model.

    Attributes:
        hidden: each variable that cannot be observed, with the reason; all others must be.
        may_refuse: each action that the implementation may decline though the model allows it, with the
            reason. Such refusals are counted; all others are differences.

    There may be one more, `answers`: each action of which no variable tells that it was done, such as a
    read, with
    the reason. Where the model disables one of these the implementation must not do it.

    And a method, `begin(initial, args)`, for a model with several initial states: it is called after `reset`
    with the name of the `@initial` method and its arguments. Without it a system begins in one way only.
    """

    @property
    def hidden(self) -> Mapping[str, str]:
        """See above."""
        ...

    @property
    def may_refuse(self) -> Mapping[str, str]:
        """See above."""
        ...

    def reset(self, scope: Mapping[str, int]) -> None:
        """Begins anew, in the model's initial state, with so many members of each sort, and the model's
        parameters by their names."""
        ...

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """Gives the stimulus that stands for an action of the model, with its arguments."""
        ...

    def observe(self) -> Mapping[str, Plain]:
        """The value of every variable that is not hidden. Changes nothing."""
        ...

    def fork(self) -> Self:
        """Another system in the same state, independent of this one: for stimuli that a model disables."""
        ...
