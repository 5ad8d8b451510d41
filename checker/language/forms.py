"""Forms: annotations, resolved to what the language knows, with the model's own classes inside."""

from __future__ import annotations

import enum
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from checker.language.annotations import GhostMark, ParamMark, Range
from checker.language.bags import Bag
from checker.language.errors import FormError
from checker.language.maps import Map, Partial
from checker.language.members import Sort
from checker.language.own_operations import changed_by_enum
from checker.language.records import Record, field_hints, leaves
from checker.language.scope import is_quorum
from checker.language.sequences import Seq
from checker.language.sets import Quorum, Set

Capacity = int | str | type
"""A number, a parameter's name, or a sort whose size it is."""


@dataclass(frozen=True, slots=True)
class BoolForm:
    """`bool`."""


@dataclass(frozen=True, slots=True)
class IntForm:
    """An integer; bounds may name a parameter; None is open (helpers' parameters only)."""

    low: int | str | None
    high: int | str | None


@dataclass(frozen=True, slots=True)
class EnumForm:
    """An `enum.Enum`."""

    cls: type[enum.Enum]


@dataclass(frozen=True, slots=True)
class SortForm:
    """A `Sort` or `Ordered`."""

    cls: type[Sort]


@dataclass(frozen=True, slots=True)
class RecordForm:
    """A record class without subclasses."""

    cls: type[Record]


@dataclass(frozen=True, slots=True)
class UnionForm:
    """Several record classes, by name."""

    classes: tuple[type[Record], ...]


@dataclass(frozen=True, slots=True)
class OptionForm:
    """A value or None."""

    item: Form


@dataclass(frozen=True, slots=True)
class TupleForm:
    """A fixed number of values."""

    items: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class MapForm:
    """`Map[K, V]`."""

    key: Form
    value: Form


@dataclass(frozen=True, slots=True)
class PartialForm:
    """`Partial[K, V]`."""

    key: Form
    value: Form


@dataclass(frozen=True, slots=True)
class SetForm:
    """`Set[T]`."""

    item: Form


@dataclass(frozen=True, slots=True)
class SeqForm:
    """`Seq[T, N]`."""

    item: Form
    capacity: Capacity | None


@dataclass(frozen=True, slots=True)
class BagForm:
    """`Bag[T, N]`."""

    item: Form
    capacity: Capacity | None


@dataclass(frozen=True, slots=True)
class QuorumForm:
    """`Quorum[S]`."""

    cls: type[Sort]


Form = (
    BoolForm
    | IntForm
    | EnumForm
    | SortForm
    | RecordForm
    | UnionForm
    | OptionForm
    | TupleForm
    | MapForm
    | PartialForm
    | SetForm
    | SeqForm
    | BagForm
    | QuorumForm
)


def record_fields(cls: type[Record]) -> tuple[tuple[str, Form], ...]:
    """The fields of a record class, in order."""
    return tuple((name, resolve(hint)) for name, hint in field_hints(cls).items())


def _bound(bound: object) -> int | str:
    if type(bound) is int or isinstance(bound, str):
        return bound
    raise FormError(f"{bound!r} is no bound of a Range", "write an integer or the name of a parameter")


_FOREIGN: dict[object, str] = {
    set: "Set[T]", frozenset: "Set[T]", dict: "Map[K, V], or Partial[K, V] when some keys have no value",
    list: "Seq[T, N]", str: "an enum.Enum or a Sort", float: "an integer range (scale the numbers)",
    bytes: "an enum.Enum or a Sort", object: "the type that it is",
}  # fmt: skip


