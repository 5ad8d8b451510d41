"""What a step copies and packs: no less than it changes, and no more than it must."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from checker.capture.model import capture_with_classes
from checker.engines.native.build import RUNTIME, build
from checker.engines.native.program import Program, generate
from checker.engines.native.repacking import StepParts, growing_sets, parts_of_step
from checker.engines.native.search import search
from checker.engines.native.sizes import Sizes
from checker.engines.python.search import explore
from checker.engines.request import Limits, Request
from checker.ir.children import Footprints
from checker.ir.printer import show
from model.raft_log import RaftLog
from tests.models.entries import Entries

SCOPE = {"Node": 2, "Kind": 2}


def program(kinds: int = 2) -> Program:
    model, _ = capture_with_classes(Entries)
    return generate(model, Sizes(SCOPE | {"Kind": kinds}, {}))


def parts(name: str) -> StepParts:
    made = program()
    model, _ = capture_with_classes(Entries)
    step = next(one for one in model.actions if one.name == name)
    footprints = Footprints(model)
    written = footprints.of_body(step.body).writes
    return parts_of_step(step, step.body, written, made.layout, made.lowering.sizes, footprints)


def names_of(found: StepParts) -> tuple[list[str], list[str]]:
    def names(group: str) -> list[str]:
        return [
            one.place.name + "".join(f"[{show(key)}]" for key in one.keys) for one in getattr(found, group)
        ]

    return names("changed"), names("copied")


@pytest.mark.parametrize(
    ("name", "changed", "copied"),
    [
        ("both", ["level[m]", "level[n]"], ["level[m]", "level[n]"]),
        ("neighbours", ["pair[(n, k)]", "nested[n][k]"], ["pair[(n, k)]", "nested[n]"]),
        ("take", ["items[n]", "inner[n][k]"], ["items", "inner[n]"]),
        ("rebound", ["logs", "sets"], ["logs", "sets"]),
        ("write", ["level", "logs[n]", "far"], ["level", "logs", "far"]),
    ],
)
def test_a_step_packs_the_entries_it_may_change(name: str, changed: list[str], copied: list[str]) -> None:
    assert names_of(parts(name)) == (changed, copied)


@pytest.mark.parametrize("defines", [(), ("LS_DEBUG",)])
@pytest.mark.parametrize(("kinds", "depth"), [(1, None), (2, 6)])
def test_every_successor_is_that_of_cpython(kinds: int, depth: int | None, defines: tuple[str, ...]) -> None:
    """The debug build packs each successor whole too, and stops where the two differ."""
    limits = Limits(depth=depth)
    library = build(program(kinds).source, defines=defines).library
    found = search(library, limits, deadlock=False)
    counts = explore(Request(Entries, SCOPE | {"Kind": kinds}, deadlock=False, limits=limits)).statistics
    assert (found.distinct, found.generated, found.levels) == (
        counts.distinct,
        counts.generated,
        counts.levels,
    )
    assert (counts.distinct or 0) > 1_000


def test_bits_that_are_not_cleared_show() -> None:
    source = program(1).source
    line = next(line for line in source.splitlines() if "&= ~" in line)
    whole = search(build(source).library, deadlock=False)
    broken = search(build(source.replace(line, "", 1)).library, deadlock=False)
    assert broken.distinct != whole.distinct


def test_an_element_added_to_a_stored_list_leaves_what_the_whole_list_is(tmp_path: Path) -> None:
    runner = str(tmp_path / "sparse")
    source = str(Path(__file__).parent / "fixtures" / "sparse.c")
    flags = ["-std=c11", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", f"-I{RUNTIME}"]
    subprocess.run(["cc", *flags, source, "-o", runner], check=True)
    assert subprocess.run([runner], capture_output=True, text=True, check=True).stdout == "equal\n"


def test_sets_that_only_grow_are_found() -> None:
    scope = {"Node": 3, "Value": 1, "Term": 3, "Slot": 2}
    model, _ = capture_with_classes(RaftLog)
    made = generate(model, Sizes(scope, {}), {"timeout": 2})
    assert [place.name for place in made.layout.sparse] == ["network"]
    grows = {
        action.name: growing_sets(action.body, made.layout, Footprints(model)) for action in model.actions
    }
    assert {name for name, found in grows.items() if found} == {"stand", "vote", "send", "receive"}
