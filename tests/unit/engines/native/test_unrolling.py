"""Small loops of the generated C that the compiler is asked to write out."""

from __future__ import annotations

import re

from checker.engines.native.build import build
from checker.engines.native.compiler import COMMON_FLAGS
from checker.engines.native.explore import source_of
from checker.engines.native.search import search
from checker.engines.native.unrolling import ROUNDS_MAX, unrolled
from checker.engines.request import Request
from model.raft_log import RaftLog
from tests.models.memberships import Memberships

NESTED = """\
static void step(void) {
  for (uint32_t v_n = 0; v_n < 3u; v_n++) {
    a();
    for (uint32_t v_k = 0; v_k < 2u; v_k++) {
      b();
      c();
    }
    next1:;
  }
}"""
LONG = NESTED.replace("< 3u", f"< {ROUNDS_MAX + 1}u")
MARK = "LS_ROUNDS"


def marked(text: str) -> list[str]:
    """The variables of the loops that are marked."""
    return re.findall(r"LS_ROUNDS\(\d+\) for \(uint32_t (\w+)", text)


def test_all_loops_of_few_rounds_are_marked_where_there_is_room() -> None:
    (text,) = unrolled([NESTED], 100)
    assert marked(text) == ["v_n", "v_k"]
    assert "LS_ROUNDS(3) for (uint32_t v_n" in text
    assert "LS_ROUNDS(2) for (uint32_t v_k" in text
    assert re.sub(r"LS_ROUNDS\(\d\) ", "", text) == NESTED
    assert marked(unrolled([LONG], 1_000)[0]) == ["v_k"], "too many rounds"


def test_lines_are_rationed() -> None:
    # Written out, the inner loop has 2 lines more; both have 5 more of each of its lines, 2 of each other.
    assert marked(unrolled([NESTED], 1)[0]) == []
    assert marked(unrolled([NESTED], 2)[0]) == ["v_k"]
    assert marked(unrolled([NESTED], 17)[0]) == ["v_k"]
    assert marked(unrolled([NESTED], 18)[0]) == ["v_n", "v_k"]
    # What is short comes first, wherever it stands.
    short = "static void s(void) {\n  for (uint32_t v_n = 0; v_n < 2u; v_n++) {\n    a();\n  }\n}"
    assert [marked(text) for text in unrolled([NESTED, short], 1)] == [[], ["v_n"]]


def test_answers_do_not_depend_on_it() -> None:
    for request in (
        Request(Memberships, {"Node": 3, "Shelf": 3}, deadlock=False),
        Request(RaftLog, {"Node": 3, "Value": 1, "Term": 2, "Slot": 1}, faults={"timeout": 2}),
    ):
        source = source_of(request)
        assert MARK in source
        runs = [
            search(build(source, flags=(*COMMON_FLAGS, *more)).library, deadlock=request.deadlock)
            for more in ((), ("-DLS_ROLLED",))
        ]
        first, second = [(one.distinct, one.generated, one.depth, one.fired) for one in runs]
        assert first == second
        assert first[0] > 1
