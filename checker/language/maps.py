"""Maps: `Map[K, V]` has a value for every key, `Partial[K, V]` for some. Immutable values on dict's storage.

The writing forms (`m[k] = v`, `del m[k]`, `clear`) replace the value at their place (places.py).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any, NoReturn, Self, TypeVar

from checker.language.errors import EvaluationError, ModelError
from checker.language.places import write

K = TypeVar("K")
V = TypeVar("V")


def _no_such_method(name: str, fix: str) -> Callable[..., NoReturn]:
    def refuse(self: object, *args: object, **named: object) -> NoReturn:
        raise ModelError(f"{type(self).__name__} has no {name!r}; {fix}")

    return refuse


class _MapBase(dict[K, V]):
    """What both kinds of map share."""

    __slots__ = ("_hash",)

    def __missing__(self, key: object) -> NoReturn:
        raise EvaluationError("missing_key", f"{key!r} is not a key; the keys are {list(self)!r}")

    def __hash__(self) -> int:  # type: ignore[override]  # dict has none; this one never changes
        try:
            return self._hash  # type: ignore[has-type, no-any-return]  # the slot
        except AttributeError:
            self._hash = hash(frozenset(self.items()))
            return self._hash

    def with_item(self, key: Any, value: Any) -> Self:
        """A copy with one key changed."""
        new = type(self)(self)
        dict.__setitem__(new, key, value)
        return new

    def __setitem__(self, key: K, value: V) -> None:
        write(
            sys._getframe(1),
            ast.Subscript,
            self,
            lambda store: self.with_item(store.key(key), store.below("key", key)(value)),
        )

    def copy(self) -> Self:
        """The map itself: values are immutable."""
        return self

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def __repr__(self) -> str:
        return dict.__repr__(self)

    update = _no_such_method("update", "assign key by key")
    pop = _no_such_method("pop", "read m[k], then del m[k] on a path that starts at self")
    popitem = _no_such_method("popitem", "name the key")
    setdefault = _no_such_method("setdefault", "write: if k not in m: m[k] = v")
    __ior__ = _no_such_method("|=", "assign key by key")  # type: ignore[assignment]  # refused
    fromkeys = _no_such_method("fromkeys", "write Map({k: value for k in K})")  # type: ignore[assignment]  # refused


class Map(_MapBase[K, V]):
    """A total map: every value of `K` has a `V`. `Map({k: v for k in K})` makes one."""

    __slots__ = ()

    def __delitem__(self, key: K) -> None:
        raise ModelError("a key of a total Map cannot be deleted; use Partial[K, V]")

    clear = _no_such_method("clear", "use Partial[K, V], or assign Map({k: v for k in K})")


class Partial(_MapBase[K, V]):
    """A map defined on some keys. Reading a missing one is an evaluation error; `get` gives None instead."""

    __slots__ = ()

    def __delitem__(self, key: K) -> None:
        def without(store: Any) -> object:
            if key not in self:
                raise EvaluationError("missing_key", f"{key!r} is not a key; the keys are {list(self)!r}")
            new = type(self)(self)
            dict.__delitem__(new, key)
            return new

        write(sys._getframe(1), ast.Subscript, self, without)

    def clear(self) -> None:
        """Removes every key from the map at this place."""
        write(sys._getframe(1), ast.Call, self, lambda store: Partial())
