"""Stores: what checks and normalises a value that goes into the state, and what each place starts with.

A store is called with the value and returns it as the state keeps it. `item`, `key` and `below` give the
stores of what is inside, so that a write deep in a place checks only what it writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, assert_never

from checker.language.bags import Bag
from checker.language.domains import values_of
from checker.language.errors import EvaluationError, ScopeError
from checker.language.forms import (
    BagForm,
    BoolForm,
    Capacity,
    EnumForm,
    Form,
    IntForm,
    MapForm,
    OptionForm,
    PartialForm,
    QuorumForm,
    RecordForm,
    SeqForm,
    SetForm,
    SortForm,
    TupleForm,
    UnionForm,
    record_fields,
)
from checker.language.maps import Map, MapBase, Partial, in_order
from checker.language.records import Record
from checker.language.scope import Scope
from checker.language.sequences import Seq
from checker.language.sets import Set, quorum_of
from checker.language.traits import is_ordered, needs_scope

_DICT: Any = dict
"""The storage of maps, whatever order a subclass shows; untyped, as in `_is`."""


def _wrong(value: object, wanted: str) -> NoReturn:
    shown = repr(value)
    if type(value) not in (bool, int, str, list, dict, set, type(None)):
        kind = type(value)
        name = kind.__name__
        # Two classes of one name are told apart by their modules.
        shown += f" ({kind.__module__}.{name})" if name in wanted.split() else f" ({name})"
    raise EvaluationError("type", f"{shown} is stored where {wanted} is expected")


def _a(cls: type) -> str:
    return f"{'an' if cls.__name__[0] in 'AEIOU' else 'a'} {cls.__name__}"


def _is(value: object, kind: type) -> bool:
    """As isinstance, but does not narrow: a class without parameters has unknown ones."""
    return isinstance(value, kind)


class Store:
    """Checks one form. Subclasses say what is inside."""

    __slots__ = ()

    def __call__(self, value: Any) -> Any:
        """The value as the state keeps it."""
        raise NotImplementedError

    def item(self, value: Any) -> Any:
        """An element, checked."""
        raise AssertionError(f"{value!r} is added to something that holds no elements")

    def key(self, value: Any) -> Any:
        """A key, checked."""
        raise AssertionError(f"{value!r} is used as a key of something without keys")

    def below(self, kind: str, container: Any) -> Any:
        """What checks a value inside of a container: the store of a map's values ("key"), or the stores of a
        record's fields by name ("field")."""
        what = "an element" if kind == "key" else "a field"
        raise EvaluationError(
            "copy",
            f"{what} of {container!r} is no place of the state; assign the whole {type(container).__name__}",
        )

    def sized(self, value: Any) -> Any:
        """A sequence or bag, its capacity checked."""
        return value


class _Exact(Store):
    __slots__ = ("cls", "wanted")

    def __init__(self, cls: type, wanted: str) -> None:
        self.cls = cls
        self.wanted = wanted

    def __call__(self, value: Any) -> Any:
        if value.__class__ is not self.cls:
            _wrong(value, self.wanted)
        return value


class _Member(_Exact):
    """Also checks the number; only values from outside of the running model can be beyond the scope."""

    __slots__ = ("size",)

    def __init__(self, cls: type, wanted: str, size: int) -> None:
        super().__init__(cls, wanted)
        self.size = size

    def __call__(self, value: Any) -> Any:
        if super().__call__(value).number > self.size:
            raise EvaluationError(
                "no_member", f"{value!r} is not in the scope, where {self.cls.__name__} has {self.size}"
            )
        return value


class _Int(Store):
    __slots__ = ("high", "low")

    def __init__(self, low: int | None, high: int | None) -> None:
        self.low = low
        self.high = high

    def __call__(self, value: Any) -> Any:
        if value.__class__ is not int:
            _wrong(value, "an integer")
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise EvaluationError("range", f"{value} is outside of Range({self.low}, {self.high})")
        return value


