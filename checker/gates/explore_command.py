"""`lockstep explore`: a person, or a pipe, steers a walk through a model, a line a command."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.gates.problems import GateError, Problem, SpecError, nearest
from checker.gates.run import load_target, refusing, request_of
from checker.gates.target import Options, checks_of
from checker.gates.terminal_output import Terminal
from checker.gates.trace_file import form_of, python_problem, to_form
from checker.gates.typed_lines import typed_lines
from checker.report.lines import Line, line, wrapped
from checker.report.output import OutputFailed, write_file
from checker.report.terminal import state_lines, step_head
from checker.running.exploring import Exploring, Move
from checker.traces.python_form import PythonFormError
from checker.traces.trace import changes

HELP = (
    "NUMBER          take the step of that number",
    "look NUMBER     show what that step changes, and do not take it",
    "find TEXT       list the steps whose names or arguments have that in them",
    "list            show where this is, and what can be taken",
    "back            go one step back",
    "back NUMBER     go back to the step of that number in the path",
    "state           show the whole state",
    "path            show the steps so far",
    "violation       go on, by as few steps as possible, to where an invariant is false",
    "violation NAME  to where that invariant is false",
    "save FILE       write the path as a trace: FILE.json, .itf.json, .mmd, .py or .txt",
    "quit            end; so does the end of the input",
)
COMMANDS = tuple(dict.fromkeys([*(row.split()[0] for row in HELP[1:]), "help"]))


@dataclass(frozen=True, slots=True)
class ExploreCommand:
    """The words of the command line."""

    target: str
    options: Options


def explore(command: ExploreCommand, words: Iterable[str] | None = None) -> int:
    """Reads commands until there are no more; the exit code. Raises GateError and OutputFailed."""
    check, *others = checks = checks_of(command.target, command.options)
    if others:
        fact = f"{command.target} has {len(checks)} checks, and one is explored"
        raise SpecError([Problem("TARGET", fact, f"name one: {command.target}:{checks[0].name}")])
    request = request_of(check, load_target(check))
    terminal = Terminal()
    with refusing(check):
        exploring = Exploring(request)
        moves = exploring.moves()
        if len(moves) == 1:
            exploring.take(moves[0])
            moves = exploring.moves()
        terminal.say([*_here(exploring, moves), line("help lists the commands", "weak")])
        for text in words if words is not None else _lines(exploring):
            said = text.split(maxsplit=1)
            if said and said[0] in ("quit", "q"):
                break
            if said:
                try:
                    answer = _answer(exploring, moves, said[0], said[1].strip() if len(said) > 1 else "")
                except KeyboardInterrupt:
                    answer = [line("Interrupted; this is where it was.", "warn")]
                terminal.say(answer)
                moves = exploring.moves()
    return 0


def _lines(exploring: Exploring) -> Iterable[str]:
    """What a person types, or what comes from a pipe."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return sys.stdin
    return typed_lines(lambda: f"{len(exploring.path) - 1}> " if exploring.path else "> ", COMMANDS)


def _answer(exploring: Exploring, moves: list[Move], word: str, rest: str) -> list[Line]:
    match word:
        case "list" | "l":
            pass
        case "back" | "b" if rest:
            if not (rest.isascii() and rest.isdigit() and exploring.back_to(int(rest[:9]))):
                return [line("The path has no such step; path shows it.", "warn")]
        case "back" | "b":
            if not exploring.back():
                return [line("This is the beginning.", "warn")]
        case "violation" | "v":
            if refused := _violated(exploring, rest):
                return refused
        case "look" if move := _numbered(moves, rest):
            return _looked_at(exploring, move)
        case "find" | "f" if rest:
            return _listed(moves, rest) or [line(f"No step that can be taken has {rest} in it.", "warn")]
        case "state" | "s":
            if not exploring.path:
                return [line("No initial state is chosen yet.", "warn")]
            return state_lines(exploring.path[-1].step.state)
        case "path" | "p":
            return [row for n, move in enumerate(exploring.path) for row in step_head(str(n), move.step)]
        case "save":
            return [_saved(exploring, rest)]
        case _ if move := _numbered(moves, word):
            if move.failed is not None:
                return wrapped(f"{move.step.call} cannot be evaluated: {move.failed}", role="bad")
            exploring.take(move)
        case "help" | "h" | "?":
            return [line(f"  {row}") for row in HELP]
        case _:
            steps = f"a number from 1 to {len(moves)}" if moves else "back"
            return wrapped(f"There is no such command; write {steps}, or help.", role="warn")
    return _here(exploring, exploring.moves())


