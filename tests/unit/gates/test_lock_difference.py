"""What moved between two lock files, as a reviewer reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from checker.gates.lock.compare import moved
from checker.gates.lock.difference import Change, differences
from checker.gates.lock.difference_text import markdown, shown, to_json
from checker.gates.lock.entry import Entry
from checker.report.lines import plain

HOLDS = Entry(
    spec="paxos.toml",
    check="two ballots",
    scope=(("Acceptor", 3), ("Ballot", 2)),
    params=(),
    faults=(),
    verdict="exhausted",
    distinct=3921,
    generated=23467,
    depth=17,
    actions=(("accept", 4028), ("prepare", 7842), ("propose", 0), ("retire", 5)),
    covers=("decided",),
)
FAILS = replace(HOLDS, check="forgets", verdict="violated agreement", steps=12, covers=())
AFTER = replace(
    HOLDS,
    distinct=3930,
    generated=22000,
    actions=(("accept", 4000), ("prepare", 0), ("propose", 3), ("renew", 0), ("wait", 8)),
    covers=("renewed",),
)
CASES: dict[str, tuple[Entry | None, Entry | None]] = {
    "counts": (HOLDS, AFTER),
    "scope": (HOLDS, replace(HOLDS, scope=(("Acceptor", 3),), faults=(("crash", 1),), distinct=10**18)),
    "rarer in another scope": (HOLDS, replace(HOLDS, scope=(), actions=(("accept", 3), ("prepare", 0)))),
    "symmetry": (HOLDS, replace(HOLDS, symmetry=("Acceptor", "Value"), distinct=700)),
    "found later": (FAILS, replace(FAILS, steps=14)),
    "found earlier": (FAILS, replace(FAILS, steps=9)),
    "another property": (FAILS, replace(FAILS, verdict="violated validity")),
    "bites no more": (FAILS, replace(FAILS, verdict="exhausted", steps=None)),
    "violated now": (HOLDS, replace(HOLDS, verdict="violated agreement", steps=3, covers=())),
    "new": (None, HOLDS),
    "a new control": (None, FAILS),
    "removed": (HOLDS, None),
    "a control removed": (FAILS, None),
    "from nothing": (replace(HOLDS, distinct=0), HOLDS),
    "a name for Markdown": (replace(HOLDS, check="a|b <i> *c* @me `d` [e](f)"), None),
}  # fmt: skip


def lock(entry: Entry | None) -> dict[tuple[str, str], Entry]:
    return {} if entry is None else {entry.key: entry}


def test_equal_files_do_not_differ() -> None:
    assert differences(lock(HOLDS), lock(replace(HOLDS))) == []
    assert plain(shown([])) == "No check differs.\n"
    assert markdown([]) == "**State spaces.** No check differs.\n"
    assert json.loads(to_json([]))["differs"] is False


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("scope", (), "scope"),
        ("params", (("lease", 2),), "params"),
        ("faults", (("crash", 1),), "faults"),
        ("symmetry", ("Acceptor",), "symmetry"),
        ("verdict", "exhausted_within short", "verdict"),
        ("steps", 3, "steps"),
        ("distinct", 1, "distinct"),
        ("generated", 1, "generated"),
        ("depth", 1, "depth"),
        ("actions", HOLDS.actions[1:], "action accept"),
        ("covers", (), "cover decided"),
    ],
)
def test_every_count_that_moves_is_told(field: str, value: object, what: str) -> None:
    changes: dict[str, object] = {field: value}
    before = replace(FAILS, actions=HOLDS.actions) if field == "steps" else HOLDS
    after = replace(before, **changes)  # type: ignore[arg-type]  # one field or another
    assert [one.what for one in moved(before, after)] == [what]
    (difference,) = differences(lock(before), lock(after))
    assert [one.what for one in difference.changes] == [what]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (3921, 3930, "+9 (+0.2%)"),
        (1000, 1, "-999 (-99.9%)"),
        (2, 1, "-1 (-50.0%)"),
        (3, 2, "-1 (-33.3%)"),
        (0, 7, "+7"),
        (10**20, 10**20 + 10**19, "+10,000,000,000,000,000,000 (+10.0%)"),
        (1, 1001, "+1,000 (+100,000.0%)"),
        (None, 7, ""),
        ("a", "b", ""),
    ],
)
def test_a_change_is_told_in_numbers(old: int | str | None, new: int | str | None, change: str) -> None:
    assert Change("distinct", old, new).change == change


def test_how_it_reads(golden: Callable[[str, str], None]) -> None:
    text, comment = "", ""
    for case, (before, after) in CASES.items():
        found = differences(lock(before), lock(after))
        text += f"== {case}\n{plain(shown(found))}\n"
        comment += f"{markdown(found)}\n"
    golden("lock/differences.txt", text)
    golden("lock/differences.md", comment)


def test_as_json(golden: Callable[[str, str], None]) -> None:
    old = {entry.key: entry for entry in (HOLDS, FAILS, replace(HOLDS, spec="a.toml"))}
    new = {entry.key: entry for entry in (AFTER, replace(FAILS, steps=14), replace(HOLDS, spec="z.toml"))}
    found = differences(old, new)
    assert [(one.spec, one.kind) for one in found] == [
        ("a.toml", "removed"),
        ("paxos.toml", "changed"),
        ("paxos.toml", "changed"),
        ("z.toml", "new"),
    ]
    golden("lock/differences.json", to_json(found))
