"""The lock file as text: there and back, merged by git, and every message for one that is broken."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.exit_codes import ExitCode
from checker.gates.lock.entry import Entry, Key
from checker.gates.lock.text import LockError, load_lock, read_lock, write_lock

HOLDS = Entry(
    spec="paxos.toml",
    check="two ballots",
    scope=(("Acceptor", 3), ("Ballot", 2)),
    params=(("horizon", -3),),
    faults=(("crash", 1),),
    verdict="exhausted_within few short",
    distinct=3921,
    generated=23467,
    depth=17,
    actions=(("accept", 4028), ("prepare", 0)),
    covers=("decided", "renewed"),
    symmetry=("Acceptor", "Value"),
)
FAILS = Entry(
    spec="paxos.toml",
    check="a vote is forgotten: caught",
    scope=(),
    params=(),
    faults=(),
    verdict="violated agreement",
    distinct=35,
    generated=71,
    depth=5,
    steps=4,
    actions=(("vote", 9),),
)
LOCK = {entry.key: entry for entry in (HOLDS, FAILS, replace(HOLDS, spec="lease.toml"))}
LOCK_REST = [entry for entry in LOCK.values() if entry is not HOLDS]
TEXT = write_lock(LOCK.values())


def test_what_is_written_is_read(golden: Callable[[str, str], None]) -> None:
    assert read_lock(TEXT.encode(), "specs/lockstep.lock") == LOCK
    golden("lock/lockstep.lock", TEXT)


def test_it_does_not_depend_on_the_order_of_entries() -> None:
    assert write_lock(reversed(list(LOCK.values()))) == TEXT


def test_the_ends_of_lines_and_blank_lines_do_not_matter() -> None:
    assert read_lock(TEXT.replace("\n", "\r\n").encode(), "x") == LOCK
    assert read_lock(TEXT.replace("\n\n", "\n\n# a remark\n\n").encode(), "x") == LOCK
    assert read_lock(TEXT.rstrip("\n").encode(), "x") == LOCK


def test_a_file_that_is_not_there_has_no_entries(tmp_path: Path) -> None:
    assert load_lock(tmp_path / "lockstep.lock") is None
    with pytest.raises(LockError, match="cannot be read"):
        load_lock(tmp_path)


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1
    return TEXT.replace(old, new, 1)


BROKEN: dict[str, str | bytes] = {
    "empty": "",
    "something else": '{"lock": 1}\n',
    "a header without a version": "lockstep-lock\n",
    "a newer version": changed("lockstep-lock 1", "lockstep-lock 2"),
    "not UTF-8": TEXT.encode() + b"\xff\n",
    "a conflict": changed("depth 17", "<<<<<<< HEAD\ndepth 17\n=======\ndepth 18\n>>>>>>> side"),
    "a conflict with its base": changed("depth 17", "<<<<<<< HEAD\n||||||| base\ndepth 9\n=======\n"),
    "half of a conflict": changed("distinct 3921", ">>>>>>> side"),
    "an unknown line": changed("depth 17", "height 17"),
    "a line without a value": changed("depth 17", "depth"),
    "a number with a comma": changed("distinct 3921", "distinct 3,921"),
    "a negative number": changed("distinct 3921", "distinct -1"),
    "a number with a zero in front": changed("depth 17", "depth 017"),
    "an astronomic number": changed("depth 17", "depth " + "9" * 40),
    "digits of another script": changed("depth 17", "depth \u0661\u0667"),
    "a verdict that is none": changed("violated agreement", "proved"),
    "a verdict without a name": changed("violated agreement", "violated"),
    "a scope without a number": changed("Ballot=2", "Ballot"),
    "a scope with one name twice": changed("Ballot=2", "Acceptor=2"),
    "a sort twice": changed("symmetry Acceptor Value", "symmetry Acceptor Acceptor"),
    "a sort that is no name": changed("symmetry Acceptor Value", "symmetry Acceptor,Value"),
    "an action without a count": changed("action accept 4028", "action accept"),
    "an action twice": changed("action accept 4028", "action accept 4028\naction accept 4028"),
    "a cover twice": changed("cover decided", "cover decided\ncover decided"),
    "a count twice": changed("distinct 3921", "distinct 3921\ndistinct 3922"),
    "a block that does not begin": changed("spec lease.toml\n", ""),
    "a block without counts": changed("distinct 3921\n", ""),
    "a block without a name": changed("check two ballots\n", ""),
    "a violation without its steps": changed("steps 4\n", ""),
    "steps without a violation": changed("depth 17", "depth 17\nsteps 3"),
    "a cover of a violation": changed("action vote 9", "action vote 9\ncover decided"),
    "a check twice": TEXT + "\n" + TEXT.partition("\n\n")[2],
    "a control character": changed("two ballots", "two \x1b[31mballots"),
    "a space at the end": changed("depth 17", "depth 17 "),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_one_clear_error(case: str) -> None:
    text = BROKEN[case]
    with pytest.raises(LockError) as caught:
        read_lock(text if isinstance(text, bytes) else text.encode(), "specs/lockstep.lock")
    (problem,) = caught.value.problems
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert problem.place.startswith("specs/lockstep.lock")
    assert str(problem).isprintable()
    assert problem.fix


def test_every_message(golden: Callable[[str, str], None]) -> None:
    text = ""
    for case, broken in BROKEN.items():
        with pytest.raises(LockError) as caught:
            read_lock(broken if isinstance(broken, bytes) else broken.encode(), "specs/lockstep.lock")
        text += f"{case}\n    {caught.value.problems[0]}\n"
    golden("lock/errors.txt", text)


def outcome(data: bytes) -> dict[Key, Entry] | LockError:
    try:
        return read_lock(data, "x.lock")
    except LockError as error:
        return error


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(outcome(data), dict | LockError)


@settings(deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.text(max_size=12))
def test_a_valid_file_with_a_piece_replaced(start: int, length: int, piece: str) -> None:
    data = (TEXT[:start] + piece + TEXT[start + length :]).encode("utf-8", "surrogatepass")
    assert isinstance(outcome(data), dict | LockError)


ROWS = [row for row in TEXT.splitlines() if row and not row.startswith("lockstep-lock")]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ROWS, "", "#", "check x", "spec y"]), max_size=40))
def test_any_lines_of_a_valid_file(rows: list[str]) -> None:
    found = outcome("\n".join(["lockstep-lock 1", *rows, ""]).encode())
    assert isinstance(found, dict | LockError)
    if not isinstance(found, LockError):
        assert outcome(write_lock(found.values()).encode()) == found


NAMES = st.text(min_size=1, max_size=8).filter(str.isidentifier)
TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text == text.strip())
COUNTS = st.integers(0, 10**20)


def numbers(values: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[tuple[str, int], ...]]:
    return st.dictionaries(NAMES, values, max_size=3).map(lambda one: tuple(sorted(one.items())))


SETS = st.sets(NAMES, max_size=3).map(lambda one: tuple(sorted(one)))
NUMBERS = numbers(st.integers(-(10**6), 10**6))
ENTRIES = st.builds(
    Entry,
    spec=TEXTS,
    check=TEXTS,
    scope=NUMBERS,
    params=NUMBERS,
    faults=NUMBERS,
    verdict=st.just("exhausted") | NAMES.map(lambda name: f"exhausted_within {name}"),
    distinct=COUNTS,
    generated=COUNTS,
    depth=COUNTS,
    actions=numbers(COUNTS),
    covers=SETS,
    symmetry=SETS,
)


@settings(deadline=None)
@given(st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.key))
def test_any_entries_are_read_as_they_were_written(entries: list[Entry]) -> None:
    assert read_lock(write_lock(entries).encode(), "x.lock") == {entry.key: entry for entry in entries}


def merged(tmp_path: Path, ours: str, theirs: str) -> tuple[int, str]:
    for name, text in (("ours", ours), ("base", TEXT), ("theirs", theirs)):
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=tmp_path, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode()


def test_changes_of_different_checks_merge(tmp_path: Path) -> None:
    more = replace(FAILS, spec="quorum.toml")
    ours = changed("depth 5", "depth 6").replace("action vote 9", "action vote 10")
    theirs = write_lock([replace(HOLDS, distinct=3922), *LOCK_REST, more])
    code, text = merged(tmp_path, ours, theirs)
    assert code == 0
    found = read_lock(text.encode(), "merged")
    assert len(found) == 4
    assert found[FAILS.key].depth == 6
    assert found[HOLDS.key].distinct == 3922


def test_changes_of_the_same_count_are_a_conflict_that_is_told(tmp_path: Path) -> None:
    code, text = merged(tmp_path, changed("depth 17", "depth 18"), changed("depth 17", "depth 19"))
    assert code == 1
    with pytest.raises(LockError, match="a conflict of a merge"):
        read_lock(text.encode(), "merged")
