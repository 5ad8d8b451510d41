"""Each operator: which mistakes it makes, as lines of source; that they are models; what they are called."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from checker.capture.model import capture
from checker.ir.mutation.collecting import Numbered, mutants_of
from checker.ir.mutation.mutant import Operator
from checker.ir.verifier import verify
from checker.running.mutant_source import written
from model.lease import Lease
from model.paxos import Paxos
from model.raft_log import RaftLog
from model.replication import Replication
from tests.models.begun import Begun
from tests.models.mutable import Rounds


def made(model: type) -> tuple[Numbered, ...]:
    """The mutants of a model."""
    return mutants_of(capture(model)).made


LINES = [
    (Operator.DROP_GUARD, "move", "require(self.reached[n] is None or r > self.reached[n])", None),
    (
        Operator.DROP_GUARD,
        "finish",
        "require(self.is_open(r) and all(n in acks for n in q))",
        "require(all(n in acks for n in q))",
    ),
    (Operator.DROP_GUARD, "tell", "if safe is not None:", "if True:"),
    (
        Operator.DROP_FIELD_CHECK,
        "finish",
        "acks = [m.node for m in self.network.of(Ack) if m.round >= r and m.node in q]",
        "acks = [m.node for m in self.network.of(Ack) if m.node in q]",
    ),
    (
        Operator.COMPARISON,
        "move",
        "require(self.reached[n] is None or r > self.reached[n])",
        "require(self.reached[n] is None or r >= self.reached[n])",
    ),
    (
        Operator.COMPARISON,
        "finish",
        "acks = [m.node for m in self.network.of(Ack) if m.round >= r and m.node in q]",
        "acks = [m.node for m in self.network.of(Ack) if m.round > r and m.node in q]",
    ),
    (
        Operator.QUORUM,
        "finish",
        "require(self.is_open(r) and all(n in acks for n in q))",
        "require(self.is_open(r) and len([n for n in q if not (n in acks)]) <= 1)",
    ),
    (
        Operator.QUORUM,
        "count",
        "require(majority(Set({m.node for m in self.network}), Set(Node)))",
        (
            "require(len(Set(Node)) < 2 * "
            "(len([one for one in {m.node for m in self.network} if one in Set(Node)]) + 1))"
        ),
    ),
    (Operator.SKIP_ASSIGNMENT, "move", "self.reached[n] = r", None),
    (Operator.SKIP_ASSIGNMENT, "tell", "self.network.add(Ack(n, safe))", "pass"),
    (Operator.SKIP_SYNC, "move", "self.disk[n] = self.reached[n]", None),
    (
        Operator.STALE_READ,
        "move",
        "self.reached[n] = r\nself.disk[n] = self.reached[n]",
        "stale_reached = self.reached\nself.reached[n] = r\nself.disk[n] = stale_reached[n]",
    ),
    (
        Operator.SWAP,
        "move",
        "self.disk[n] = self.reached[n]\nself.tell(n)",
        "self.tell(n)\nself.disk[n] = self.reached[n]",
    ),
]


@pytest.mark.parametrize(("operator", "owner", "before", "after"), LINES)
def test_an_operator_makes_this_of_that(
    operator: Operator, owner: str, before: str, after: str | None
) -> None:
    found = [
        ("\n".join(source.before), "\n".join(source.after) or None)
        for one in made(Rounds)
        if (one.mutant.operator, one.mutant.owner) == (operator, owner)
        for source in [written(one.mutant)]
    ]
    assert (before, after) in found


def test_all_mutants_of_a_model(golden: Callable[[str, str], None]) -> None:
    lines: list[str] = []
    for one in made(Rounds):
        source = written(one.mutant)
        lines.append(f"{one.number} {one.mutant.operator.value} {one.mutant.owner}: {source.what}")
        lines += [f"  - {row}" for row in source.before] + [f"  + {row}" for row in source.after]
    golden("mutation/rounds.txt", "\n".join(lines) + "\n")


def test_what_a_parameter_is_drawn_from_is_left_alone() -> None:
    whats = [written(one.mutant).what for model in (Rounds, Lease) for one in made(model)]
    assert "require(m in self.network.of(Ask))" not in whats


def test_mistakes_are_made_in_the_ways_to_begin_and_in_what_they_call() -> None:
    captured = capture(Begun)
    begins: dict[str, list[str]] = {}
    for one in mutants_of(captured).made:
        changed = [captured.initials[number].name for number, _ in one.variant.initials]
        assert [one.model.initials[number] for number, _ in one.variant.initials] == [
            initial for _, initial in one.variant.initials
        ]
        begins[f"{one.mutant.operator.value} {one.mutant.owner}: {written(one.mutant).what}"] = changed
    assert begins["drop-guard low: require(k <= 1)"] == ["low"]
    assert begins["comparison low: k <= 1"] == ["low"]
    assert begins["skip-assignment nearly_done: self.start(n, 2)"] == ["nearly_done"]
    assert begins["skip-assignment start: self.ready.add(n)"] == ["low", "nearly_done"]
    assert begins["drop-guard join: n not in self.ready"] == []


@pytest.mark.parametrize("model", [Rounds, Paxos, Lease, RaftLog, Replication])
def test_every_mutant_is_a_model_that_differs(model: type) -> None:
    captured = capture(model)
    found = mutants_of(captured)
    assert not found.unmade
    assert {one.mutant.operator for one in made(Rounds)} == set(Operator)
    assert [one.number for one in found.made] == list(range(1, len(found.made) + 1))
    for one in found.made:
        assert one.model != captured
        assert one.model.properties == captured.properties
        assert len(one.model.initials) == len(captured.initials)
        verify(one.model)


@pytest.mark.parametrize("model", [Rounds, Paxos, Lease, RaftLog])
def test_a_mutant_reads_as_python(model: type) -> None:
    for one in made(model):
        source = written(one.mutant)
        assert source.text is not None, source.what
        ast.parse(source.text)
        assert source.before != source.after


def test_a_helper_with_a_mistake_is_called_by_steps_alone() -> None:
    captured = capture(Replication)
    for one in mutants_of(captured).made:
        names = {function.name for function in one.variant.functions}
        assert all(name.endswith(f"__mutant_{one.number}") for name in names)
        kept = {function.name: function for function in one.model.functions}
        assert all(kept[function.name] == function for function in captured.functions)


def test_operators_can_be_chosen() -> None:
    only = mutants_of(capture(Rounds), frozenset({Operator.QUORUM}))
    assert [one.mutant.owner for one in only.made] == ["finish", "count"]
