"""Stores: what checks and normalises a value that goes into the state, and what each place starts with.

A store is called with the value and returns it as the state keeps it. `item`, `key` and `below` give the stores of what
is inside, so that a write deep in a place checks only what it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, assert_never

from checker.language.bags import Bag
from checker.language.domains import values_of
from checker.language.errors import EvaluationError
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
from checker.language.maps import Map, Partial
from checker.language.scope import Scope
from checker.language.sequences import Seq
from checker.language.sets import Set


def _wrong(value: object, wanted: str) -> NoReturn:
    raise EvaluationError("type", f"{value!r} ({type(value).__name__}) is stored where {wanted} is expected")


class Store:
    """Checks one form. Subclasses say what is inside."""

    __slots__ = ()

    def __call__(self, value: Any) -> Any:
        """The value as the state keeps it."""
        raise NotImplementedError

    def item(self, value: Any) -> Any:
        """An element, checked."""
        raise EvaluationError("type", f"{value!r} is added to something that holds no elements")

    def key(self, value: Any) -> Any:
        """A key, checked."""
        raise EvaluationError("type", f"{value!r} is used as a key of something without keys")

    def below(self, kind: str, step: Any) -> Store:
        """The store of a value inside: of a map's key ("key") or a record's field ("field")."""
        raise EvaluationError("type", f"there is no {kind} {step!r} here")

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
    __slots__ = ("classes", "fields", "scope", "wanted")

    def __init__(self, classes: tuple[type, ...], scope: Scope | None) -> None:
        self.classes = frozenset(classes)
        self.wanted = " | ".join(cls.__name__ for cls in classes)
        self.scope = scope
        self.fields: dict[str, Store] | None = None

    def __call__(self, value: Any) -> Any:
        if value.__class__ not in self.classes:
            _wrong(value, self.wanted)
        return value

    def below(self, kind: str, step: Any) -> Store:
        if kind != "field" or len(self.classes) != 1:
            return super().below(kind, step)
        if self.fields is None:
            (cls,) = self.classes
            self.fields = {name: store_for(form, self.scope) for name, form in record_fields(cls)}
        return self.fields[step]


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

    def below(self, kind: str, step: Any) -> Store:
        return self.inner.below(kind, step)

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
    __slots__ = ("keys", "places", "value")

    def __init__(self, keys: tuple[Any, ...] | None, value: Store) -> None:
        self.keys = keys
        self.places = None if keys is None else frozenset(keys)
        self.value = value

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            _wrong(value, "a Map")
        if self.keys is None:
            return Map({key: self.value(item) for key, item in value.items()})
        for key in value:
            self.key(key)
        for key in self.keys:
            if key not in value:
                raise EvaluationError("missing_key", f"a total Map lacks the key {key!r}")
        return Map({key: self.value(value[key]) for key in self.keys})

    def key(self, value: Any) -> Any:
        if self.places is not None and value not in self.places:
            _wrong(value, f"a key of the map (one of {list(self.keys or ())!r})")
        return value

    def below(self, kind: str, step: Any) -> Store:
        return self.value if kind == "key" else super().below(kind, step)


class _Partial(Store):
    __slots__ = ("keys", "value")

    def __init__(self, key: Store, value: Store) -> None:
        self.keys = key
        self.value = value

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            _wrong(value, "a Partial")
        return Partial({self.keys(key): self.value(item) for key, item in value.items()})

    def key(self, value: Any) -> Any:
        return self.keys(value)

    def below(self, kind: str, step: Any) -> Store:
        return self.value if kind == "key" else super().below(kind, step)


class _Set(Store):
    __slots__ = ("cls", "element")

    def __init__(self, cls: type[Set[Any]], element: Store) -> None:
        self.cls = cls
        self.element = element

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, frozenset | set):
            _wrong(value, "a Set")
        return self.cls([self.element(item) for item in value])

    def item(self, value: Any) -> Any:
        return self.element(value)


class _Sized(Store):
    """A sequence or a bag."""

    __slots__ = ("capacity", "cls", "element")

    def __init__(self, cls: type, element: Store, capacity: int | None) -> None:
        self.cls = cls
        self.element = element
        self.capacity = capacity

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, self.cls | tuple):
            _wrong(value, f"a {self.cls.__name__}")
        made: Any = self.cls
        return self.sized(made([self.element(item) for item in value]))

    def item(self, value: Any) -> Any:
        return self.element(value)

    def sized(self, value: Any) -> Any:
        if self.capacity is not None and len(value) > self.capacity:
            raise EvaluationError(
                "capacity",
                f"a {self.cls.__name__} of {len(value)} is stored where {self.capacity} is the most",
            )
        return value


class _Quorum(Store):
    __slots__ = ("quorums",)

    def __init__(self, quorums: Iterable[Any] | None) -> None:
        self.quorums = None if quorums is None else frozenset(quorums)

    def __call__(self, value: Any) -> Any:
        if self.quorums is not None and value not in self.quorums:
            _wrong(value, "a quorum")
        return value


def _number(bound: Capacity | int | None, scope: Scope | None) -> int | None:
    """A bound in a scope; open when it needs a scope and there is none."""
    if isinstance(bound, str):
        return None if scope is None else scope.params[bound]
    if isinstance(bound, type):
        return None if scope is None else scope.size(bound)
    return bound


def store_for(form: Form, scope: Scope | None) -> Store:
    """The store of a form, made once per scope."""
    if scope is None:
        return _make(form, None)
    found: Store | None = scope.stores.get(form)
    if found is None:
        found = scope.stores[form] = _make(form, scope)
    return found


def _make(form: Form, scope: Scope | None) -> Store:
    match form:
        case BoolForm():
            return _Exact(bool, "a bool")
        case IntForm(low, high):
            return _Int(_number(low, scope), _number(high, scope))
        case EnumForm(cls):
            return _Exact(cls, f"a {cls.__name__}")
        case SortForm(cls):
            return _Exact(cls, f"a {cls.__name__}")
        case RecordForm(record):
            return _Record((record,), scope)
        case UnionForm(classes):
            return _Record(classes, scope)
        case OptionForm(item):
            return _Option(store_for(item, scope))
        case TupleForm(items):
            return _Tuple(tuple(store_for(item, scope) for item in items))
        case MapForm(key, value):
            keys = None if scope is None else tuple(values_of(key, scope))
            return _Map(keys, store_for(value, scope))
        case PartialForm(key, value):
            return _Partial(store_for(key, scope), store_for(value, scope))
        case SetForm(item):
            return _Set(Set if scope is None else scope.set_class, store_for(item, scope))
        case SeqForm(item, capacity):
            return _Sized(Seq, store_for(item, scope), _number(capacity, scope))
        case BagForm(item, capacity):
            return _Sized(Bag, store_for(item, scope), _number(capacity, scope))
        case QuorumForm(cls):
            from checker.language.sets import Quorum

            kind: Any = Quorum
            return _Quorum(None if scope is None else scope.quorums(kind[cls]))
        case _:
            assert_never(form)


def needs_scope(form: Form) -> bool:
    """Whether checking a value needs the scope: a bound by a parameter, a capacity by a sort, a total map."""
    match form:
        case IntForm(low, high):
            return isinstance(low, str) or isinstance(high, str)
        case SeqForm(item, capacity) | BagForm(item, capacity):
            return not isinstance(capacity, int) or needs_scope(item)
        case MapForm():
            return True
        case OptionForm(item) | SetForm(item):
            return needs_scope(item)
        case PartialForm(key, value):
            return needs_scope(key) or needs_scope(value)
        case TupleForm(items):
            return any(needs_scope(item) for item in items)
        case RecordForm(cls):
            return any(needs_scope(inner) for _, inner in record_fields(cls))
        case UnionForm(classes):
            return any(needs_scope(RecordForm(cls)) for cls in classes)
        case BoolForm() | EnumForm() | SortForm() | QuorumForm():
            return False
        case _:
            assert_never(form)


class NoNatural(Exception):
    """A form without a value to start from; the argument names it."""


def natural(form: Form, scope: Scope) -> Any:
    """What a variable of this form starts with when no `@initial` says otherwise.

    Raises:
        NoNatural: a bare Sort, a quorum or a union of records has none.
    """
    match form:
        case BoolForm():
            return False
        case IntForm(low, _):
            return _number(low, scope)
        case EnumForm(enum_class):
            return next(iter(enum_class))
        case SortForm(cls):
            from checker.language.members import Ordered

            if issubclass(cls, Ordered):
                return cls(1)
            raise NoNatural(cls.__name__)
        case RecordForm(record):
            return record(*(natural(inner, scope) for _, inner in record_fields(record)))
        case UnionForm(classes):
            raise NoNatural(" | ".join(one.__name__ for one in classes))
        case OptionForm():
            return None
        case TupleForm(items):
            return tuple(natural(item, scope) for item in items)
        case MapForm(key, value):
            start = natural(value, scope)
            return Map({one: start for one in values_of(key, scope)})
        case PartialForm():
            return Partial()
        case SetForm():
            return scope.set_class()
        case SeqForm():
            return Seq()
        case BagForm():
            return Bag()
        case QuorumForm(cls):
            raise NoNatural(f"Quorum[{cls.__name__}]")
        case _:
            assert_never(form)