class _Record(Store):
    __slots__ = ("checked", "classes", "deep", "fields", "scope", "wanted")

    def __init__(self, classes: tuple[type[Record], ...], scope: Scope | None, *, deep: bool) -> None:
        self.classes = frozenset(classes)
        self.wanted = _a(classes[0]) if len(classes) == 1 else " | ".join(cls.__name__ for cls in classes)
        self.scope = scope
        self.deep = deep
        self.fields: dict[type, dict[str, Store]] = {}
        # A record whose fields depend on the scope may have been made outside of it.
        checks = deep or (scope is not None and any(needs_scope(RecordForm(cls)) for cls in classes))
        self.checked: set[Any] | None = set() if checks else None

    def __call__(self, value: Any) -> Any:
        if value.__class__ not in self.classes:
            _wrong(value, self.wanted)
        if self.checked is not None and value not in self.checked:
            for name, store in self.below("field", value).items():
                try:
                    store(getattr(value, name))
                except EvaluationError as error:
                    raise error.about(f"field {name!r} of {type(value).__name__}") from None
            self.checked.add(value)
        return value

    def below(self, kind: str, container: Any) -> Any:
        if kind != "field":
            return super().below(kind, container)
        cls: type[Record] = container.__class__
        found = self.fields.get(cls)
        if found is None:
            found = {name: store_for(form, self.scope, deep=self.deep) for name, form in record_fields(cls)}
            self.fields[cls] = found
        return found


class _Option(Store):
    __slots__ = ("inner",)

    def __init__(self, inner: Store) -> None:
        self.inner = inner

    def __call__(self, value: Any) -> Any:
        return None if value is None else self.inner(value)

    def item(self, value: Any) -> Any:
        return self.inner.item(value)

    def key(self, value: Any) -> Any:
        return self.inner.key(value)

    def below(self, kind: str, container: Any) -> Any:
        return self.inner.below(kind, container)

    def sized(self, value: Any) -> Any:
        return self.inner.sized(value)


class _Tuple(Store):
    __slots__ = ("items",)

    def __init__(self, items: tuple[Store, ...]) -> None:
        self.items = items

    def __call__(self, value: Any) -> Any:
        if value.__class__ is not tuple or len(value) != len(self.items):
            _wrong(value, f"a tuple of {len(self.items)}")
        return tuple(store(item) for store, item in zip(self.items, value, strict=True))


class _Map(Store):
    """A total map in a scope: its keys are known."""

    __slots__ = ("cls", "key_store", "keys", "places", "value")

    def __init__(self, cls: type[Map[Any, Any]], keys: tuple[Any, ...], key: Store, value: Store) -> None:
        self.cls = cls
        self.keys = keys
        self.places = frozenset(keys)
        self.key_store = key
        self.value = value

    def __call__(self, value: Any) -> Any:
        if not _is(value, dict) or _is(value, Partial):
            _wrong(value, "a Map")
        for key in _DICT.keys(value):
            self.key(key)
        for key in self.keys:
            if key not in value:
                raise EvaluationError(
                    "missing_key", f"a total Map lacks the key {key!r}; give every key a value"
                )
        return self.cls([(key, self.value(_DICT.__getitem__(value, key))) for key in self.keys])

    def key(self, value: Any) -> Any:
        self.key_store(value)
        if value not in self.places:
            raise EvaluationError("missing_key", f"{value!r} is not a key of the map")
        return value

    def below(self, kind: str, container: Any) -> Any:
        return self.value if kind == "key" else super().below(kind, container)


class _Partial(Store):
    """A partial map; and a total one when no scope tells its keys."""

    __slots__ = ("cls", "keys", "value", "wanted")

    def __init__(self, cls: type[MapBase[Any, Any]], wanted: str, key: Store, value: Store) -> None:
        self.cls = cls
        self.wanted = wanted
        self.keys = key
        self.value = value

    def __call__(self, value: Any) -> Any:
        other = Map if issubclass(self.cls, Partial) else Partial
        if not _is(value, dict) or _is(value, other):
            _wrong(value, self.wanted)
        return self.cls(in_order([(self.keys(key), self.value(item)) for key, item in _DICT.items(value)]))

    def key(self, value: Any) -> Any:
        return self.keys(value)

    def below(self, kind: str, container: Any) -> Any:
        return self.value if kind == "key" else super().below(kind, container)


class _Set(Store):
    __slots__ = ("cls", "element")

    def __init__(self, cls: type[Set[Any]], element: Store) -> None:
        self.cls = cls
        self.element = element

    def __call__(self, value: Any) -> Any:
        if not _is(value, frozenset) and not _is(value, set):
            _wrong(value, "a Set")
        return self.cls([self.element(item) for item in value])

    def item(self, value: Any) -> Any:
        return self.element(value)


