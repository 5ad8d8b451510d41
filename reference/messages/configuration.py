"""Configurations: the members of a group, and what a quorum of them is."""

from __future__ import annotations

import enum
from collections.abc import Collection

from msgspec import Struct


class Kind(enum.Enum):
    """A storage replica holds the items; a log replica only votes and holds the recent log."""

    STORAGE = "storage"
    LOG = "log"


class Member(Struct, frozen=True, array_like=True):
    """A replica and what it holds. Its name is never given to another replica, not even on the same disk."""

    replica: str
    kind: Kind
    machine: str


class Configuration(Struct, frozen=True, array_like=True):
    """Who votes. It governs the slots after the one in which it was chosen, until the next one."""

    members: tuple[Member, ...]

    def ids(self) -> tuple[str, ...]:
        """The members' names, in the order of the configuration."""
        return tuple([member.replica for member in self.members])

    def member(self, replica: str) -> Member | None:
        """The member of that name."""
        return next((member for member in self.members if member.replica == replica), None)

    def is_quorum(self, replicas: Collection[str]) -> bool:
        """Whether these include more than half of the members."""
        return 2 * sum([member.replica in replicas for member in self.members]) > len(self.members)

    def storage(self) -> tuple[Member, ...]:
        """The members that hold items."""
        return tuple([member for member in self.members if member.kind is Kind.STORAGE])

    def with_member(self, new: Member) -> Configuration:
        """One more member, or a member with another kind."""
        if self.member(new.replica) is None:
            return Configuration((*self.members, new))
        return Configuration(
            tuple([new if member.replica == new.replica else member for member in self.members])
        )

    def without(self, replica: str) -> Configuration:
        """All members but one."""
        return Configuration(tuple([member for member in self.members if member.replica != replica]))
