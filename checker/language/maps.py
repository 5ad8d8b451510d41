"""Maps: `Map[K, V]` has a value for every key, `Partial[K, V]` for some. Immutable values on dict's storage.

The writing forms (`m[k] = v`, `del m[k]`, `clear`) replace the value at their place (places.py).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from checker.language.errors import EvaluationError, ModelError
from checker.language.places import caller_frame, write

K = TypeVar("K")
V = TypeVar("V")
_DICT: Any = dict
"""The storage itself, whatever order a subclass shows; untyped, for a class without parameters has unknown
ones."""


def _no_such_method(name: str, fix: str) -> Callable[..., NoReturn]:
    def refuse(self: object, *args: object, **named: object) -> NoReturn:
        raise ModelError(f"{type(self).__name__} has no '{name}'; {fix}")

    return refuse


class MapBase(dict[K, V]):
    """What both kinds of map share."""

    __slots__ = ("_hash",)
    _hash: int

    if TYPE_CHECKING:
        # As dict's own; said again so that a comparison with a literal is not taken for one of strangers.
        def __eq__(self, other: object) -> bool: ...

    def __missing__(self, key: object) -> NoReturn:
        raise missing_key(self, key)

    def __hash__(self) -> int:  # type: ignore[override]  # dict has none; this one never changes
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(frozenset(_DICT.items(self)))
            return self._hash

    def with_item(self, key: Any, value: Any) -> Self:
        """A copy with one key changed."""
        new = type(self)(_DICT.items(self))
        _DICT.__setitem__(new, key, value)
        return new

    def __setitem__(self, key: K, value: V) -> None:
        write(
            caller_frame(1),
            ast.Subscript,
            self,
            lambda store: self.with_item(store.key(key), store.below("key", self)(value)),
        )

    def copy(self) -> Self:
        """The map itself: values are immutable."""
        return self

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in _DICT.items(self)) + "}"


class Map(MapBase[K, V]):
    """A total map: every value of `K` has a `V`. `Map({k: v for k in K})` makes one."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return Map, (dict(_DICT.items(self)),)


class Partial(MapBase[K, V]):
    """A map defined on some keys. Reading a missing one is an evaluation error; `get` gives None instead."""

    __slots__ = ()

    def with_item(self, key: Any, value: Any) -> Self:
        """A copy with one key changed or added; the keys keep the order of values, whatever came first."""
        if key in self:
            return super().with_item(key, value)
        return type(self)(in_order([*_DICT.items(self), (key, value)]))

    def __delitem__(self, key: K) -> None:
        def without(store: object) -> object:
            if key not in self:
                raise missing_key(self, key)
            return type(self)((one, value) for one, value in _DICT.items(self) if one != key)

        write(caller_frame(1), ast.Subscript, self, without)

    def clear(self) -> None:
        """Removes every key from the map at this place."""
        write(caller_frame(1), ast.Call, self, lambda store: type(self)())

    def __reduce__(self) -> tuple[Any, ...]:
        return Partial, (dict(_DICT.items(self)),)


def in_order(items: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Items of a partial map in the order of their keys."""
    from checker.language.order import value_key  # order knows every kind of value

    return sorted(items, key=lambda item: value_key(item[0]))


def missing_key(mapping: dict[Any, Any], key: object) -> EvaluationError:
    """The error of a key that a map does not have; names the keys when they are few."""
    keys = [repr(one) for one in _DICT.keys(mapping)]
    shown = ", ".join(keys[:8]) + (f" and {len(keys) - 8} more" if len(keys) > 8 else "")
    return EvaluationError("missing_key", f"{key!r} is not a key; the keys are {shown or 'none'}")


if not TYPE_CHECKING:
    MapBase.update = _no_such_method("update", "assign key by key")
    MapBase.pop = _no_such_method("pop", "read m[k], then del m[k] on a path that starts at self")
    MapBase.popitem = _no_such_method("popitem", "name the key")
    MapBase.setdefault = _no_such_method("setdefault", "write: if k not in m: m[k] = v")
    MapBase.__or__ = _no_such_method("|", "assign key by key")
    MapBase.__ror__ = MapBase.__or__
    MapBase.__ior__ = _no_such_method("|=", "assign key by key")
    MapBase.fromkeys = classmethod(
        lambda cls, *args: _no_such_method("fromkeys", f"write {cls.__name__}({{k: value for k in K}})")(
            cls()
        )
    )
    Map.__delitem__ = _no_such_method("del", "a total map keeps all its keys; use Partial[K, V]")
    Map.clear = _no_such_method("clear", "use Partial[K, V], or assign Map({k: value for k in K})")