class _Sized(Store):
    """A sequence or a bag."""

    __slots__ = ("capacity", "cls", "element", "name")

    def __init__(self, cls: type, element: Store, capacity: int | None) -> None:
        self.cls: Any = cls
        self.name = "Seq" if issubclass(cls, Seq) else "Bag"
        self.element = element
        self.capacity = capacity

    def __call__(self, value: Any) -> Any:
        if not _is(value, Seq if self.name == "Seq" else Bag):
            _wrong(value, f"a {self.name}")
        return self.sized(self.cls([self.element(item) for item in value]))

    def item(self, value: Any) -> Any:
        return self.element(value)

    def sized(self, value: Any) -> Any:
        if self.capacity is not None and len(value) > self.capacity:
            raise EvaluationError(
                "capacity", f"a {self.name} of {len(value)} is stored where {self.capacity} is the most"
            )
        return value


class _Quorum(Store):
    __slots__ = ("known", "name")

    def __init__(self, name: str, quorums: Iterable[Any] | None) -> None:
        self.name = name
        self.known = None if quorums is None else {quorum: quorum for quorum in quorums}

    def __call__(self, value: Any) -> Any:
        if not _is(value, frozenset) and not _is(value, set):
            _wrong(value, f"a {self.name}")
        items: frozenset[Any] = frozenset(value)
        if self.known is None:
            return items
        if items not in self.known:
            _wrong(value, f"a {self.name}, a minimal majority,")
        return self.known[items]


def _number(bound: Capacity | int | None, scope: Scope | None) -> int | None:
    """A bound in a scope; open when it needs a scope and there is none."""
    if scope is None and not isinstance(bound, int):
        return None
    if isinstance(bound, str):
        assert scope is not None
        if bound not in scope.params:
            raise ScopeError(
                f"a bound names {bound!r}, which is no parameter of the model; declare {bound}: Param"
            )
        return scope.params[bound]
    if isinstance(bound, type):
        assert scope is not None
        return scope.size(bound)
    return bound


def _int(low: int | str | None, high: int | str | None, scope: Scope | None) -> Store:
    least, most = _number(low, scope), _number(high, scope)
    if least is not None and most is not None and least > most:
        raise ScopeError(
            f"Range({low}, {high}) is empty in this scope: {least} to {most}; change the parameter"
        )
    return _Int(least, most)


def store_for(form: Form, scope: Scope | None, *, deep: bool = False) -> Store:
    """The store of a form, made once per scope.

    Args:
        form: what the place holds.
        scope: where bounds, capacities and keys come from; None leaves them open.
        deep: for values from outside of the running model: check members' numbers and records' fields too.
    """
    if scope is None:
        return _make(form, None, deep)
    found: Store | None = scope.made.get((form, deep))
    if found is None:
        found = scope.made[form, deep] = _make(form, scope, deep)
    return found


def _make(form: Form, scope: Scope | None, deep: bool) -> Store:
    def inner(one: Form) -> Store:
        return store_for(one, scope, deep=deep)

    match form:
        case BoolForm():
            return _Exact(bool, "a bool")
        case IntForm(low, high):
            return _int(low, high, scope)
        case EnumForm(cls):
            return _Exact(cls, _a(cls))
        case SortForm(cls):
            if deep and scope is not None:
                return _Member(cls, _a(cls), scope.size(cls))
            return _Exact(cls, _a(cls))
        case RecordForm(record):
            return _Record((record,), scope, deep=deep)
        case UnionForm(classes):
            return _Record(classes, scope, deep=deep)
        case OptionForm(item):
            return _Option(inner(item))
        case TupleForm(items):
            return _Tuple(tuple(inner(item) for item in items))
        case MapForm(key, value):
            if scope is None:
                return _Partial(Map, "a Map", inner(key), inner(value))
            map_class = Map if is_ordered(key) else scope.map_class
            return _Map(map_class, tuple(values_of(key, scope)), inner(key), inner(value))
        case PartialForm(key, value):
            partial_class = Partial if scope is None or is_ordered(key) else scope.partial_class
            return _Partial(partial_class, "a Partial", inner(key), inner(value))
        case SetForm(item):
            return _Set(Set if scope is None else scope.set_class, inner(item))
        case SeqForm(item, capacity):
            return _Sized(Seq, inner(item), _number(capacity, scope))
        case BagForm(item, capacity):
            return _Sized(Bag if scope is None else scope.bag_class, inner(item), _number(capacity, scope))
        case QuorumForm(cls):
            quorum: type[Any] = quorum_of(cls)
            return _Quorum(quorum.__name__, None if scope is None else scope.quorums(quorum))
        case _:
            assert_never(form)
