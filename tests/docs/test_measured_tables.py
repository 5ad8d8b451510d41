"""Tables of the documents that took hours of a processor are those of the results that are kept beside the tools."""

from __future__ import annotations

from pathlib import Path

from tests.bench import mutants_by_mode
from tests.conformance import methods

ROOT = Path(__file__).resolve().parents[2]


def rows(table: str) -> list[str]:
    """The rows of tables in Markdown, without heads and lines."""
    lines = table.splitlines()
    heads = {at - 1 for at, line in enumerate(lines) if line.startswith("|---")}
    return [
        line
        for at, line in enumerate(lines)
        if line.startswith("|") and not line.startswith("|---") and at not in heads
    ]


def test_mutants_by_mode() -> None:
    known = mutants_by_mode.kept(ROOT / "tests/bench/measured/mutants_by_mode.jsonl")
    measured, sums = mutants_by_mode.table(known, 60.0).split("\n\n")
    assert rows((ROOT / "docs/internals/mutants-by-mode.md").read_text("utf-8")) == rows(measured)
    shown = (ROOT / "docs/smt.md").read_text("utf-8")
    assert sums in shown
    assert f"{len(known)} are in" in shown


def test_methods_and_bugs() -> None:
    known = methods.kept(ROOT / "tests/conformance/measured/methods.jsonl")
    bugs = {(family, name) for family, of in methods.FAMILIES.items() for name in of.bugs}
    assert set(known) == {(*one, method) for one in bugs for method in methods.COLUMNS}
    shown = rows((ROOT / "docs/conformance.md").read_text("utf-8"))
    assert set(rows(methods.table(known))) <= set(shown)
