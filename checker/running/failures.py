"""What went wrong when CPython ran a method, as a search reports it: the kind, and the model's line."""

from __future__ import annotations

from dataclasses import dataclass

from checker.language.errors import EvaluationError
from checker.language.undefined import evaluation_error, model_line


@dataclass(frozen=True, slots=True)
class Failure:
    """An evaluation that is undefined.

    Attributes:
        kind: one of `checker.language.errors.KINDS`.
        message: the fact, and where there is one the fix.
        file: of the model's line that was running, relative to the current directory when below it.
        line: the line.
    """

    kind: str
    message: str
    file: str | None
    line: int | None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file is not None else ""
        return f"{place}{self.message}"


def failure(error: Exception) -> Failure:
    """The failure that an exception from a model's method stands for.

    Raises:
        MemoryError: memory ran out; that says nothing about the model.
    """
    if isinstance(error, MemoryError):
        raise error
    found = evaluation_error(error) or EvaluationError("type", f"{type(error).__name__}: {error}")
    file, line = model_line(error.__traceback__)
    return Failure(found.kind, str(found), file, line)
