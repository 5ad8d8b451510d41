"""What CPython raises where the language says that a value is undefined: the exceptions as evaluation
errors."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from checker.language.errors import EvaluationError
from checker.language.source import shown_path

_OWN = str(Path(__file__).resolve().parent.parent) + os.sep
"""The product's own files are not where a model went wrong."""


def evaluation_error(error: Exception) -> EvaluationError | None:
    """The evaluation error that an exception from a model's method stands for; None when it is something
    else.

    The one place of the language that knows which exception of which Python means what.
    """
    text = str(error)
    match error:
        case EvaluationError():
            return error
        case ZeroDivisionError():
            return EvaluationError("division_by_zero", "a division by zero")
        case KeyError():
            return EvaluationError("missing_key", f"{error.args[0]!r} is not a key")
        case IndexError():
            return EvaluationError("index", "a position past the end")
        case AttributeError(obj=None, name=str(name)):
            return EvaluationError(
                "none", f"None has no field {name!r}; test it with 'is not None', or use present(...)"
            )
        case TypeError() if "between instances of 'NoneType' and 'NoneType'" in text:
            return EvaluationError(
                "compare_none", "None is compared with None; only one side of an order may be None"
            )
        case TypeError() if "NoneType" in text:
            return EvaluationError(
                "none", f"None is used as a value ({text}); test it with 'is not None', or use present(...)"
            )
        case _:
            return None


def raise_located(error: Exception) -> NoReturn:
    """Raises an exception from a model's method again, as an evaluation error that knows its line if it is
    one."""
    found = evaluation_error(error)
    if found is None:
        raise error
    if found.file is None:
        found.file, found.line = model_line(error.__traceback__)
        if found.file is not None:
            found.add_note(f"at {found.file}:{found.line}")
    if found is error:
        raise found
    raise found from error


def model_line(traceback: TracebackType | None) -> tuple[str | None, int | None]:
    """The innermost line that belongs to no file of the product."""
    found: tuple[str | None, int | None] = (None, None)
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if not file.startswith(_OWN):
            found = (shown_path(file), traceback.tb_lineno)
        traceback = traceback.tb_next
    return found
