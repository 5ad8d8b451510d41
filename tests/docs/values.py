"""Blocks of one-line examples: `expression  # its value`, `statement  # place = its new value`.

Each line is run as the body of a method of the page's `Demo`, in the state of the page's `demo`, the block's
parameters being the first of their domains. After `#` stands what the expression is; or `disabled`, or
`error KIND`; for a statement `place = value`, several divided by `; `.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from checker.running.plain_form import to_plain
from checker.language.declaration import Method, parameters
from checker.language.domains import values_of
from checker.language.errors import Disabled, EvaluationError
from checker.language.model import Model
from checker.language.rules import Kind
from checker.language.sequences import Seq
from checker.traces.plain import show
from tests.docs.modules import load, setting_of
from tests.docs.pages import Block


@dataclass(frozen=True, slots=True)
class Line:
    """One example of a block."""

    number: int
    code: str
    expected: str

    @property
    def is_expression(self) -> bool:
        """Whether it has a value, rather than an effect."""
        return has_value(self.code)


_EFFECT = re.compile(
    r"require\(|self\.\w+(\[[^\]]*\])?\.(add|discard|remove|append|extend|truncate|clear)\(", re.ASCII
)


def has_value(code: str) -> bool:
    """Whether code is an expression, and no guard and no change of a place."""
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        return False
    return _EFFECT.match(code) is None


def lines_of(block: Block) -> list[Line]:
    """The examples of a block."""
    found: list[Line] = []
    for number, text in enumerate(block.text.splitlines(), start=block.line):
        if not text.strip():
            continue
        parts = re.fullmatch(r"(.*?) +# (.*)", text)
        assert parts, f"{block.page.name}:{number}: nothing says what it is; write code  # value"
        found.append(Line(number, parts[1], parts[2].strip()))
    return found


def as_actions(block: Block) -> str:
    """A block's lines as actions of a class `Captured`."""
    text = "\nclass Captured(Demo):\n"
    for line in lines_of(block):
        body = f"value = {line.code}" if line.is_expression else line.code
        text += f"    @action\n    def line_{line.number}({_head(block)}) -> None:\n        {body}\n\n"
    return text


def _head(block: Block) -> str:
    return f"self, {block.rest}" if block.rest else "self"


def module_of(block: Block, folder: Path) -> ModuleType:
    """The page's setting and the block's lines: as methods that are run, and as actions that are captured."""
    text = "\nclass Lines(Demo):\n"
    for line in lines_of(block):
        body = f"return {line.code}" if line.is_expression else line.code
        text += f"    def line_{line.number}({_head(block)}):\n        {body}\n\n"
    return load(setting_of(block) + text + as_actions(block), folder)


def faults_of(block: Block, folder: Path) -> list[str]:
    """Every line that is not what the page says, as `page:line: it is ...`."""
    module = module_of(block, folder)
    demo: Any = vars(module)["demo"]
    faults: list[str] = []
    for line in lines_of(block):
        model = vars(module)["Lines"].at(demo.scope.sizes, params=demo.scope.params, faults=demo.scope.faults)
        model.restore(demo.state)
        found = _outcome(model, line)
        if found != line.expected:
            faults.append(f"{block.page.name}:{line.number}: {line.code} is {found}, not {line.expected}")
    return faults


def shown_value(value: Any) -> str:
    """A value as traces show it; a list as a sequence."""
    items = cast("list[object]", value)
    return show(to_plain(Seq(items) if isinstance(value, list) else value))


def _outcome(model: Any, line: Line) -> str:
    """What a line does, in the form of the comments."""
    name = f"line_{line.number}"
    kind = cast("type[Model]", type(model))
    function: Any = inspect.unwrap(getattr(kind, name))
    forms = parameters(Method(name, function, Kind.HELPER, None, kind))
    arguments = [next(values_of(form, model.scope)) for _, form in forms]
    shown = dict(zip([name for name, _ in forms], arguments, strict=True))
    with model.running():
        try:
            value = function(model, *arguments)
        except Disabled:
            return "disabled"
        except EvaluationError as error:
            return f"error {error.kind}"
        except ZeroDivisionError:
            return "error division_by_zero"
        except (TypeError, AttributeError) as error:
            return "error none" if "NoneType" in str(error) else f"{type(error).__name__}: {error}"
        if line.is_expression:
            return shown_value(value)
        if "=" not in line.expected:
            return "nothing"
        places = [one.partition(" = ")[0] for one in line.expected.split("; ")]
        names = {**function.__globals__, "self": model, **shown}
        return "; ".join(f"{place} = {shown_value(eval(place, names))}" for place in places)
