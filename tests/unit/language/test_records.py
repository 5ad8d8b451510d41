"""Records: interned, immutable, with inheritance and defaults."""

from __future__ import annotations

import copy
import pickle

import pytest

from checker import ModelError, Partial, Record, Seq, Set, Sort, replace
from checker.language.errors import FormError
from checker.language.forms import RecordForm, UnionForm, record_fields, resolve
from checker.language.records import leaves


class Node(Sort): ...


class Message(Record):
    source: Node


class Ping(Message):
    to: Node
    again: bool = False


class Pong(Message):
    seen: Set[Node]


class Table(Record):
    rows: Partial[Node, bool]


class Loop(Record):
    inner: Loop | None


class Lost(Record):
    there: Nowhere  # type: ignore[name-defined]  # noqa: F821  # that is what is tested


A, B = Node(1), Node(2)


def test_equal_records_are_one_object() -> None:
    assert Ping(A, B) is Ping(source=A, to=B) is Ping(A, to=B, again=False)
    assert Ping(A, B) is not Ping(B, A)
    assert Pong(A, Set({A, B})) is Pong(A, {B, A})  # type: ignore[arg-type]  # a plain set will do at run time
    assert Table(Partial({A: True, B: False})) is Table(Partial({B: False, A: True}))
    assert hash(Ping(A, B)) == hash(Ping(A, B))
    assert len({Ping(A, B), Ping(A, B), Pong(A, Set())}) == 2


def test_records_of_different_classes_differ() -> None:
    class Other(Record):
        source: Node
        to: Node
        again: bool

    other: object = Other(A, B, False)
    assert other != Ping(A, B)


def test_inherited_fields_come_first() -> None:
    assert repr(Ping(A, B)) == "Ping(source=Node1, to=Node2, again=False)"
    assert Ping.record_names() == ("source", "to", "again")
    assert Ping(A, B, True).record_values() == (A, B, True)
    assert [name for name, _ in record_fields(Ping)] == ["source", "to", "again"]


def test_a_record_class_with_subclasses_stands_for_their_union() -> None:
    assert leaves(Message) == (Ping, Pong)
    assert resolve(Message) == UnionForm((Ping, Pong))
    assert resolve(Ping) == RecordForm(Ping)
    with pytest.raises(
        ModelError, match="Message has subclasses and stands for all of them; make one of those"
    ):
        Message(A)


def test_a_match_takes_fields_by_place_and_by_name() -> None:
    match Ping(A, B):
        case Ping(source, to, again=True):
            found = (to, source)
        case Ping(source, to=to):
            found = (source, to)
    assert found == (A, B)
    assert Ping.__match_args__ == ("source", "to", "again")


def test_a_record_cannot_be_changed() -> None:
    record = Ping(A, B)
    with pytest.raises(Exception, match=r"'record' is a copy|no place of the state"):
        record.to = A
    with pytest.raises(ModelError, match="cannot be deleted"):
        del record.to
    assert record.to is B


def test_copies_and_pickles_are_the_same_object() -> None:
    for record in (Ping(A, B), Pong(A, Set({B})), Table(Partial({A: True}))):
        assert copy.copy(record) is record
        assert copy.deepcopy([record])[0] is record
        assert pickle.loads(pickle.dumps(record)) is record


def test_replace() -> None:
    assert replace(Ping(A, B), to=A) is Ping(A, A)
    with pytest.raises(ModelError, match="Ping has no field 'too'; did you mean 'to'"):
        replace(Ping(A, B), too=A)


def test_an_unknown_field_names_the_nearest() -> None:
    with pytest.raises(AttributeError, match="Ping has no field 'sorce'; did you mean 'source'"):
        Ping(A, B).sorce  # type: ignore[attr-defined]  # that is what is tested  # noqa: B018  # that is what is tested
    assert not hasattr(Ping(A, B), "__wrapped__")


def test_a_record_in_itself_is_refused() -> None:
    with pytest.raises(FormError, match="'Loop' contains itself"):
        resolve(Loop)


def test_an_annotation_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(
        FormError, match=r"an annotation of Lost cannot be read \(name 'Nowhere' is not defined\)"
    ):
        record_fields(Lost)


def test_unhashable_arguments_are_refused_by_type() -> None:
    with pytest.raises(Exception, match="field 'to' of Ping: \\[\\] is stored where a Node is expected"):
        Ping(A, [])  # type: ignore[arg-type]  # that is what is tested


def test_fields_may_have_the_names_that_the_language_uses_inside() -> None:
    class Names(Record):
        names: bool
        traits: bool
        interned: bool
        number: bool

    assert (
        repr(Names(True, False, True, False))
        == "Names(names=True, traits=False, interned=True, number=False)"
    )
    with pytest.raises(ModelError, match="named 'record_names', which every record has"):
        type("Taken", (Record,), {"__annotations__": {"record_names": bool}})


def test_sequences_in_records_keep_their_class() -> None:
    class Log(Record):
        entries: Seq[Node, Node]

    assert type(Log(Seq([A])).entries) is Seq
