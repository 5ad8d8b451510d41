"""Records: named products, immutable, interned so that equality is identity."""

from __future__ import annotations

import sys
from typing import Any, Self, TypeVar, dataclass_transform, get_type_hints

from checker.language.context import running_scope
from checker.language.errors import EvaluationError, ModelError
from checker.language.places import assign_field

R = TypeVar("R", bound="Record")


class RecordMeta(type):
    """Collects the fields of a record class and interns its instances."""

    _names: tuple[str, ...]
    _defaults: dict[str, object]
    _instances: dict[tuple[object, ...], Any]
    _forms: tuple[Any, ...] | None
    _scoped: bool

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> RecordMeta:
        own = _own_annotations(namespace)
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        inherited = [base for base in bases if isinstance(base, RecordMeta)]
        namespace["__slots__"] = tuple(
            field for field in own if not any(field in base._names for base in inherited)
        )
        cls = super().__new__(mcs, name, bases, namespace)
        names: dict[str, None] = {}
        cls._defaults = {}
        for base in inherited:
            names.update(dict.fromkeys(base._names))
            cls._defaults.update(base._defaults)
        names.update(dict.fromkeys(own))
        cls._names = tuple(names)
        cls._defaults.update(defaults)
        cls._instances = {}
        cls._forms = None
        cls._scoped = False
        cls.__match_args__ = cls._names  # type: ignore[attr-defined]  # what `case Promise(a, b)` reads
        return cls

    def __call__(cls, *args: Any, **named: Any) -> Any:
        if not named and not cls._scoped:
            try:
                return cls._instances[args]
            except (KeyError, TypeError):
                pass
        return _make(cls, args, named)


def _own_annotations(namespace: dict[str, Any]) -> tuple[str, ...]:
    """The names annotated in a class body, on every supported Python."""
    if "__annotations__" in namespace:
        return tuple(namespace["__annotations__"])
    if "__annotate_func__" in namespace or "__annotate__" in namespace:  # lazily evaluated from Python 3.14
        import annotationlib  # type: ignore[import-not-found]  # Python 3.14

        annotate = annotationlib.get_annotate_from_class_namespace(namespace)
        if annotate is not None:
            return tuple(annotationlib.call_annotate_function(annotate, annotationlib.Format.FORWARDREF))
    return ()


def _make(cls: RecordMeta, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Checks, normalises and interns one record."""
    names = cls._names
    if len(args) > len(names):
        raise ModelError(f"{cls.__name__} takes {len(names)} fields, not {len(args)}")
    values = dict(zip(names, args, strict=False))
    for name, value in named.items():
        if name not in names:
            raise ModelError(f"{cls.__name__} has no field {name!r}; it has {', '.join(names)}")
        if name in values:
            raise ModelError(f"{cls.__name__} got the field {name!r} twice")
        values[name] = value
    for name, value in cls._defaults.items():
        values.setdefault(name, value)
    missing = [name for name in names if name not in values]
    if missing:
        raise ModelError(f"{cls.__name__} lacks the field {missing[0]!r}")
    stores = _stores(cls)
    fields = tuple(_stored(cls, name, store, values[name]) for name, store in zip(names, stores, strict=True))
    found = cls._instances.get(fields)
    if found is not None:
        return found
    record = object.__new__(cls)
    for name, value in zip(names, fields, strict=True):
        object.__setattr__(record, name, value)
    return cls._instances.setdefault(fields, record)


def _stored(cls: RecordMeta, name: str, store: Any, value: object) -> object:
    try:
        return store(value)
    except EvaluationError as error:
        raise EvaluationError(error.kind, f"field {name!r} of {cls.__name__}: {error}") from None


def _stores(cls: RecordMeta) -> tuple[Any, ...]:
    """What checks each field, in the scope that runs (bounds that need a scope are open when none does)."""
    from checker.language import (
        forms,
        stores,
    )  # the two know records; records know them only when one is made

    if cls._forms is None:
        cls._forms = tuple(form for _, form in forms.record_fields(cls))
        cls._scoped = any(stores.needs_scope(form) for form in cls._forms)
    return tuple(stores.store_for(form, running_scope()) for form in cls._forms)


@dataclass_transform(eq_default=False, kw_only_default=False)
class RecordBase(metaclass=RecordMeta):
    """Carries the mark by which type checkers synthesise constructors."""


class Record(RecordBase):
    """A named product of values: `class Vote(Record): ballot: Ballot; value: Value`.

    Immutable; `replace(record, field=value)` makes a changed copy. A place of the state may be assigned by field:
    `self.node[n].term = 3`.
    """

    def __setattr__(self, name: str, value: object) -> None:
        assign_field(sys._getframe(1), self, name, value)

    def __delattr__(self, name: str) -> None:
        raise ModelError(f"a field of {type(self).__name__} cannot be deleted")

    def record_values(self) -> tuple[object, ...]:
        """The fields' values, in order."""
        return tuple(getattr(self, name) for name in type(self)._names)

    @classmethod
    def record_names(cls) -> tuple[str, ...]:
        """The fields' names, in order."""
        return cls._names

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self)._names)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.record_values()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def replace(record: R, /, **changes: object) -> R:
    """The record with some fields changed."""
    values = dict(zip(type(record)._names, record.record_values(), strict=True))
    for name in changes:
        if name not in values:
            raise ModelError(f"{type(record).__name__} has no field {name!r}; it has {', '.join(values)}")
    values.update(changes)
    made: R = type(record)(**values)
    return made


def leaves(cls: type[Record]) -> tuple[type[Record], ...]:
    """The record classes without subclasses below a class (itself, when it has none), by name."""
    below = cls.__subclasses__()
    if not below:
        return (cls,)
    found = {leaf for child in below for leaf in leaves(child)}
    return tuple(sorted(found, key=lambda leaf: leaf.__name__))


def field_hints(cls: type[Record]) -> dict[str, object]:
    """The fields' annotations, resolved, `Annotated` kept."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in cls._names}
