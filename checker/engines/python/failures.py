"""What went wrong when CPython ran a method: exceptions, as the kinds of errors that every engine knows.

The one place that knows which exception of which interpreter version means what.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import TracebackType

from checker.language.errors import EvaluationError

_OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
"""The product's own files are not where a model went wrong."""


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
    kind, message = _classify(error)
    file, line = _place(error.__traceback__)
    return Failure(kind, message, file, line)


def _classify(error: Exception) -> tuple[str, str]:
    match error:
        case EvaluationError():
            return error.kind, str(error)
        case ZeroDivisionError():
            return "division_by_zero", "a division by zero"
        case KeyError():
            return "missing_key", f"{error.args[0]!r} is not a key"
        case IndexError():
            return "index", "a position past the end"
        case AttributeError() if error.obj is None:
            return (
                "none",
                f"None has no field {error.name!r}; test it with 'is not None', or use present(...)",
            )
        case TypeError() if "NoneType" in str(error):
            text = str(error)
            if "not supported between instances of 'NoneType' and 'NoneType'" in text:
                return "compare_none", "None is compared with None; only one side of an order may be None"
            return (
                "none",
                f"None is used as a value ({text}); test it with 'is not None', or use present(...)",
            )
        case ValueError() if "empty" in str(error):
            return "empty", str(error)
        case _:
            return "type", f"{type(error).__name__}: {error}"


def _place(traceback: TracebackType | None) -> tuple[str | None, int | None]:
    """The innermost line that belongs to no file of the product."""
    found: tuple[str | None, int | None] = (None, None)
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if not os.path.abspath(file).startswith(_OWN):
            found = (shown_path(file), traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


def shown_path(file: str) -> str:
    """A path as messages show it: relative when it is below the current directory."""
    here = os.getcwd() + os.sep
    full = os.path.abspath(file)
    return full[len(here) :] if full.startswith(here) else file
