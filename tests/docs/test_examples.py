"""Every example of the documentation is run: none is without a mark that says how."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.gates.spec import load_spec
from tests.docs import console, idioms, refusal_list, refusals, rewrite, values
from tests.docs.modules import load, models_in, setting_of
from tests.docs.pages import MARKS, Block, blocks, pages


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


@pytest.mark.parametrize(
    "page", [page for page in pages() if list(idioms.pieces(page))], ids=lambda p: p.name
)
def test_idioms_run_and_are_captured(page: Path, tmp_path: Path) -> None:
    module = idioms.module_of(page, tmp_path)
    assert idioms.faults_of(page, module) == []
    assert refusals.problems_of(vars(module)["Idioms"]) == []


def _pages_with(*kinds: str) -> list[Path]:
    return [
        page
        for page in pages()
        if any(block.mark in kinds or block.language in kinds for block in blocks(page))
    ]


@pytest.mark.parametrize("page", _pages_with("refused"), ids=lambda page: page.name)
def test_what_is_refused_is_refused_with_its_message(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--update-golden") and refusals.CAPTURES:
        rewrite.messages(page, tmp_path)
    faults = [
        fault
        for block in blocks(page)
        if block.mark == "refused"
        for fault in refusals.faults_of(block, tmp_path)
    ]
    assert faults == [], "\n" + "\n".join(faults)


def test_the_list_of_refusals_is_whole(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        refusal_list.PAGE.write_text(refusal_list.text(), encoding="utf-8")
    assert refusal_list.PAGE.read_text(encoding="utf-8") == refusal_list.text()


@pytest.mark.parametrize("block", _blocks("spec"), ids=_name)
def test_specs_can_be_read(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "specs" / "example.toml"
    file.parent.mkdir()
    file.write_text(block.text, encoding="utf-8")
    spec = load_spec(file)
    assert spec.checks or spec.proves


@pytest.mark.parametrize("page", _pages_with("console"), ids=lambda page: page.name)
def test_commands_print_what_the_page_shows(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--update-golden"):
        (tmp_path / "update").mkdir()
        rewrite.commands(page, tmp_path / "update")
    faults = console.faults_of(page, tmp_path)
    assert faults == [], "\n" + "\n".join(faults)
