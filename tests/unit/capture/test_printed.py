"""The captured IR of whole models, printed: a change of what is captured shows here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checker.capture import capture
from checker.capture.model import capture_with_classes
from checker.ir import nodes as ir
from checker.ir.printer import show
from checker.ir.verifier import verify
from checker.language.model import Model
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.models.evaluation_order import Order
from tests.models.features import Features, Louder


@pytest.mark.parametrize("model", [Paxos, RaftLog, Features, Louder, Order])
def test_printed(model: type[Model], golden: Callable[[str, str], None]) -> None:
    captured = capture(model)
    verify(captured)
    golden(f"capture/{model.__name__.lower()}.txt", show(captured).rstrip("\n") + "\n")


def test_parts_stand_in_the_order_of_declaration() -> None:
    captured, classes = capture_with_classes(Paxos)
    assert [one.name for one in captured.actions] == ["prepare", "promise", "propose", "accept"]
    assert [one.name for one in captured.variables] == ["promised", "vote", "network"]
    assert classes["Vote"].__name__ == "Vote"
    assert captured.span.file == "model/paxos.py"


def test_a_conjunction_becomes_guards_with_their_own_lines() -> None:
    receive = next(one for one in capture(Features).actions if one.name == "write")
    first, second = [one for one in receive.body if isinstance(one, ir.Require)][:2]
    assert first.span.line == second.span.line
    assert first.span.column < second.span.column


def test_a_message_is_drawn_from_its_kind() -> None:
    answer = next(one for one in capture(Features).actions if one.name == "answer")
    sources = {parameter.name: parameter.source for parameter in answer.parameters}
    assert sources["n"] is None
    assert isinstance(sources["m"], ir.SetOfKind)
    assert sources["m"].records == ("Ask",)