def show(annotation: Any) -> str:
    """An annotation as the source would write it, roughly."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    if annotation is type(None):
        return "None"
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", str(annotation))


def strip_marks(annotation: object) -> tuple[object, frozenset[str]]:
    """An annotation without its `Ghost` and `Param` marks, and which those were."""
    marks: set[str] = set()
    while get_origin(annotation) is Annotated:
        inner, *extras = get_args(annotation)
        ours = [extra for extra in extras if isinstance(extra, GhostMark | ParamMark)]
        if not ours:
            break
        marks.update("ghost" if isinstance(extra, GhostMark) else "param" for extra in ours)
        others = [extra for extra in extras if not isinstance(extra, GhostMark | ParamMark)]
        annotation = Annotated[(inner, *others)] if others else inner
        if others:
            break
    return annotation, frozenset(marks)


def resolve(annotation: object, *, bounded: bool = True) -> Form:
    """The form of an annotation.

    Args:
        annotation: as `typing.get_type_hints(..., include_extras=True)` gives it.
        bounded: refuse a bare `int` (state must be finite; helpers' parameters need not be).

    Raises:
        FormError: the language has no such type.
    """
    aliased: object = getattr(annotation, "__value__", None)  # of `type Tick = ...`, from Python 3.12
    if aliased is not None:
        return resolve(aliased, bounded=bounded)
    if annotation is bool:
        return BoolForm()
    if annotation is int:
        if bounded:
            raise FormError(
                "'int' is unbounded", "write Annotated[int, Range(0, 5)] with the bounds you mean"
            )
        return IntForm(None, None)
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return _class_form(annotation)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated_form(args[0], args[1:], bounded=bounded)
    if origin is types.UnionType or origin is typing.Union:
        return _union_form(args, bounded=bounded)
    if origin in (Map, Partial, Set, Seq, Bag, tuple):
        return _generic_form(origin, args, annotation, bounded=bounded)
    if origin in _FOREIGN:
        raise FormError(f"'{show(annotation)}' is no type of the language", f"write {_FOREIGN[origin]}")
    if isinstance(annotation, Range):
        raise FormError("a Range is no type", "write Annotated[int, Range(0, 5)]")
    raise FormError(f"'{show(annotation)}' is no type of the language", "see the language reference, Types")


def _class_form(cls: type[Any]) -> Form:
    if issubclass(cls, Sort):
        if cls.__name__ in ("Sort", "Ordered") and cls.__module__ == Sort.__module__:
            raise FormError(
                f"'{cls.__name__}' itself has no members", f"write class Node({cls.__name__}): ..."
            )
        return SortForm(cls)
    if issubclass(cls, Record):
        found = leaves(cls)
        if cls is Record or not found:
            raise FormError("'Record' itself is no type", "name the record class")
        for leaf in found:
            _refuse_loop(leaf, ())
        return RecordForm(cls) if found == (cls,) else UnionForm(found)
    if issubclass(cls, enum.Enum):
        if issubclass(cls, int | enum.Flag):
            raise FormError(f"'{cls.__name__}' mixes an enum with integers", "derive it from enum.Enum")
        if (changed := changed_by_enum(cls)) is not None:
            raise FormError(
                f"'{cls.__name__}' defines '{changed}', and members of an enum are equal to themselves alone",
                "remove it, or write a helper with a name of its own",
            )
        return EnumForm(cls)
    if is_quorum(cls):
        sort: Any = cls
        return QuorumForm(sort.sort)
    if cls in (Map, Partial, Set, Seq, Bag, Quorum):
        raise FormError(f"'{cls.__name__}' lacks its element types", f"write {_EXAMPLES[cls.__name__]}")
    if cls is type(None):
        raise FormError("'None' alone is no type", "write T | None")
    if cls in _FOREIGN:
        raise FormError(f"'{cls.__name__}' is no type of the language", f"write {_FOREIGN[cls]}")
    raise FormError(
        f"'{cls.__name__}' is no type of the language", "derive it from Record, Sort, Ordered or enum.Enum"
    )


_FINITE: set[type[Record]] = set()
"""Record classes that are known not to contain themselves."""


def _refuse_loop(cls: type[Record], outer: tuple[type[Record], ...]) -> None:
    if cls in outer:
        raise FormError(
            f"'{cls.__name__}' contains itself, so it has no end", "keep the parts in a Map or a Seq"
        )
    if cls not in _FINITE:
        for hint in field_hints(cls).values():
            for inner in _records_in(hint):
                _refuse_loop(inner, (*outer, cls))
        _FINITE.add(cls)


def _records_in(hint: Any) -> Iterator[type[Record]]:
    if isinstance(hint, type) and get_origin(hint) is None and issubclass(hint, Record):
        yield from leaves(hint)
    for inner in get_args(getattr(hint, "__value__", hint)):
        yield from _records_in(inner)


_EXAMPLES = {
    "Map": "Map[K, V]",
    "Partial": "Partial[K, V]",
    "Set": "Set[T]",
    "Seq": "Seq[T, N]",
    "Bag": "Bag[T, N]",
    "Quorum": "Quorum[S]",
}


def _annotated_form(inner: object, extras: tuple[object, ...], *, bounded: bool) -> Form:
    ranges = [extra for extra in extras if isinstance(extra, Range)]
    if any(isinstance(extra, GhostMark) for extra in extras):
        raise FormError("a Ghost stands inside a type", "mark the whole variable: acked: Ghost[Set[Value]]")
    if not ranges:
        return resolve(inner, bounded=bounded)
    if inner is not int or len(ranges) > 1:
        raise FormError("a Range bounds one int", "write Annotated[int, Range(0, 5)]")
    low, high = _bound(ranges[0].low), _bound(ranges[0].high)
    if isinstance(low, int) and isinstance(high, int) and low > high:
        raise FormError(f"Range({low}, {high}) is empty", f"write Range({high}, {low})")
    return IntForm(low, high)


def _union_form(args: tuple[object, ...], *, bounded: bool) -> Form:
    options = [arg for arg in args if arg is not type(None)]
    if len(options) < len(args):
        inner = (
            _union_form(tuple(options), bounded=bounded)
            if len(options) > 1
            else resolve(options[0], bounded=bounded)
        )
        if isinstance(inner, OptionForm):
            raise FormError(
                "an option of an option: one None cannot mean two things", "use a Record or an enum"
            )
        return OptionForm(inner)
    classes: set[type[Record]] = set()
    for option in options:
        form = resolve(option, bounded=bounded)
        match form:
            case RecordForm(cls):
                classes.add(cls)
            case UnionForm(several):
                classes.update(several)
            case _:
                shown = " | ".join(show(one) for one in options)
                raise FormError(
                    f"'{shown}' is a union of more than records", "only records and None can be united"
                )
    return UnionForm(tuple(sorted(classes, key=lambda cls: cls.__name__)))


def _capacity(arg: Any, *, bounded: bool) -> Capacity | None:
    if isinstance(arg, type) and issubclass(arg, Sort):
        return arg
    if arg is Any and not bounded:
        return None  # a helper takes sequences of any capacity
    if get_origin(arg) is Literal:
        values = get_args(arg)
        if len(values) == 1 and (type(values[0]) is int or isinstance(values[0], str)):
            value: int | str = values[0]
            return value
    raise FormError(
        f"'{show(arg)}' is no capacity",
        "write Seq[T, Slot] with an Ordered Slot, Seq[T, Literal[3]] or Literal['param']",
    )


def _generic_form(origin: object, args: tuple[object, ...], annotation: object, *, bounded: bool) -> Form:
    if origin is tuple:
        if not args or Ellipsis in args:
            raise FormError(f"'{show(annotation)}' has no fixed length", "write Seq[T, N]")
        return TupleForm(tuple(resolve(arg, bounded=bounded) for arg in args))
    wanted: dict[object, int] = {Map: 2, Partial: 2, Set: 1, Seq: 2, Bag: 2}
    if len(args) != wanted[origin]:
        name: str = getattr(origin, "__name__", str(origin))
        raise FormError(f"'{show(annotation)}' has {len(args)} parameters", f"write {_EXAMPLES[name]}")
    first = resolve(args[0], bounded=bounded)
    if origin is Set:
        return SetForm(first)
    if origin is Seq:
        return SeqForm(first, _capacity(args[1], bounded=bounded))
    if origin is Bag:
        return BagForm(first, _capacity(args[1], bounded=bounded))
    second = resolve(args[1], bounded=bounded)
    return MapForm(first, second) if origin is Map else PartialForm(first, second)
