"""Declarations that are refused."""

from enum import Enum
from typing import Annotated

from checker import Map, Model, Range, Record, Seq, Set, Sort, action
from tests.golden.refusals.setting import Node


class Vote(Record):
    voter: Node


class Inner(Record):
    vote: "Vote"
    unbounded: int


class Chain(Record):
    next: "Chain | None"


class Other(Sort): ...


def make() -> type:
    class Vote(Record):
        voter: Node

    return Vote


Second = make()


class Declarations(Model):
    votes: Set[Vote]
    seconds: Set[Second]
    chain: Chain | None
    inner: Inner | None
    double: Map[Node, Annotated[int, Range(0, "height")]]
    owner: Node
    ready: bool

    @action
    def stay(self) -> None:
        self.ready = False
