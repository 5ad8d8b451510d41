"""The exit codes as a table for people."""

from __future__ import annotations

from checker.exit_codes import ExitCode
from checker.gates.outcome import PRECEDENCE
from checker.report.lines import plain, wrapped


def exit_code_table() -> str:
    """Each code with its meaning, and which one several checks end with."""
    lines = [row for code in ExitCode for row in wrapped(code.meaning, f"{int(code):>4}  ", " " * 6)]
    order = ", ".join([str(int(code)) for code in PRECEDENCE])
    text = (
        "Several checks end with the code that comes first here: what is known to be wrong, then what could "
        f"not be checked, then what was checked less than required: {order}."
    )
    return plain([*lines, *wrapped(""), *wrapped(text)])
