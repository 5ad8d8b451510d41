"""Classes that would change what `==`, a hash or an attribute means, and scopes that are out of all reach."""

# What is tested here is wrong on purpose, its types included.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from checker import Map, Model, Ordered, Quorum, Record, Sort, action
from checker.language.forms import resolve
from checker.language.scope import Scope


class Node(Sort): ...


class Place(Sort): ...


class Wide(Model):
    """A map, and an action with many arguments."""

    held: Map[tuple[Node, Place], bool]

    @action
    def hold(self, a: Node, b: Node, c: Node, p: Place) -> None:
        self.held[a, p] = b == c


class Mixin:
    """It has an opinion on equality."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # as Python does it where there is __eq__ alone


def _true(*_: object) -> bool:
    return True


def _make(name: str, bases: tuple[type, ...], namespace: Mapping[str, object]) -> object:
    meta: Any = type(bases[-1])
    return meta(name, bases, {"__module__": __name__, "__qualname__": name, **namespace})


def _enum(bases: tuple[type, ...], operations: Mapping[str, object]) -> object:
    made: Any = enum.EnumMeta
    namespace = made.__prepare__("Role", bases)
    for key, value in {"__module__": __name__, "__qualname__": "Role", "A": 1, **operations}.items():
        namespace[key] = value
    return resolve(made("Role", bases, namespace))


def changed() -> Iterator[tuple[str, Callable[[], object]]]:
    """What a class of a model's values may not say."""
    for name in ("__eq__", "__lt__", "__hash__", "is_first", "weight"):
        yield f"a sort with {name}", partial(_make, "Node", (Sort,), {name: _true})
    yield "a sort with a field", partial(_make, "Node", (Sort,), {"__annotations__": {"weight": int}})
    yield "an order with next", partial(_make, "Term", (Ordered,), {"next": property(_true)})
    yield "a sort of a mixin", partial(_make, "Node", (Mixin, Sort), {})
    for name in ("__eq__", "__init__", "__getattribute__"):
        yield f"a record with {name}", partial(_make, "Box", (Record,), {name: _true})
    yield "a record of a mixin", partial(_make, "Box", (Mixin, Record), {})
    yield "a model with __setattr__", partial(_make, "M", (Model,), {"__setattr__": _true})
    yield "a model of a mixin", partial(_make, "M", (Mixin, Model), {})
    yield "an enum with __eq__", partial(_enum, (enum.Enum,), {"__eq__": _true, "__hash__": None})
    yield "an enum of a mixin", partial(_enum, (Mixin, enum.Enum), {})


def too_large() -> Iterator[tuple[str, Callable[[], object]]]:
    """What cannot be written out."""
    yield "members", partial(Wide.at, {"Node": 10**15, "Place": 1})
    yield "entries of a map", partial(Wide.at, {"Node": 100_000, "Place": 1_000})
    yield "arguments", partial(Wide.at, {"Node": 1_000, "Place": 10})
    yield "majorities", lambda: Scope({Node: 60}, {}, {}).quorums(Quorum[Node])
