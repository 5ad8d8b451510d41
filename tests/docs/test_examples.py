"""Every example of the documentation is run: none is without a mark that says how."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from checker.gates.spec import load_spec
from tests.docs import console, refusals, values
from tests.docs.modules import load, models_in, setting_of
from tests.docs.pages import MARKS, Block, blocks, pages

COMMAND = importlib.util.find_spec("checker.cli") is not None
"""Whether the command is part of this tree; without it no page can have a session."""


def _blocks(*marks: str) -> list[Block]:
    return [block for page in pages() for block in blocks(page) if block.mark in marks]


def _name(block: Block) -> str:
    return str(block)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_block_says_how_it_is_tested(page: Path) -> None:
    unmarked = [str(block) for block in blocks(page) if block.mark not in MARKS.get(block.language, ())]
    assert unmarked == []


@pytest.mark.parametrize("block", _blocks("run"), ids=_name)
def test_modules_run_and_their_models_are_captured(block: Block, tmp_path: Path) -> None:
    module = load(setting_of(block) + block.text, tmp_path)
    for model in models_in(module):
        assert refusals.problems_of(model) == []


@pytest.mark.parametrize("block", _blocks("values"), ids=_name)
def test_expressions_are_what_the_page_says(block: Block, tmp_path: Path) -> None:
    assert values.faults_of(block, tmp_path) == []
    for model in models_in(values.module_of(block, tmp_path)):
        if model.__name__ == "Captured":
            assert refusals.problems_of(model) == []


@pytest.mark.parametrize("block", _blocks("refused"), ids=_name)
def test_what_is_refused_is_refused_with_its_message(block: Block, tmp_path: Path) -> None:
    assert refusals.faults_of(block, tmp_path) == []


@pytest.mark.parametrize("block", _blocks("spec"), ids=_name)
def test_specs_can_be_read(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "specs" / "example.toml"
    file.parent.mkdir()
    file.write_text(block.text, encoding="utf-8")
    assert load_spec(file).checks


def _sessions() -> list[Path]:
    return [page for page in pages() if any(block.language == "console" for block in blocks(page))]


@pytest.mark.parametrize("page", _sessions(), ids=lambda page: page.name)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    faults = console.faults_of(page, tmp_path)
    assert faults == [], "\n" + "\n".join(faults)
