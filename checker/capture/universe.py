"""The language's run-time values in one scope, as the reference evaluator of the IR asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from checker.language.bags import Bag
from checker.language.forms import Form, OptionForm, SeqForm, record_fields
from checker.language.records import Record, replace
from checker.language.scope import Scope
from checker.language.sequences import Seq
from checker.language.sets import Quorum


def _stored(form: Form, value: Any) -> Any:
    """A value of the evaluator, whose sequences are tuples, as a record holds it."""
    match form:
        case SeqForm(item):
            return Seq([_stored(item, one) for one in value])
        case OptionForm(item):
            return None if value is None else _stored(item, value)
        case _:
            return value


class LanguageUniverse:
    """Members, records and bags of a model's own classes; see `checker.ir.universe.Universe`.

    Args:
        classes: the sorts, enums and records of the model, by name.
        scope: the sizes and parameters.
    """

    def __init__(self, classes: Mapping[str, type], scope: Scope) -> None:
        self._classes: Mapping[str, Any] = classes
        self._scope = scope

    def members(self, sort: str) -> Sequence[Any]:
        """The members of a sort, by number."""
        members: Sequence[Any] = self._scope.members(self._classes[sort])
        return members

    def size(self, sort: str) -> int:
        """How many members a sort has."""
        return self._scope.size(self._classes[sort])

    def quorums(self, sort: str) -> Sequence[frozenset[Any]]:
        """The minimal majorities of a sort, in the order of their members."""
        kind: Any = Quorum
        quorums: Sequence[frozenset[Any]] = self._scope.quorums(kind[self._classes[sort]])
        return quorums

    def position(self, member: Any) -> int:
        """The place of a member in its sort, the first is 0."""
        number: int = member.number
        return number - 1

    def member_at(self, sort: str, index: int) -> Any:
        """The member at a place that exists."""
        return self.members(sort)[index]

    def enum_member(self, name: str, member: str) -> Any:
        """One member of an enum."""
        return self._classes[name][member]

    def enum_values(self, name: str) -> Sequence[Any]:
        """The members of an enum in declaration order."""
        return tuple(self._classes[name])

    def param(self, name: str) -> int:
        """The value that the gate gives a parameter."""
        return self._scope.params[name]

    def make_record(self, name: str, fields: tuple[Any, ...]) -> Any:
        """A record from its fields in declaration order."""
        cls = self._classes[name]
        forms = [form for _, form in record_fields(cls)]
        return cls(*(_stored(form, value) for form, value in zip(forms, fields, strict=True)))

    def field(self, value: Any, name: str) -> Any:
        """One field of a record."""
        return getattr(value, name)

    def record_name(self, value: Any) -> str:
        """The name of the class of a record."""
        return type(value).__name__

    def replace(self, value: Any, fields: Mapping[str, Any]) -> Any:
        """The record with some fields changed."""
        forms = dict(record_fields(cast("type[Record]", type(value))))
        return replace(value, **{name: _stored(forms[name], item) for name, item in fields.items()})

    def bag(self, items: Iterable[Any]) -> Any:
        """A bag of some elements."""
        made: Bag[Any, Any] = Bag(items)
        return made
