"""The modules that write the rules of a model: a model may be composed of parts, each with its own spec."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TypeAlias

from checker.gates.check import Origin
from checker.gates.problems import Problem, SpecError, nearest, quote
from checker.ir import nodes as ir
from checker.ir.children import walk_statements
from checker.ir.mutation.variants import Callers

Meant: TypeAlias = Callable[[str], bool]
"""Whether mistakes are made in the rules that a file has."""


def every_file(_model: ir.Model) -> Meant:
    """All rules are meant."""
    return lambda _file: True


def files_of(modules: tuple[str, ...], origin: Origin, model: ir.Model) -> Meant:
    """The rules of a model that some modules write are meant.

    Raises:
        SpecError: a module writes none of the rules.
    """
    written = {_module(file): file for file in _files(model)}
    problems: list[Problem] = []
    for number, name in enumerate(modules):
        if name not in written:
            fact = f"{quote(name)} writes no rule of {model.name}"
            place = origin.place("modules", number)
            problems.append(Problem(place, fact, nearest(name, written), "modules"))
    if problems:
        raise SpecError(problems)
    meant = {written[name] for name in modules}
    return lambda file: file in meant


def by_module(counts: Mapping[str, int]) -> dict[str, int]:
    """What was counted in files, by their modules, most first."""
    names = {_module(file): count for file, count in counts.items()}
    return dict(sorted(names.items(), key=lambda item: (-item[1], item[0])))


def _files(model: ir.Model) -> set[str]:
    """Where statements of rules stand: some are brought from another module by `super()`."""
    found: set[str] = set()
    for code in Callers(model).reached():
        found.add(code.span.file)
        if not isinstance(code, ir.Function):
            found |= {one.span.file for one in walk_statements(code.body)}
    return found - {""}


def _module(file: str) -> str:
    path = os.path.abspath(file)
    for name, module in list(sys.modules.items()):
        at = getattr(module, "__file__", None)
        if name != "__main__" and at is not None and os.path.abspath(at) == path:
            return name
    return file
