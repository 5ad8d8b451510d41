"""What is refused, and with what message: when a class is made, or when the model is captured."""

from __future__ import annotations

import importlib
import traceback
from pathlib import Path
from typing import Any

from checker.language.errors import ModelError
from checker.language.model import Model
from tests.docs.modules import load, models_in, setting_of
from tests.docs.pages import Block
from tests.style.tree import ROOT

CAPTURES = (ROOT / "checker" / "capture" / "model.py").exists()
"""Whether models can be captured: without that only what an import refuses is seen."""


def refused_lines(block: Block) -> dict[int, list[str]]:
    """The messages that each line of a block must be refused with, by its number in the block.

    A message stands in a comment above the line and may go on in further comment lines.
    """
    found: dict[int, list[str]] = {}
    waiting: list[str] = []
    for number, line in enumerate(block.text.splitlines(), start=1):
        text = line.strip()
        if text.startswith("# refused: "):
            waiting.append(text.removeprefix("# refused: "))
        elif waiting and text.startswith("#   "):
            waiting[-1] += " " + text.removeprefix("#").strip()
        elif waiting:
            found[number], waiting = waiting, []
    assert found, f"{block}: no `# refused: MESSAGE` above any line"
    assert not waiting, f"{block}: nothing below the last `# refused: MESSAGE`"
    return found


def problems_of(model: type[Model]) -> list[tuple[int, str]]:
    """Why a model is refused: line in its file (0 where none is known) and `fact; fix`."""
    if not CAPTURES:
        return []
    package: Any = importlib.import_module("checker.capture")
    try:
        package.capture(model)
    except package.Refused as refused:
        return [(one.line, f"{one.fact}; {one.fix}") for one in refused.problems]
    return []


def problems_in(block: Block, text: str, folder: Path) -> list[tuple[int, str]]:
    """Why a block's text is refused: line in the text (0 where none is known) and `fact; fix`."""
    setting = setting_of(block)
    offset = len(setting.splitlines())
    try:
        module = load(setting + text, folder)
    except ModelError as error:
        lines = [
            frame.lineno or 0
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename.startswith(str(folder))
        ]
        found = [(lines[-1], str(error))]
    else:
        found = [one for model in models_in(module) if model.__name__ != "Demo" for one in problems_of(model)]
    return [(line - offset if line else 0, message) for line, message in found]


def faults_of(block: Block, folder: Path) -> list[str]:
    """What differs between the refusals that a block states and those that there are."""
    expected = refused_lines(block)
    found = problems_in(block, block.text, folder)
    if not found and not CAPTURES:
        return []  # only the capture refuses it
    return _compare(block, expected, found)


def _compare(block: Block, expected: dict[int, list[str]], found: list[tuple[int, str]]) -> list[str]:
    faults: list[str] = []
    rest = [(line, text) for line, texts in expected.items() for text in texts]
    for line, text in found:
        match = next((one for one in rest if one[0] == (line or one[0]) and one[1].rstrip(".") in text), None)
        if match is None:
            faults.append(f"{block.page.name}:{block.line + line - 1}: refused with: {text}")
        else:
            rest.remove(match)
    return [
        *faults,
        *(f"{block.page.name}:{block.line + line - 1}: not refused: {text}" for line, text in rest),
    ]
