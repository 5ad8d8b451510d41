"""Tables of idioms: what stands in code in their right column is run, wherever it is about a model's state.

A piece is run as the body of an action of the page's `Demo`; one that reads `old`, as a step invariant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from checker.language.declaration import declare, parameters
from checker.language.domains import values_of
from checker.language.errors import Disabled, EvaluationError
from checker.language.model import Model
from tests.docs.modules import load
from tests.docs.pages import blocks, prose
from tests.docs.values import has_value

PARAMETERS = "self, n: Node, s: Slot, t: Term, v: Value"
_ABOUT_STATE = re.compile(r"\bself\.|\bold\.|\b(?:Entry|Seq|Ask|Grant|Term)[.(]")


def pieces(page: Path) -> Iterator[tuple[int, str]]:
    """The code in the right column of the page's tables of idioms (headed "here"), with its line."""
    is_idioms = False
    for number, line in prose(page):
        cells = re.split(r"(?<!\\)\|", line)
        if not line.startswith("|"):
            is_idioms = False
        elif len(cells) == 4 and cells[2].strip() == "here":
            is_idioms = True
        elif is_idioms:
            for code in re.findall(r"`([^`]+)`", cells[2].replace("\\|", "|")):
                if _ABOUT_STATE.search(code):
                    yield number, code


def module_of(page: Path, folder: Path) -> ModuleType:
    """The page's setting, and its pieces as actions and step invariants of one model."""
    text = "".join(block.text for block in blocks(page) if block.mark == "setting")
    text += "\nclass Idioms(Demo):\n"
    for count, (number, code) in enumerate(pieces(page)):
        name = f"line_{number}_{count}"
        if re.search(r"\bold\.", code):
            text += f"    @step_invariant\n    def {name}(self, old: Self) -> bool:\n        return {code}\n"
        else:
            body = f"value = {code}" if has_value(code) else code
            text += f"    @action\n    def {name}({PARAMETERS}) -> None:\n        {body}\n"
    return load(text, folder)


def faults_of(page: Path, module: ModuleType) -> list[str]:
    """The pieces that do not run."""
    demo: Any = vars(module)["demo"]
    kind: type[Model] = vars(module)["Idioms"]
    model = kind.at(demo.scope.sizes, params=demo.scope.params)
    faults: list[str] = []
    for method in declare(kind).methods:
        if not method.name.startswith("line_"):
            continue
        model.restore(demo.state)
        arguments = (
            [model]
            if method.function.__code__.co_argcount == 2
            else [next(values_of(form, model.scope)) for _, form in parameters(method)]
        )
        try:
            with model.running():
                method.function(model, *arguments)
        except (Disabled, EvaluationError):
            continue
        except Exception as error:
            faults.append(f"{page.name}: {method.name}: {type(error).__name__}: {error}")
    return faults
