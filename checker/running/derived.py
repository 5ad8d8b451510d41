"""Models made from models: with lemmas that a search looks at, and with lemmas that are only proposed."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from checker.language import lemma
from checker.language.declaration import declare
from checker.language.rules import Kind, Rule

HEAD = "from __future__ import annotations\n\n\nclass Proposed(Base):\n"


@dataclass(frozen=True, slots=True)
class LemmaText:
    """A lemma that is proposed.

    Attributes:
        name: of the method.
        source: the method with its decorator, indented by four blanks, with a newline at its end.
        names: the classes that it names.
    """

    name: str
    source: str
    names: tuple[str, ...]


def with_lemmas_checked(model: type, names: Collection[str]) -> type:
    """The model with some of its lemmas as invariants, so that a search looks at them."""
    lemmas: dict[str, Any] = {
        one.name: Rule(one.function, Kind.INVARIANT)
        for one in declare(model).of_kind(Kind.LEMMA)
        if one.name in names
    }
    return _named_like(type("Checked", (model,), lemmas), model)


def with_lemmas_added(model: type, classes: Mapping[str, type], lemmas: Sequence[LemmaText]) -> type:
    """The model with further lemmas, captured from a file of their own.

    Args:
        model: the model.
        classes: what the lemmas name.
        lemmas: the lemmas.
    """
    text = HEAD + "\n".join([one.source for one in lemmas])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "proposed_lemmas.py"
        file.write_text(text, encoding="utf-8")
        module = module_of(file, {**classes, "Base": model, "lemma": lemma})
        found: type = module.Proposed
        declare(found)
    return found


def module_of(
    file: Path, given: Mapping[str, object], name: str = "proposed_lemmas", *, named: bool = False
) -> ModuleType:
    """A module made from a file.

    Args:
        file: its text.
        given: names that it knows before it begins.
        name: its name.
        named: it is found by its name, until the caller takes it out of `sys.modules`: types that are written
            as text are looked up there.
    """
    found = importlib.util.spec_from_file_location(name, file)
    assert found is not None, "a file of Python can be loaded"
    assert found.loader is not None, "a file of Python can be loaded"
    module = importlib.util.module_from_spec(found)
    module.__dict__.update(given)
    if named:
        sys.modules[name] = module
    found.loader.exec_module(module)
    return module


def _named_like(made: type, model: type) -> type:
    """The names are given afterwards: a second class of one name would mean that a file is imported anew."""
    made.__module__, made.__qualname__, made.__name__ = model.__module__, model.__qualname__, model.__name__
    return made
