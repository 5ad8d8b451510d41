"""The weakened groups of the campaign: each is one rule away from a model that the gate holds."""

import pytest

from checker.language.declaration import declare
from checker.language.model import Model
from checker.language.rules import Kind
from model.atomic_replication import AtomicReplication
from model.replication import Replication
from tests.bench.weakenings import HARMLESS, checks_of, weakened

WEAKENED = weakened()


def test_there_are_many_and_the_harmless_ones_are_among_them() -> None:
    names = {one.__name__ for one in WEAKENED}
    assert len(names) == len(WEAKENED) >= 40
    assert HARMLESS.keys() <= names


@pytest.mark.parametrize("group", WEAKENED, ids=lambda group: group.__name__)
def test_one_rule_is_weakened_and_no_property(group: type[Model]) -> None:
    base = group.__mro__[1]
    assert base in (AtomicReplication, Replication)
    own = [one for one in declare(group).methods if one.owner is group]
    assert [one.kind for one in own] in ([Kind.ACTION], [Kind.HELPER])
    assert group.__doc__


@pytest.mark.parametrize("base", [AtomicReplication, Replication])
def test_each_is_searched_in_the_default_gate(base: type[Model]) -> None:
    group = next(one for one in WEAKENED if one.__mro__[1] is base)
    quick = [check.name for check in checks_of(group, "quick")]
    default = [check.name for check in checks_of(group, "default")]
    assert quick
    assert set(quick) < set(default)