def _numbered(moves: list[Move], text: str) -> Move | None:
    is_number = text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= len(moves)
    return moves[int(text[:9]) - 1] if is_number else None


def _violated(exploring: Exploring, name: str) -> list[Line]:
    """Goes on to a violation; what is said where that fails."""
    if name and name not in exploring.names():
        fix = nearest(name, exploring.names(), f"they are {', '.join(exploring.names())}")
        return wrapped(f"No invariant is called {name}; {fix}", role="warn")
    found = exploring.violate(name)
    if found:
        return []
    told = f"{name} cannot become false from here." if name else "No invariant can become false from here."
    return [line(told if found is False else "None was found: too many states follow.", "warn")]


def _looked_at(exploring: Exploring, move: Move) -> list[Line]:
    """What a step would change."""
    lines = step_head(str(len(exploring.path)), move.step)
    if move.failed is not None:
        return [*lines, *wrapped(f"cannot be evaluated: {move.failed}", "       ", role="bad")]
    if not exploring.path:
        return [*lines, *state_lines(move.step.state)]
    return [*lines, *_changes(exploring.path[-1], move)]


def _changes(before: Move, after: Move) -> Iterator[Line]:
    changed = changes(before.step.state, after.step.state)
    for text in [str(change) for change in changed] or ["nothing changes"]:
        yield from wrapped(text, "       ", "           ")


def _saved(exploring: Exploring, name: str) -> Line:
    """A mistake in the name is told, and the walk goes on."""
    if not name or not exploring.path:
        return line("Write save FILE.json, after an initial state is chosen.", "warn")
    try:
        try:
            text = to_form(exploring.trace(), form_of(Path(name)))
        except PythonFormError as error:
            raise python_problem(error) from error
        write_file(Path(name), text)
    except GateError as error:
        return line("; ".join([f"{one.fact}; {one.fix}" for one in error.problems]), "bad")
    except OutputFailed as error:
        return line(str(error), "bad")
    return line(f"the trace is in {name}")


def _here(exploring: Exploring, moves: list[Move]) -> list[Line]:
    """The state's way here, what is false in it, and what can be taken."""
    lines: list[Line] = []
    if exploring.path:
        step = exploring.path[-1].step
        number = len(exploring.path) - 1
        lines += step_head(str(number), step)
        if number:
            lines += _changes(*exploring.path[-2:])
        else:
            lines += state_lines(step.state)
        lines += [line(f"  {name} is false", "bad") for name in exploring.false()]
    if pruned := exploring.pruned_by():
        said = f"Pruned by the constraint {', '.join(pruned)}: the check does not go on from here."
        return [*lines, line(), *wrapped(said, role="warn")]
    lines += [line(), line("What can be taken:" if moves else "Nothing can be taken: a deadlock.", "strong")]
    return [*lines, *_listed(moves)]


def _listed(moves: list[Move], text: str = "") -> list[Line]:
    """The steps with the numbers that take them; those with a text in them."""
    lines: list[Line] = []
    for index, move in enumerate(moves, start=1):
        if text not in move.step.call:
            continue
        failed = "" if move.failed is None else "  cannot be evaluated"
        fault = "" if move.step.kind == "action" else f"  ({move.step.kind.replace(':', ' ')})"
        lines += wrapped(f"{index:>4}  {move.step.call}{fault}{failed}", "", "          ")
    return lines
