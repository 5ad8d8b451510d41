"""The tree speaks only of the project, and nothing in it is left for later without a word."""

from pathlib import Path

import pytest

from tests.style.tree import ROOT, write_tree
from tests.style.words import forbidden_words


def test_the_project_has_no_forbidden_word() -> None:
    assert forbidden_words(ROOT) == []


# Cut in two, so that this file passes its own test.
@pytest.mark.parametrize(
    ("name", "line", "fact"),
    [
        ("docs/a.md", "see /wo" + "rk/notes", "the path of one machine: /wo" + "rk/"),
        ("checker/a.py", "PATH = '/ho" + "me/ann/models'", "the path of one machine: /ho" + "me/"),
        (".ci/run", "cd /ro" + "ot/build", "the path of one machine: /ro" + "ot/"),
        (
            "Makefile",
            "pip install --index-url https://pypi" + ".org",
            "a package registry's host: pypi" + ".org",
        ),
        ("model/a.py", "# TO" + "DO later", "a mark of unfinished work: TO" + "DO"),
        ("specs/a.toml", "# FIX" + "ME", "a mark of unfinished work: FIX" + "ME"),
        ("README.md", "X" + "XX", "a mark of unfinished work: X" + "XX"),
    ],
)
def test_a_forbidden_word_is_named(tmp_path: Path, name: str, line: str, fact: str) -> None:
    write_tree(tmp_path, {name: f"\n{line}\n"})
    assert forbidden_words(tmp_path) == [f"{name}:2: {fact}"]


@pytest.mark.parametrize(
    "comment",
    [
        "# type: ignore",
        "# type: ignore[arg-type]",
        "# pyright: ignore[reportPrivateUsage]",
        "# noqa",
        "# noqa: E501, F401",
        "# type: ignore[misc]  # noqa: E501",
        "# noqa: E501 -",
    ],
)
def test_an_ignore_without_a_reason_is_named(tmp_path: Path, comment: str) -> None:
    write_tree(tmp_path, {"checker/a.py": f"x = 1  {comment}\n"})
    assert forbidden_words(tmp_path) == [f"checker/a.py:1: no reason after {comment!r}"]


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # type: ignore[arg-type]  # the stub lacks the second overload",
        "x = 1  # noqa: B015 - the comparison itself is the test",
        "x = '# noqa'",
        "path = 'model/home/lease'",
        "url = 'https://example.net/homework/'",
    ],
)
def test_what_is_explained_or_only_looks_forbidden_passes(tmp_path: Path, line: str) -> None:
    write_tree(tmp_path, {"checker/a.py": f"{line}\n"})
    assert forbidden_words(tmp_path) == []


def test_environments_caches_and_bytes_are_not_read(tmp_path: Path) -> None:
    mark = "TO" + "DO\n"
    write_tree(
        tmp_path, {"env/pyvenv.cfg": "", "env/a.py": mark, ".cache/a.py": mark, "x/__pycache__/a": mark}
    )
    (tmp_path / "state.bin").write_bytes(b"\xff\xfe" + mark.encode())
    assert forbidden_words(tmp_path) == []
