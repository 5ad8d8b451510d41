"""Values of a model as a system under test takes and shows them, and back: `checker.conformance.system`."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, assert_never, cast

from checker.conformance.system import Plain
from checker.language.bags import Bag
from checker.language.domains import values_of
from checker.language.errors import EvaluationError
from checker.language.forms import (
    BagForm,
    BoolForm,
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
from checker.language.members import Sort
from checker.language.order import value_key
from checker.language.records import Record
from checker.language.scope import Scope
from checker.language.sequences import Seq
from checker.running.plain_form import to_plain
from checker.traces.plain import show


class FrozenMapping(Mapping[str, Plain], Hashable):
    """A mapping that can be an element of a set."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Plain]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> Plain:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


def outward(value: object) -> Plain:
    """The plain form of a value of a model, for a system under test."""
    match value:
        case None | bool() | int():
            return value
        case Sort():
            return repr(value)
        case enum.Enum():
            return value.name
        case Record():
            return (type(value).__name__, *[outward(item) for item in value.record_values()])
        case dict():
            held = cast(dict[object, object], value)
            return FrozenMapping({key_text(key): outward(item) for key, item in held.items()})
        case Bag():
            bag: Bag[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]  # a bag of anything
            return tuple([outward(item) for item in sorted(bag, key=value_key)])
        case frozenset() | set():
            return frozenset([outward(item) for item in cast(frozenset[object], value)])
        case tuple():
            return tuple([outward(item) for item in cast(tuple[object, ...], value)])
        case _:
            raise AssertionError(f"{value!r} is no value of the language")


def key_text(key: object) -> str:
    """A key of a map as a text: a name, or what traces show."""
    plain = to_plain(key)
    return plain if isinstance(plain, str) else show(plain)


class Unreadable(Exception):
    """What a system shows is no value of the variable's type. `path` leads to the part that is wrong."""

    def __init__(self, path: str, fact: str) -> None:
        super().__init__(f"{path}: {fact}")
        self.path = path
        self.fact = fact


class Reader:
    """Reads what a system shows as values of a model in a scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._members: dict[type, dict[str, Any]] = {}
        self._keys: dict[Form, dict[str, Any]] = {}
        self._fields: dict[type[Record], tuple[tuple[str, Form], ...]] = {}

    def read(self, form: Form, shown: object, path: str) -> Any:
        """The value. Raises Unreadable."""
        match form:
            case BoolForm():
                return shown if isinstance(shown, bool) else _wrong(path, shown, "a bool")
            case IntForm():
                is_int = isinstance(shown, int) and not isinstance(shown, bool)
                return shown if is_int else _wrong(path, shown, "an integer")
            case EnumForm(cls):
                return self._named(cls, {one.name: one for one in cls}, shown, path)
            case SortForm(cls):
                known = self._members.get(cls)
                if known is None:
                    known = self._members[cls] = {repr(one): one for one in self._scope.members(cls)}
                return self._named(cls, known, shown, path)
            case OptionForm(item):
                return None if shown is None else self.read(item, shown, path)
            case RecordForm(cls):
                return self._record((cls,), shown, path)
            case UnionForm(classes):
                return self._record(classes, shown, path)
            case TupleForm(items):
                parts = self._elements(shown, path, len(items))
                return tuple(
                    [self.read(one, part, f"{path}[{n}]") for n, (one, part) in _paired(items, parts)]
                )
            case MapForm(key, value):
                found = self._entries(key, value, shown, path)
                missing = [text for text, one in self._key_texts(key).items() if one not in found]
                if missing:
                    raise Unreadable(path, f"there is no entry for {missing[0]}")
                return Map(found)
            case PartialForm(key, value):
                return Partial(self._entries(key, value, shown, path))
            case SetForm(item):
                return self._scope.set_class(self._parts(item, shown, path))
            case QuorumForm(cls):
                return self._scope.set_class(self._parts(SortForm(cls), shown, path))
            case SeqForm(item):
                return Seq(self._parts(item, shown, path))
            case BagForm(item):
                return self._scope.bag_class(self._parts(item, shown, path))
            case _:
                assert_never(form)

    def _named(self, cls: type, known: Mapping[str, Any], shown: object, path: str) -> Any:
        if isinstance(shown, str) and shown in known:
            return known[shown]
        names = list(known)
        some = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        return _wrong(path, shown, f"one of {some}" if names else f"a {cls.__name__}: there is none")

    def _record(self, classes: tuple[type[Record], ...], shown: object, path: str) -> Record:
        names = {cls.__name__: cls for cls in classes}
        wanted = "a tuple that begins with " + " or ".join([f'"{name}"' for name in names])
        name, *values = self._listed(shown, path, wanted) or [None]
        cls = names.get(name) if isinstance(name, str) else None
        if cls is None:
            return cast(Record, _wrong(path, shown, wanted))
        fields = self._fields.get(cls)
        if fields is None:
            fields = self._fields[cls] = record_fields(cls)
        if len(values) != len(fields):
            raise Unreadable(path, f"{cls.__name__} has {len(fields)} fields, not {len(values)}")
        parts = [
            self.read(one, part, f"{path}.{field}") for _, ((field, one), part) in _paired(fields, values)
        ]
        try:
            return cls(*parts)
        except EvaluationError as error:
            raise Unreadable(path, str(error)) from None

    def _elements(self, shown: object, path: str, count: int) -> list[object]:
        parts = self._listed(shown, path, f"a tuple of {count}")
        if len(parts) != count:
            raise Unreadable(path, f"{len(parts)} instead of {count} parts")
        return parts

    def _listed(self, shown: object, path: str, wanted: str, *, sets: bool = False) -> list[object]:
        if not isinstance(shown, tuple | list) and not (sets and isinstance(shown, frozenset | set)):
            _wrong(path, shown, wanted)
        return list(cast("tuple[object, ...]", shown))

    def _parts(self, item: Form, shown: object, path: str) -> list[Any]:
        parts = self._listed(shown, path, "a tuple, list or frozenset", sets=True)
        return [self.read(item, part, f"{path}[{number}]") for number, part in enumerate(parts)]

    def _entries(self, key: Form, value: Form, shown: object, path: str) -> dict[Any, Any]:
        if not isinstance(shown, Mapping):
            _wrong(path, shown, "a mapping")
        texts = self._key_texts(key)
        found: dict[Any, Any] = {}
        for text, item in cast("Mapping[object, object]", shown).items():
            if not isinstance(text, str) or text not in texts:
                raise Unreadable(path, f"{text!r} is no key; keys are such as {next(iter(texts), 'none')}")
            found[texts[text]] = self.read(value, item, f"{path}[{text}]")
        return found

    def _key_texts(self, key: Form) -> dict[str, Any]:
        texts = self._keys.get(key)
        if texts is None:
            texts = self._keys[key] = {key_text(one): one for one in values_of(key, self._scope)}
        return texts


def _paired(left: Any, right: Any) -> Iterator[tuple[int, tuple[Any, Any]]]:
    return enumerate(zip(left, right, strict=True))


def _wrong(path: str, shown: object, wanted: str) -> Any:
    text = repr(shown)
    raise Unreadable(path, f"{text if len(text) <= 80 else text[:77] + '...'} is not {wanted}")


def read_variable(reader: Reader, model: Any, name: str, form: Form, shown: object) -> Any:
    """The value of a variable, checked against its type as deep as it goes. Raises Unreadable."""
    value = reader.read(form, shown, name)
    try:
        return model.lockstep_admit(name, value)
    except EvaluationError as error:
        raise Unreadable(name, str(error)) from None
