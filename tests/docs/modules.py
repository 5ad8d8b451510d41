"""Modules made from blocks: written to a file, imported, captured."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType

from checker.language.model import Model
from tests.docs.pages import Block, blocks

_NUMBERS = itertools.count(1)


def setting_of(block: Block) -> str:
    """What stands in front of a block: the settings of its page up to there."""
    return "".join(one.text for one in blocks(block.page) if one.mark == "setting" and one.line < block.line)


def load(text: str, folder: Path) -> ModuleType:
    """Imports a module from its text, as a file of its own."""
    name = "example"  # messages may have it, and the pages show them
    file = folder / str(next(_NUMBERS)) / f"{name}.py"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None, "a file can be imported"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def models_in(module: ModuleType) -> list[type[Model]]:
    """The models that a module defines."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Model) and value.__module__ == module.__name__
    ]
