"""A model whose bounds a parameter gives."""

from typing import Annotated, Literal

from checker import Model, Param, Range, Record, Seq, action


class Tall(Record):
    size: Annotated[int, Range(0, "limit")]


class Flag(Record):
    on: bool


class Holder(Record):
    sizes: Seq[Annotated[int, Range(0, 9)], Literal[3]]


TALLEST = Tall(9)


class Bounds(Model):
    tall: Tall
    limit: Param

    @action
    def take_constant(self) -> None:
        self.tall = TALLEST

    @action
    def make(self, size: Annotated[int, Range(0, 9)]) -> None:
        self.tall = Tall(size)
