"""The steps of every protocol keep to the conventions on guards, or are listed with a reason."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import pytest

from checker import Ghost, Map, Model, Ordered, Partial, Record, Set, Sort, action, majority, present, require
from checker.capture import capture
from tests.unit.models.guard_conventions import Fault, Found, breaches
from tests.unit.models.guard_exceptions import EXCEPTIONS

MODELS = Path(__file__).parents[3] / "model"


@cache
def protocols() -> tuple[type[Model], ...]:
    """Every model class that is written in a file of `model/` itself."""
    found: list[type[Model]] = []
    for file in sorted(MODELS.glob("*.py")):
        module = importlib.import_module(f"model.{file.stem}")
        found += [
            held
            for held in vars(module).values()
            if isinstance(held, type) and issubclass(held, Model) and held.__module__ == module.__name__
        ]
    return tuple(found)


def exceptions_of(found: Found) -> list[tuple[str, str, str]]:
    """The exceptions that allow a breach."""
    return [
        (module, act, variable)
        for module, act, variable in EXCEPTIONS
        if module == found.module and act in ("*", found.action) and variable in ("*", found.variable)
    ]


def test_there_are_protocols() -> None:
    assert {"Paxos", "Replication", "RaftLog"} <= {model.__name__ for model in protocols()}


@pytest.mark.parametrize("model", protocols(), ids=lambda model: model.__name__)
def test_guards_look_at_their_node_and_at_what_was_sent(model: type[Model]) -> None:
    wrong = [
        f"model/{found.module}.py: {found.action} {found.fault.value} '{found.variable}' (line {found.line})"
        for found in breaches(capture(model))
        if not exceptions_of(found)
    ]
    assert wrong == []


def test_every_exception_is_needed() -> None:
    used = {
        key for model in protocols() for found in breaches(capture(model)) for key in exceptions_of(found)
    }
    present_files = {file.stem for file in MODELS.glob("*.py")}
    assert [key for key in EXCEPTIONS if key not in used and key[0] in present_files] == []


class Node(Sort): ...


class Number(Ordered): ...


class Ask(Record):
    sender: Node
    number: Number


class Rules(Model):
    """One action for each way to look at something; its name says what must be found."""

    mine: Map[Node, Number]
    held: Partial[Node, Number]
    asked: Map[Node, Ask | None]
    shared: Number
    network: Set[Ask]
    seen: Ghost[Set[Ask]]

    @action
    def fine_own(self, n: Node, m: Ask) -> None:
        require(m in self.network)
        require(self.mine[n] < m.number and (n not in self.held or self.held[n] == m.number))
        self.mine[n] = m.number
        self.seen.add(m)

    @action
    def fine_positive(self, n: Node, k: Number) -> None:
        heard = {m.sender for m in self.network if m.number == k}
        require(majority(heard, Set({a for a in Node if a != n})))
        require(len(heard) >= 2 and not all(m.number != k for m in self.network))
        self.mine[n] = max(m.number for m in self.network)

    @action
    def fine_history(self, n: Node) -> None:
        if any(self.mine[a] > self.mine[n] for a in Node):
            self.seen.clear()

    @action
    def not_positive_absence(self, n: Node, k: Number) -> None:
        require(Ask(n, k) not in self.network)
        self.mine[n] = k

    @action
    def not_positive_count(self, n: Node) -> None:
        few = len(self.network) < 2
        require(few)
        self.mine[n] = Number.first

    @action
    def not_positive_all(self, n: Node, k: Number) -> None:
        require(self.below(k))
        self.mine[n] = k

    def below(self, k: Number) -> bool:
        return all(m.number < k for m in self.network)

    @action
    def not_positive_branch(self, n: Node, k: Number) -> None:
        if Ask(n, k) in self.network:
            self.mine[n] = k

    @action
    def others_guard(self, n: Node) -> None:
        require(all(self.mine[n] >= self.mine[k] for k in Node))
        self.mine[n] = Number.last

    @action
    def others_present(self, n: Node, k: Node) -> None:
        self.mine[n] = present(self.asked[k]).number

    @action
    def others_effect(self, n: Node, k: Node) -> None:
        self.copy(n, k)

    def copy(self, n: Node, k: Node) -> None:
        self.mine[n] = self.mine[k]

    @action
    def others_sender(self, n: Node, m: Ask) -> None:
        require(m in self.network)
        require(m.sender in self.held)
        self.mine[n] = m.number

    @action
    def writes_sender(self, n: Node, m: Ask) -> None:
        require(m in self.network)
        self.mine[m.sender] = self.mine[n]

    @action
    def writes_all(self, n: Node) -> None:
        for k in Node:
            self.mine[k] = Number.first

    @action
    def writes_removal(self, n: Node, k: Node) -> None:
        require(self.mine[n] == Number.first)
        if k != n:
            del self.held[k]

    @action
    def shared_guard(self, n: Node) -> None:
        require(self.shared == self.mine[n])
        self.mine[n] = Number.first


def test_each_way_is_told_apart() -> None:
    found = {(one.action, one.fault) for one in breaches(capture(Rules))}
    expected = {
        (name, fault)
        for name in (act.name for act in capture(Rules).actions)
        for fault in Fault
        if name.startswith(fault.name.lower())
    }
    assert found == expected
