"""From the name of a model, `module:Class`, to the class: imported from the project, with one clear error."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

from checker.conformance.system import SystemUnderTest
from checker.conformance.validation import LogMapping
from checker.gates.problems import ModelUnusable, Problem, SpecError, nearest, quote
from checker.language.errors import ModelError
from checker.language.model import Model

_OWN = str(Path(__file__).resolve().parents[1]) + os.sep


def load_model(name: str, project: Path, place: str) -> type[Model]:
    """The model class called `module:Class`; `place` says where the name is written.

    Raises:
        SpecError: there is no such module or class, or the class is no model.
        ModelUnusable: the module is there and cannot be imported.
    """
    module_name, _, class_name = name.partition(":")
    module = _import(module_name, project, place)
    found = vars(module).get(class_name)
    if found is None:
        models = [key for key, value in vars(module).items() if _is_model(value)]
        fact = f"{module_name} has no class {quote(class_name)}"
        raise SpecError([Problem(place, fact, nearest(class_name, models, _models_fix(models)))])
    if not _is_model(found):
        models = [key for key, value in vars(module).items() if _is_model(value)]
        what = "the base of all models" if found is Model else "not a model: it does not derive from Model"
        fact = f"{module_name}:{class_name} is {what}"
        raise SpecError([Problem(place, fact, nearest(class_name, models, _models_fix(models)))])
    return found


_SYSTEM = ("fork", "hidden", "may_refuse", "observe", "reset", "step")
_MAPPING = ("read",)


def load_system(name: str, project: Path, place: str) -> Callable[[], SystemUnderTest]:
    """What makes the system under test called `module:Class`. Raises as `load_model`."""
    where = "see SystemUnderTest in checker/conformance/system.py"
    found: Callable[[], SystemUnderTest] = _class_with(
        name, project, place, "system", _SYSTEM, "no system under test", where
    )
    return found


def load_mapping(name: str, project: Path, place: str) -> Callable[[], LogMapping]:
    """What makes the mapping of logs called `module:Class`. Raises as `load_model`."""
    where = "see LogMapping in checker/conformance/validation.py"
    found: Callable[[], LogMapping] = _class_with(
        name, project, place, "mapping", _MAPPING, "no mapping of logs", where
    )
    return found


def _class_with(
    name: str, project: Path, place: str, key: str, parts: tuple[str, ...], otherwise: str, where: str
) -> Any:
    """The class called `module:Class`, which must have these parts."""
    module_name, _, class_name = name.partition(":")
    module = _import(module_name, project, place)
    found: Any = vars(module).get(class_name)

    def lacks(kind: type) -> list[str]:
        return [part for part in parts if not hasattr(kind, part)]

    fitting = [one for one, value in vars(module).items() if isinstance(value, type) and not lacks(value)]
    if not isinstance(found, type):
        fact = f"{module_name} has no class {quote(class_name)}"
        raise SpecError([Problem(place, fact, nearest(class_name, fitting, "name a class"), key)])
    if missing := lacks(found):
        fact = f"{name} is {otherwise}: it has no {', '.join(missing)}"
        raise SpecError([Problem(place, fact, nearest(class_name, fitting, where), key)])
    return found


def _is_model(value: object) -> TypeGuard[type[Model]]:
    return isinstance(value, type) and issubclass(value, Model) and value is not Model


def _models_fix(models: list[str]) -> str:
    return f"its models are: {', '.join(sorted(models))}" if models else "write class X(Model) in it"


def _import(name: str, project: Path, place: str) -> ModuleType:
    _put_first(project)
    importlib.invalidate_caches()
    file = _file_in(project, name)
    try:
        module = importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise SpecError([_not_found(name, error.name, project, place, file)]) from error
        raise ModelUnusable([_broken(name, error, place)]) from error
    except BaseException as error:  # SystemExit included: a model has no say in when the checker ends
        if isinstance(error, MemoryError):
            raise
        raise ModelUnusable([_broken(name, error, place)]) from error
    if file is not None and not _same_file(module, file):
        raise SpecError([_from_elsewhere(name, module, file, place)])
    return module


def _put_first(project: Path) -> None:
    folder = str(project)
    if sys.path[:1] != [folder]:
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)


def _file_in(project: Path, name: str) -> Path | None:
    """The file that the project has for a module, if it has one."""
    stem = project.joinpath(*name.split("."))
    for file in (stem / "__init__.py", stem.with_name(stem.name + ".py")):
        if file.is_file():
            return file
    return None


def _same_file(module: ModuleType, file: Path) -> bool:
    loaded = module.__file__
    try:
        return loaded is not None and os.path.samefile(loaded, file)
    except OSError:
        return False


def _from_elsewhere(name: str, module: ModuleType, file: Path, place: str) -> Problem:
    fact = f"{name} is taken from {_shown(str(module.__file__))}, not from {_shown(str(file))}"
    return Problem(place, fact, "check one project at a time, or rename one of the modules")


def _not_found(name: str, missing: str, project: Path, place: str, file: Path | None) -> Problem:
    package = name.split(".")[0]
    if file is not None and not (project / package / "__init__.py").exists():
        fact = f"{_shown(str(file))} is hidden by another package called {package}"
        return Problem(place, fact, f"add an empty file {package}/__init__.py")
    parent, _, last = missing.rpartition(".")
    fact = f"there is no module {quote(missing)} in {_shown(str(project))}"
    if missing != name:
        fact += f" (for {name})"
    known = _modules(parent, project)
    fix = nearest(
        last, known, f"modules of {parent or 'the project'} are: {', '.join(known)}" if known else None
    )
    return Problem(place, fact, fix if known else "check the name and the current directory")


def _modules(parent: str, project: Path) -> list[str]:
    """The modules that stand in a package of the project."""
    folder = project.joinpath(*parent.split(".")) if parent else project
    try:
        return sorted([one.name for one in pkgutil.iter_modules([str(folder)])][:50])
    except OSError:
        return []


def _broken(name: str, error: BaseException, place: str) -> Problem:
    """Why an import failed, at the line of the model that did it."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        fact = f"not Python: {error.msg}"
        return Problem(f"{_shown(error.filename)}:{error.lineno or 1}", fact, "correct the syntax")
    where = _innermost(error) or place
    match error:
        case ModelError():
            fact, _, fix = str(error).partition("; ")
            return Problem(where, fact, fix or "correct the model")
        case ModuleNotFoundError():
            fact = f"{name} imports {error.name}, which is not there"
            return Problem(where, fact, "install it, or correct the name")
        case SystemExit():
            return Problem(where, f"{name} ends the process when it is imported", "remove the call of exit")
        case _:
            text = " ".join(str(error).split())
            fact = f"{name} cannot be imported: {type(error).__name__}" + (f": {text}" if text else "")
            return Problem(where, fact, "correct the model")


def _innermost(error: BaseException) -> str | None:
    """`file:line` of the last line that ran and is neither ours nor Python's."""
    library = os.path.dirname(os.__file__) + os.sep
    found = None
    for frame in traceback.extract_tb(error.__traceback__):
        file = frame.filename
        is_library = file.startswith(library) and "site-packages" not in file
        if not file.startswith(_OWN) and not file.startswith("<") and not is_library:
            found = f"{_shown(file)}:{frame.lineno}"
    return found


def _shown(file: str) -> str:
    """A path as messages show it: relative where it is below the current directory."""
    full = os.path.realpath(file)
    here = os.path.realpath(os.getcwd())
    if full == here:
        return "the current directory"
    return os.path.relpath(full, here) if full.startswith(here + os.sep) else full
