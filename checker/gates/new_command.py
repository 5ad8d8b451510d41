"""`lockstep new`: a starter project that runs as it is: a model, its spec, its test."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from checker.gates.problems import Problem, SpecError
from checker.report.output import OutputFailed, write_file, write_out

OWN: Mapping[str, str] = {
    "model/$name.py": "model.py.template",
    "specs/$name.toml": "spec.toml.template",
    "tests/test_$name.py": "test.py.template",
}
"""Files of this model; none of them may exist."""

SHARED: Mapping[str, str] = {
    "model/__init__.py": "package.py.template",
    "conftest.py": "conftest.py.template",
    "README.md": "README.md.template",
    ".github/workflows/lockstep.yml": "workflow.yml.template",
}
"""Files of the project; one that exists is kept as it is."""


def new(name: str, folder: Path) -> int:
    """Writes the starter into a folder; the exit code. Raises GateError and OutputFailed."""
    _check_name(name)
    named = class_name(name)
    imports = ", ".join(sorted([named, "Decision", "Participant", "Phase"], key=str.lower))
    words = {"name": name, "class_name": named, "imports": imports}
    own = {folder / Template(path).substitute(words): template for path, template in OWN.items()}
    shared = {folder / path: template for path, template in SHARED.items()}
    problems = [
        Problem(path.as_posix(), "exists already and is not overwritten", "choose another name, or move it")
        for path in own
        if path.exists()
    ]
    if problems:
        raise SpecError(problems)
    said = ""
    for path, template in (own | shared).items():
        if path in shared and path.exists():
            said += f"kept   {path.as_posix()}\n"
            continue
        _make_folder(path.parent)
        write_file(path, Template(_read(template)).substitute(words))
        said += f"wrote  {path.as_posix()}\n"
    write_out(said + "\nNow run: lockstep gate\n")
    return 0


def _check_name(name: str) -> None:
    problem = None
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        problem = "is not a name of a module: lower-case letters, digits and underscores, a letter first"
    elif keyword.iskeyword(name) or keyword.issoftkeyword(name):
        problem = "is a word of Python"
    elif class_name(name) in _TAKEN:
        problem = f"would name the model {class_name(name)}, which the starter uses for something else"
    if problem is not None:
        fix = "write a name such as two_phase_commit"
        raise SpecError([Problem("NAME", f"'{name}' {problem}" if name.isprintable() else problem, fix)])


_TAKEN = frozenset(
    {"Participant", "Phase", "Prepared", "Decision", "CommitsTooEarly", "Disabled", "Path"}
    | {"Map", "Model", "Record", "Set", "Sort", "PROJECT"}
)


def class_name(name: str) -> str:
    """`TwoPhaseCommit` for `two_phase_commit`."""
    return "".join([part[:1].upper() + part[1:] for part in name.split("_")])


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed(f"{folder} cannot be made: {error.strerror}") from error


def _read(template: str) -> str:
    return files("checker.gates").joinpath("templates", template).read_text(encoding="utf-8")
