"""Records: named products, immutable, interned so that equality is identity."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast, dataclass_transform, get_type_hints

from checker.language.context import running_scope
from checker.language.errors import EvaluationError, FormError, ModelError
from checker.language.own_operations import own_operations
from checker.language.places import assign_field, caller_frame

R = TypeVar("R", bound="Record")


class RecordMeta(type):
    """Collects the fields of a record class and interns its instances."""

    __fields__: tuple[str, ...]
    __field_defaults__: dict[str, object]
    __interned__: dict[tuple[object, ...], Any]
    __known__: dict[tuple[object, ...], Any]
    __traits__: Traits | None

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> RecordMeta:
        if namespace.get("__module__") != __name__:
            _check_operations(name, bases, namespace)
        own = _own_annotations(namespace)
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        inherited = [base for base in bases if isinstance(base, RecordMeta)]
        fresh = [field for field in own if not any(field in base.__fields__ for base in inherited)]
        for field in fresh:
            if field in _TAKEN:
                raise ModelError(f"a field of {name} is named '{field}', which every record has; rename it")
        namespace["__slots__"] = tuple(fresh)
        names = dict.fromkeys(field for base in inherited for field in base.__fields__)
        names.update(dict.fromkeys(own))
        namespace["__match_args__"] = tuple(names)  # what `case Promise(a, b)` reads
        cls = super().__new__(mcs, name, bases, namespace)
        cls.__fields__ = tuple(names)
        cls.__field_defaults__ = {
            field: value for base in inherited for field, value in base.__field_defaults__.items()
        } | defaults
        cls.__interned__ = {}
        cls.__known__ = {}
        cls.__traits__ = None
        return cls

    if not TYPE_CHECKING:  # type checkers take the constructor from the fields

        def __call__(cls, *args, **named):
            if not named:
                try:
                    return cls.__known__[args]
                except (KeyError, TypeError):
                    pass
            return _make(cls, args, named)


def _check_operations(name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
    for base in bases:
        if not isinstance(base, RecordMeta):
            raise ModelError(
                f"the record {name} is derived from {base.__name__}, which is no record; "
                "derive it from Record"
            )
    if own := own_operations(namespace):
        raise ModelError(
            f"the record {name} defines '{own[0]}', and records are equal when their fields are; "
            "remove it, or write a helper with a name of its own"
        )


_TAKEN = frozenset({"record_values", "record_names"})


@dataclass(frozen=True, slots=True)
class Traits:
    """What decides how a record class may be looked up before its fields are checked.

    Attributes:
        forms: of the fields, in order.
        scoped: a check depends on the scope that runs.
        numeric: a field is an integer or a boolean: `1 == True` must not find the other's record.
        numeric_inside: a collection in a field holds such.
    """

    forms: tuple[Any, ...]
    scoped: bool
    numeric: bool
    numeric_inside: bool


def _own_annotations(namespace: dict[str, Any]) -> tuple[str, ...]:
    """The names annotated in a class body, on every supported Python."""
    if "__annotations__" in namespace:
        return tuple(namespace["__annotations__"])
    if "__annotate_func__" in namespace or "__annotate__" in namespace:  # lazily evaluated from Python 3.14
        annotationlib: Any = import_module("annotationlib")
        annotate = annotationlib.get_annotate_from_class_namespace(namespace)
        if annotate is not None:
            return tuple(annotationlib.call_annotate_function(annotate, annotationlib.Format.FORWARDREF))
    return ()


def _make(cls: RecordMeta, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Checks, normalises and interns one record."""
    traits = cls.__traits__ or _read_traits(cls)
    key = None
    if not named and not traits.numeric_inside:
        # One table per class, or per class and scope: what stands in it has been checked.
        key = (args, *map(type, args)) if traits.numeric else args
        scope = running_scope() if traits.scoped else None
        table = cls.__known__ if scope is None else scope.made.setdefault(cls, {})
        try:
            return table[key]
        except (KeyError, TypeError):
            pass
    else:
        table = {}
    values = _values(cls, args, named)
    fields = tuple(
        _stored(cls, name, store, values[name])
        for name, store in zip(cls.__fields__, _stores(cls, traits), strict=True)
    )
    found = cls.__interned__.get(fields)
    if found is None:
        record = object.__new__(cast(type[Any], cls))
        for name, value in zip(cls.__fields__, fields, strict=True):
            object.__setattr__(record, name, value)
        found = cls.__interned__.setdefault(fields, record)
    if key is not None and (running_scope() is not None or not traits.scoped):
        with suppress(TypeError):  # a plain set or list as an argument cannot be looked up
            table[key] = found
    return found


