"""Refused, as the language reference shows it: types."""

from enum import IntEnum
from typing import Annotated, Literal

from checker import Map, Model, Ordered, Partial, Range, Seq, Set, Sort, action
from tests.golden.refusals.setting import Node, Slot, Term


class Level(IntEnum):
    LOW = 1


class Types(Model):
    # refused: count: 'int' is unbounded; write Annotated[int, Range(0, 5)] with the bounds you mean
    count: int
    # refused: name: 'str' is no type of the language; write an enum.Enum or a Sort
    name: str
    # refused: seen: 'set[example.Node]' is no type of the language; write Set[T]
    seen: set[Node]
    # refused: table: 'dict[example.Node, example.Term]' is no type of the language; write Map[K, V], or
    #   Partial[K, V] when some keys have no value
    table: dict[Node, Term]
    # refused: ratio: 'float' is no type of the language; write an integer range (scale the numbers)
    ratio: float
    # refused: level: 'Level' mixes an enum with integers; derive it from enum.Enum
    level: Level
    # refused: any_node: 'Sort' itself has no members; write class Node(Sort): ...
    any_node: Sort
    # refused: bare: 'Map' lacks its element types; write Map[K, V]
    bare: Map
    # refused: twice: 'checker.language.sequences.Seq[example.Node]' has 1 parameters; write Seq[T, N]
    twice: Seq[Node]
    # refused: capacity: '3' is no capacity; write Seq[T, Slot] with an Ordered Slot, Seq[T, Literal[3]] or
    #   Literal['param']
    capacity: Seq[Node, 3]
    # refused: mixed: 'Node | Term' is a union of more than records; only records and None can be united
    mixed: Node | Term
    # refused: empty: Range(5, 0) is empty; write Range(0, 5)
    empty: Annotated[int, Range(5, 0)]

    @action
    def stay(self) -> None: ...
