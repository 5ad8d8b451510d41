"""Names that a protocol wants for itself are its own."""

from checker.engines.python.search import explore
from checker.engines.request import Request
from checker.verdicts import Exhausted
from tests.models.common_names import CommonNames, Node, State


def test_variables_and_actions_hide_the_short_names() -> None:
    m = CommonNames.at({"Node": 2}, params={"restore": 2})
    m.start(Node(1))
    assert m.state == {Node(1): State.BUSY, Node(2): State.IDLE}
    assert m.members == {Node(1)}
    assert m.restore == 2
    assert [str(step) for step in m.lockstep_enabled()] == [
        "fork(n=Node1)",
        "fork(n=Node2)",
        "stop(n=Node1)",
    ]


def test_such_a_model_is_searched_as_any_other() -> None:
    result = explore(Request(CommonNames, {"Node": 2}, {"restore": 2}, deadlock=False))
    assert isinstance(result.verdict, Exhausted)
    assert result.statistics.distinct == 2 * 2 + 4
    assert result.never_fired == ()
