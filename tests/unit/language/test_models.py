"""Models as a test drives them: steps, initial states, budgets, drawn parameters, mutants."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from checker import Disabled, EvaluationError, ModelError, Partial, Set
from checker.language.bindings import choices
from checker.language.declaration import declare
from checker.language.forms import SetForm, SortForm, resolve
from checker.language.rules import Kind
from tests.unit.language.cluster import cluster
from tests.unit.language.lease import Forgets, Grant, Impossible, Lease, Node, Return, Term, Undefined, lease
from tests.unit.language.mutants import Greedy

N1, N2, N3 = Node(1), Node(2), Node(3)


def test_the_first_enabled_initial_binding_is_the_start() -> None:
    assert lease().holder is N2
    with pytest.raises(ModelError, match="Impossible has no initial state: every @initial is disabled"):
        lease(Impossible)


def test_each_initial_method_starts_anew() -> None:
    m = lease()
    m.give(N2, N3)
    m.start("held_long", N1, {N1, N2})
    assert (m.holder, m.until) == (N1, Partial({N1: 3}))
    assert m.told == set()
    assert m.network == set()
    m.held(N3)
    assert (m.holder, m.until) == (N3, {})
    with pytest.raises(Disabled):
        m.held(N1)
    assert m.holder is N3
    with pytest.raises(ModelError, match="Lease has no @initial method 'give'"):
        m.start("give", N1)
    with pytest.raises(
        EvaluationError, match=r"held_long\(q\): .* is stored where a Quorum\[Node\], a minimal majority"
    ):
        m.start("held_long", N1, {N1})


def test_a_variable_without_a_value_is_an_error() -> None:
    with pytest.raises(EvaluationError) as caught:
        lease(Forgets)
    assert (caught.value.kind, str(caught.value)) == (
        "unassigned",
        "held leaves holder without a value; assign it",
    )
    m = Lease.lockstep_uninitialised({"Node": 1, "Term": 1, "Slot": 1}, params={"length": 1})
    with pytest.raises(EvaluationError, match="holder has no value yet; assign it in @initial"):
        m.holder  # that is what is tested  # noqa: B018  # that is what is tested
    assert "holder" not in m.state


def test_a_disabled_step_restores_the_state_also_after_writes() -> None:
    m = lease()
    before = m.state
    with pytest.raises(Disabled):
        m.give(N2, N2)
    assert m.state == before
    with pytest.raises(Disabled):
        m.give(N1, N2)
    m.give(N2, N3)
    assert (m.holder, m.told, m.network) == (N3, Set({N3}), Set({Grant(N2, Term(1))}))


def test_any_exception_restores_the_state() -> None:
    m = lease(Undefined, crashes=1)
    assert isinstance(m, Undefined)
    before = m.state
    with pytest.raises(EvaluationError) as caught:
        m.divides(N1)
    assert (caught.value.kind, caught.value.file) == ("division_by_zero", "tests/unit/language/lease.py")
    assert m.state == before
    with pytest.raises(EvaluationError) as caught:
        m.unguarded()
    assert (caught.value.kind, caught.value.file) == ("empty", "tests/unit/language/votes.py")
    assert caught.value.__notes__ == ["at tests/unit/language/votes.py:11"]
    with pytest.raises(Disabled):
        m.crash(N1)
    assert m.state == before


def test_steps_return_nothing_and_properties_a_truth() -> None:
    m = lease()
    result: Any = m.give(N2, to=N3)
    assert result is None
    assert m.holder_is_real() is True
    assert m.told_somebody() is True
    assert (m.few(), m.positive(), m.over()) == (True, True, False)
    assert m.terms_grow(lease()) is True


def test_a_property_that_writes_is_an_error() -> None:
    m = cluster()
    with pytest.raises(ModelError, match=r"Cluster\.writes changes the state; @invariant only reads"):
        m.writes()
    assert not m.up
    assert m.clock_grows(m.fork())


def test_fault_budgets() -> None:
    m = lease(crashes=2)
    assert m.state["faults.crash"] == 2
    m.crash(N2)
    m.burn(N1)
    assert m.state["faults.crash"] == 0
    with pytest.raises(Disabled, match="the budget of 'crash' is used up"):
        m.crash(N2)
    assert not any(step.action in ("crash", "burn") for step in m.enabled())
    none = lease()
    assert "faults.crash" not in none.state
    with pytest.raises(Disabled):
        none.crash(N2)
    m.restore({"faults.crash": 1})
    m.crash(N2)
    with pytest.raises(ModelError, match=r"faults\.crash = 3 is no budget of this scope"):
        m.restore({"faults.crash": 3})


def test_parameters_are_read_only() -> None:
    m = lease()
    assert m.length == 2
    with pytest.raises(
        ModelError, match=r"Lease\.length is a Param, which never changes; make it a variable"
    ):
        m.length = 3
    assert declare(Lease).params == ("length",)
    assert "length" not in m.state


def test_ghosts_are_part_of_the_state() -> None:
    assert [one.name for one in declare(Lease).variables if one.ghost] == ["told"]
    told = next(one for one in declare(Lease).variables if one.name == "told")
    assert resolve(told.annotation) == SetForm(SortForm(Node))
    assert "told" in lease().state


def test_enabled_names_actions_in_order_with_their_arguments() -> None:
    m = lease(crashes=1)
    assert [repr(step) for step in m.enabled()] == [
        "give(n=Node2, to=Node1)", "give(n=Node2, to=Node3)", "crash(n=Node2)", "burn(n=Node1)", "burn(n=Node3)",  # noqa: E501  # the table reads better whole
    ]  # fmt: skip


def steps(m: Lease, name: str) -> list[dict[str, Any]]:
    """The bindings of one action to be tried now."""
    method = next(one for one in declare(type(m)).methods if one.name == name)
    with m.running():
        found = choices(method, m.scope)
        return [dict(zip(found.names, values, strict=True)) for values in found.tuples(m)]


def test_a_message_is_drawn_from_a_set_by_its_type() -> None:
    m = lease()
    assert steps(m, "hear") == []
    m.network |= {Grant(N2, Term(2)), Grant(N2, Term(1)), Return(N1, Term(1), True)}
    drawn = [Grant(N2, Term(1)), Grant(N2, Term(2))]
    assert steps(m, "hear") == [{"n": n, "m": g} for n in (N1, N2, N3) for g in drawn]
    assert steps(m, "any_message") == [{"m": g} for g in (*drawn, Return(N1, Term(1), True))]


def test_a_draw_may_depend_on_earlier_parameters() -> None:
    m = lease()
    m.inbox[N2].add(Grant(N1, Term(1)))
    m.inbox[N2].add(Grant(N1, Term(1)))
    m.inbox[N3].add(Grant(N2, Term(2)))
    assert steps(m, "read") == [{"n": N2, "m": Grant(N1, Term(1))}, {"n": N3, "m": Grant(N2, Term(2))}]
    m.read(N2, Grant(N1, Term(1)))
    assert steps(m, "next") == [{"r": Return(N2, Term(1), True)}]
    m.next(Return(N2, Term(1), True))
    assert m.network == {Return(N2, Term(1), True)}


def test_scalars_are_enumerated_even_where_they_could_be_drawn() -> None:
    assert steps(lease(), "expire") == [{"n": N1}, {"n": N2}, {"n": N3}]


def test_domains_are_visited_in_the_order_of_the_language() -> None:
    found = steps(lease(), "types")
    assert len(found) == 2 * 2 * 2 * 4 * 8
    assert [str(one) for one in found[:2]] == [
        "{'a': False, 'c': <Color.RED: 1>, 't': 0, 'o': None, 's': {}}",
        "{'a': False, 'c': <Color.RED: 1>, 't': 0, 'o': None, 's': {Node1}}",
    ]
    assert [one["s"] for one in found[:8]] == [
        set(), {N1}, {N1, N2}, {N1, N2, N3}, {N1, N3}, {N2}, {N2, N3}, {N3},
    ]  # fmt: skip
    assert found == sorted(
        found, key=lambda one: (one["a"], one["c"].value, one["t"], one["o"].number if one["o"] else 0)
    )


def test_fork_state_and_restore() -> None:
    m = lease()
    other = m.fork()
    other.give(N2, N3)
    assert (m.holder, other.holder) == (N2, N3)
    m.restore(other.state)
    assert m.state == other.state
    assert copy.deepcopy(m).state == copy.copy(m).state == m.state
    assert copy.deepcopy(m) is not m
    with pytest.raises(ModelError, match="Lease has no state variable 'holdr'; did you mean 'holder'"):
        m.restore({"holdr": N1, "term": Term(2)})
    assert m.term is Term(1)
    assert repr(lease()).startswith(
        "Lease(holder=Node2, network={}, inbox={Node1: {}, Node2: {}, Node3: {}}, queue=[], "
    )


def test_unknown_attributes_name_the_nearest() -> None:
    m: Any = lease()
    with pytest.raises(AttributeError, match="Lease has no state variable 'holdr'; did you mean 'holder'"):
        m.holdr  # that is what is tested  # noqa: B018  # that is what is tested
    with pytest.raises(ModelError, match="Lease has no state variable 'untl'; did you mean 'until'"):
        m.untl = 1
    with pytest.raises(
        ModelError, match="Lease has no state variable 'xyz'; declare it in the class: xyz: T"
    ):
        m.xyz = 1
    with pytest.raises(ModelError, match="the state variable 'term' cannot be deleted"):
        del m.term
    assert not hasattr(m, "xyz")


def test_a_model_is_made_for_a_scope() -> None:
    with pytest.raises(ModelError, match=r"Lease is made for a scope; write Lease\.at\("):
        Lease()


def test_an_override_keeps_the_kind_and_budget() -> None:
    kinds = {method.name: (method.kind, method.budget) for method in declare(Greedy).methods}
    assert kinds["give"] == (Kind.ACTION, None)
    assert kinds["crash"] == (Kind.ACTION, "crash")
    assert kinds["is_told"] == (Kind.HELPER, None)
    assert kinds["holder_is_real"] == (Kind.INVARIANT, None)
    assert [name for name in kinds if kinds[name][0] is Kind.ACTION][-1] == "more"
    assert [one.name for one in declare(Greedy).variables] == [
        *(one.name for one in declare(Lease).variables),
        "extra",
    ]
    assert (
        declare(Greedy).overridden["give", Lease].function
        is not declare(Greedy).overridden["give", Greedy].function
    )


def test_a_mutant_of_another_module_calls_what_it_overrides() -> None:
    m = lease(Greedy, crashes=2)
    assert isinstance(m, Greedy)
    m.give(N2, N3)
    assert (m.holder, m.told, m.extra) == (N2, Set({N3}), True)
    assert m.is_told(N1)
    assert not m.holder_is_real()
    m.more(N1)
    m.crash(N2)
    assert m.state["faults.crash"] == 1
    with pytest.raises(Disabled):
        m.give(N2, N2)


def test_a_model_that_calls_another_model_keeps_its_own_scope() -> None:
    one, two = lease(), lease(Greedy)
    with one.running():
        two.give(N2, N3)
        assert two.holder is N2
        assert one.told == set()
        assert one.is_told(N1) is False
        assert two.is_told(N3) is True