def _values(cls: RecordMeta, args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """The fields by name, defaults filled in."""
    names = cls.__fields__
    if len(args) > len(names):
        raise ModelError(f"{cls.__name__} takes {len(names)} fields ({', '.join(names)}), not {len(args)}")
    values = dict(zip(names, args, strict=False))
    for name, value in named.items():
        if name not in names:
            raise no_field(cls, name)
        if name in values:
            raise ModelError(f"{cls.__name__} gets the field {name!r} twice; give it once")
        values[name] = value
    for name, value in cls.__field_defaults__.items():
        values.setdefault(name, value)
    missing = [name for name in names if name not in values]
    if missing:
        raise ModelError(
            f"{cls.__name__} lacks the field {missing[0]!r}; write {cls.__name__}({', '.join(names)})"
        )
    return values


def no_field(cls: RecordMeta, name: str) -> ModelError:
    """The error of a field that a record class does not have."""
    nearest = get_close_matches(name, cls.__fields__, 1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"it has {', '.join(cls.__fields__) or 'none'}"
    return ModelError(f"{cls.__name__} has no field {name!r}; {hint}")


def _stored(cls: RecordMeta, name: str, store: Any, value: object) -> object:
    try:
        return store(value)
    except EvaluationError as error:
        raise error.about(f"field {name!r} of {cls.__name__}") from None


def _read_traits(cls: RecordMeta) -> Traits:
    from checker.language import forms, traits  # they know records; records know them only when one is made

    if cls.__subclasses__():
        leaf = cls.__subclasses__()[0].__name__
        raise ModelError(
            f"{cls.__name__} has subclasses and stands for all of them; make one of those, such as {leaf}"
        )
    read = tuple(form for _, form in forms.record_fields(cast(Any, cls)))
    cls.__traits__ = Traits(
        read,
        any(traits.needs_scope(form) for form in read),
        any(traits.is_numeric(form) for form in read),
        any(traits.is_numeric_inside(form) for form in read),
    )
    if not (cls.__traits__.scoped or cls.__traits__.numeric or cls.__traits__.numeric_inside):
        cls.__known__ = cls.__interned__
    return cls.__traits__


def _stores(cls: RecordMeta, traits: Traits) -> tuple[Any, ...]:
    """What checks each field, in the scope that runs (bounds that need a scope are open when none does)."""
    from checker.language import stores  # as above

    scope = running_scope()
    if scope is None:
        return tuple(stores.store_for(form, None) for form in traits.forms)
    found: tuple[Any, ...] | None = scope.made.get((cls, "stores"))
    if found is None:
        found = scope.made[cls, "stores"] = tuple(stores.store_for(form, scope) for form in traits.forms)
    return found


@dataclass_transform(eq_default=False, kw_only_default=False)
class RecordBase(metaclass=RecordMeta):
    """Carries the mark by which type checkers synthesise constructors."""


class Record(RecordBase):
    """A named product of values: `class Vote(Record): ballot: Ballot; value: Value`.

    Immutable; `replace(record, field=value)` makes a changed copy. A place of the state may be assigned by
    field: `self.node[n].term = 3`.
    """

    if not TYPE_CHECKING:  # type checkers see the fields' own types

        def __setattr__(self, name, value):
            if name not in type(self).__fields__:
                raise no_field(type(self), name)
            assign_field(caller_frame(1), self, name, value)

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            raise AttributeError(str(no_field(type(self), name)), name=name, obj=self)

    def __delattr__(self, name: str) -> None:
        raise ModelError(f"a field of {type(self).__name__} cannot be deleted; assign it")

    def record_values(self) -> tuple[object, ...]:
        """The fields' values, in order."""
        return tuple(getattr(self, name) for name in type(self).__fields__)

    @classmethod
    def record_names(cls) -> tuple[str, ...]:
        """The fields' names, in order."""
        return cls.__fields__

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__fields__)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.record_values()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def replace(record: R, /, **changes: Any) -> R:
    """The record with some fields changed."""
    values = dict(zip(type(record).__fields__, record.record_values(), strict=True))
    for name in changes:
        if name not in values:
            raise no_field(type(record), name)
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
    try:
        hints = get_type_hints(cls, include_extras=True)
    except (NameError, TypeError, AttributeError) as error:
        raise FormError(
            f"an annotation of {cls.__name__} cannot be read ({error})",
            "import or define what it names, at module level",
        ) from None
    return {name: hints[name] for name in cls.__fields__}
