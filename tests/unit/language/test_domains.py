"""Domains: every value once, in the one order by which arguments are listed, whoever lists them."""

from __future__ import annotations

import pytest

from checker.language.domains import count_of, values_of
from checker.language.forms import (
    BagForm,
    BoolForm,
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
)
from checker.language.order import value_key
from tests.unit.language.lease import Grant, Node, Return, Term, lease

TERM = SortForm(Term)
NODE = SortForm(Node)

FORMS: tuple[Form, ...] = (
    BoolForm(),
    IntForm(-2, 2),
    NODE,
    OptionForm(TERM),
    QuorumForm(Node),
    TupleForm((NODE, BoolForm())),
    RecordForm(Grant),
    UnionForm((Grant, Return)),
    MapForm(NODE, BoolForm()),
    PartialForm(NODE, IntForm(0, 2)),
    SetForm(NODE),
    SetForm(TupleForm((TERM, BoolForm()))),
    SeqForm(NODE, 3),
    SeqForm(SetForm(TERM), 2),
    BagForm(NODE, 3),
    OptionForm(PartialForm(TERM, SetForm(TERM))),
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_a_domain_has_every_value_once_and_in_order(form: Form) -> None:
    model = lease()
    with model.lockstep_running():
        values = list(values_of(form, model.lockstep_scope))
        assert len(values) == count_of(form, model.lockstep_scope)
        keys = [value_key(value) for value in values]
    assert keys == sorted(keys)
    assert len(set(map(repr, keys))) == len(keys)
