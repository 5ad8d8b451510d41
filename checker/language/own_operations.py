"""Operations that classes of a model may not define anew: Python would run them, and no other engine.

`==` on members, records and enums, their hashes and their order are the language's. A class that defines one
of them otherwise could also tell members of a sort apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

_BOOKKEEPING = frozenset(
    {
        *("__module__", "__qualname__", "__doc__", "__slots__", "__annotations__", "__annotate__"),
        *("__orig_bases__", "__abstractmethods__", "_abc_impl"),
        *("__annotate_func__", "__annotations_cache__", "__conditional_annotations__", "__classcell__"),
        *("__firstlineno__", "__static_attributes__", "__match_args__", "__parameters__", "__type_params__"),
        *("__dict__", "__weakref__", "__classdictcell__", "__fields__"),
    }
)  # fmt: skip
"""What Python itself puts into the body of a class."""

_OF_ENUMS = (
    *("__eq__", "__ne__", "__hash__", "__bool__", "__lt__", "__le__", "__gt__", "__ge__"),
    "__getattribute__",
)


def own_operations(namespace: Mapping[str, object]) -> list[str]:
    """The special methods that the body of a class defines."""
    return [
        name
        for name in namespace
        if name.startswith("__") and name.endswith("__") and name not in _BOOKKEEPING
    ]


def own_names(namespace: Mapping[str, object]) -> list[str]:
    """All that the body of a class defines; the names that fields are annotated with too."""
    fields = cast("Mapping[str, object]", namespace.get("__annotations__") or {})
    return [*dict.fromkeys([name for name in [*namespace, *fields] if name not in _BOOKKEEPING])]


def changed_by_enum(enum_class: type) -> str | None:
    """The operation that an enum, or a class that it is derived from, defines otherwise than Python."""
    for base in enum_class.__mro__:
        if base.__module__ in ("enum", "builtins"):
            continue
        found = [name for name in _OF_ENUMS if name in vars(base)]
        if found:
            return found[0]
    return None
