"""Lines that a person types at a terminal: with a prompt, editing, the lines before, and completion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from checker.report.output import write_out


def typed_lines(prompt: Callable[[], str], words: Sequence[str]) -> Iterator[str]:
    """Each line, until the end of the input (Ctrl-D). Ctrl-C gives up the line that is being typed.

    Args:
        prompt: asked before each line.
        words: what Tab completes to.
    """
    _edit(words)
    while True:
        try:
            text = input(prompt())
        except EOFError:
            write_out("\n")
            return
        except KeyboardInterrupt:
            write_out("\n")
            continue
        yield text


def _edit(words: Sequence[str]) -> None:
    """Where Python has no line editing, the terminal's own remains."""
    with suppress(ImportError):
        import readline

        def complete(text: str, number: int) -> str | None:
            found = [word for word in words if word.startswith(text)]
            return found[number] if number < len(found) else None

        readline.set_completer(complete)
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")
