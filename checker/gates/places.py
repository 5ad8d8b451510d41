"""Where things stand, as reports for machines say it: files relative to the root of the repository."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checker.language.declaration import declare
from checker.language.model import Model
from checker.report.cases import Place
from checker.running.violation import line_of_def

_PLACE = re.compile(r"(?P<file>[^\n]+?):(?P<line>[1-9][0-9]{0,8})(?:: .*)?", re.DOTALL)


def root_of_repository(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder to which reports are relative: that of GitHub's checkout, else the nearest with `.git`, else
    the current one."""
    here = Path(os.path.realpath(Path.cwd()))
    folders = [here, *here.parents]
    workspace = environment.get("GITHUB_WORKSPACE")
    if workspace and Path(os.path.realpath(workspace)) in folders:
        return Path(os.path.realpath(workspace))
    return next((folder for folder in folders if (folder / ".git").exists()), here)


@dataclass(frozen=True, slots=True)
class Places:
    """Places below a root."""

    root: Path = field(default_factory=root_of_repository)

    def file(self, name: str) -> str:
        """A file's name relative to the root, with slashes; the whole path where it is elsewhere."""
        try:
            full = Path(os.path.realpath(name))
        except ValueError:  # a null character
            return name
        return full.relative_to(self.root).as_posix() if full.is_relative_to(self.root) else full.as_posix()

    def place(self, file: str | None, line: int | None, end_line: int | None = None) -> Place | None:
        """A place, where its file is known."""
        if file is None or not file:
            return None
        return Place(self.file(file), line or 1, end_line)

    def named(self, text: str) -> Place | None:
        """The place that a text begins with, such as `specs/paxos.toml:12`; none for an option."""
        found = _PLACE.fullmatch(text)
        if found is None:
            return None
        return self.place(found["file"], int(found["line"]))

    def methods(self, model: type[Model]) -> dict[str, Place]:
        """Where each method of a model is written, from its `def` to its last line."""
        found: dict[str, Place] = {}
        for method in declare(model).methods:
            code = method.function.__code__
            lines: list[int | None] = [line for _, _, line in code.co_lines()]
            first = line_of_def(method)
            place = self.place(code.co_filename, first, max([line for line in lines if line], default=first))
            if place is not None:
                found[method.name] = place
        return found

    def of_class(self, model: type[Model]) -> Place | None:
        """Where the class of a model begins."""
        try:
            _, line = inspect.getsourcelines(model)
            return self.place(inspect.getsourcefile(model), line)
        except (OSError, TypeError):
            return None
