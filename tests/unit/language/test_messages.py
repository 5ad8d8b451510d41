"""Each message that a person can get from the language at run time, word by word."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from checker import Disabled, EvaluationError, ModelError
from tests.unit.language.mistakes import GROUPS

LANGUAGE = Path(__file__).resolve().parents[3] / "checker" / "language"
ERRORS = {
    "EvaluationError",
    "ModelError",
    "FormError",
    "ScopeError",
    "SourceMissing",
    "SourceChanged",
    "SpaceTooLarge",
}

ELSEWHERE = {
    "source.py": "edited files: test_source.py",
    "errors.py": "the classes themselves",
}
"""Files whose messages need another process or file than this."""


def rendered(mistake: Callable[[], object]) -> str:
    """What a mistake says: its class, its kind, its place where it is about a statement, its message."""
    try:
        mistake()
    except (ModelError, EvaluationError, Disabled, AttributeError) as error:
        kind = f" ({error.kind})" if isinstance(error, EvaluationError) else ""
        line = getattr(error, "line", None)
        place = f"{error.file}:{line}: " if isinstance(error, EvaluationError) and line is not None else ""
        message = re.sub(r"at 0x[0-9a-f]+", "at 0x...", str(error))
        return f"{type(error).__name__}{kind}\n    {place}{message}"
    raise AssertionError("this is no mistake")


def everything() -> str:
    """All messages, as the golden file has them."""
    lines: list[str] = []
    for group, mistakes in GROUPS.items():
        lines += [f"# {group}", ""]
        for name, mistake in mistakes():
            lines += [f"{name}: {rendered(mistake)}", ""]
    return "\n".join(lines)


def test_the_messages(golden: Callable[[str, str], None]) -> None:
    golden("language/messages.txt", everything())


def test_every_place_that_makes_an_error_is_among_them() -> None:
    executed: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(str(LANGUAGE)):
            return None
        executed.add((Path(file).name, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        everything()
    finally:
        sys.settrace(before)
    missing = [
        f"{path.name}:{node.lineno}"
        for path in sorted(LANGUAGE.glob("*.py"))
        if path.name not in ELSEWHERE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS
        if not any((path.name, line) in executed for line in range(node.lineno, (node.end_lineno or 0) + 1))
    ]
    assert missing == []
