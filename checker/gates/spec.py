"""Specs: TOML files that say what must hold of a model, read into types; mistakes with file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from checker.engines.request import Limits
from checker.gates.check import Accept, Check, Expect, Origin, Spec
from checker.gates.memory_size import parse_memory
from checker.gates.problems import Problem, SpecError, nearest, quote
from checker.gates.tables import CheckTable, SpecTable, convert, misfits, show_value
from checker.gates.toml_lines import KeyPath, key_lines, line_of
from checker.verdicts import Requirement, RequirementError

BYTES_MAX = 2**20
CHECKS_MAX = 10_000
_MODEL_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


def load_spec(path: Path) -> Spec:
    """The spec in a file. Raises SpecError with all that is wrong with it."""
    shown = path.as_posix()
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fix = _near_files(path) if isinstance(error, FileNotFoundError) else "check the path"
        raise SpecError([Problem(shown, f"cannot be read ({reason})", fix)]) from None
    except ValueError:  # a path with a null character
        raise SpecError([Problem(quote(shown), "is not a path", "name a file")]) from None
    return read_spec(data, shown, project_of(path))


def _near_files(path: Path) -> str:
    try:
        names = [one.name for one in path.parent.glob("*.toml")]
    except OSError:
        names = []
    return nearest(path.name, names, "check the path")


def project_of(path: Path) -> Path:
    """The folder that a spec's models are imported from: the one that has `specs/`, else the current one."""
    whole = path.resolve()
    for folder in whole.parents:
        if folder.name == "specs":
            return folder.parent
    return Path.cwd()


def read_spec(data: bytes, file: str, project: Path) -> Spec:
    """The spec in the content of a file, which errors call `file`. Raises SpecError."""
    document, lines = _parse(data, file)

    def problem(path: KeyPath, fact: str, fix: str) -> Problem:
        name = _check_name(document, path)
        of = f"check {quote(name)}: " if name is not None and path[2:] != ("name",) else ""
        key = ".".join([str(part) for part in path if isinstance(part, str)]) or None
        return Problem(f"{file}:{line_of(lines, path)}", of + fact, fix, key)

    found = misfits(document)
    if found:
        found.sort(key=lambda one: line_of(lines, one.path))
        raise SpecError([problem(one.path, one.fact, one.fix) for one in found])
    try:
        table = convert(document)
    except msgspec.ValidationError as error:
        raise SpecError([Problem(f"{file}:1", str(error), "correct it")]) from None
    problems = [problem(path, fact, fix) for path, fact, fix in _contradictions(table)]
    if problems:
        raise SpecError(sorted(problems, key=lambda one: int(one.place.rpartition(":")[2])))
    checks = [
        _check(table.model, check, Origin(file, project, ("check", number), lines))
        for number, check in enumerate(table.check)
    ]
    return Spec(file, tuple(checks))


def _parse(data: bytes, file: str) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    if len(data) > BYTES_MAX:
        raise SpecError([Problem(file, f"more than {BYTES_MAX} bytes", "a spec is smaller; split it")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError([Problem(f"{file}:{line}", "not UTF-8", "save the file as UTF-8")]) from None
    try:
        document = tomllib.loads(text)
        return document, key_lines(text)
    except RecursionError:
        fact = "arrays or tables are nested too deep"
        raise SpecError([Problem(file, fact, "a spec needs no more than three levels")]) from None
    except tomllib.TOMLDecodeError as error:
        fact, line = _toml_error(str(error), text)
        raise SpecError([Problem(f"{file}:{line}", f"not TOML: {fact}", "correct the line")]) from None
    except ValueError:  # an integer with more digits than Python reads
        fact = "a number has more digits than can be read"
        raise SpecError([Problem(file, fact, "write a smaller number")]) from None


def _toml_error(message: str, text: str) -> tuple[str, int]:
    match = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if match is None:
        return message[:1].lower() + message[1:], 1
    fact = message[: match.start()]
    line = int(match[1]) if match[1] else text.rstrip().count("\n") + 1
    return fact[:1].lower() + fact[1:], line


def _check_name(document: dict[str, Any], path: KeyPath) -> str | None:
    """The name of the check that a key belongs to, if it has one already."""
    checks: Any = document.get("check")
    if len(path) < 2 or path[0] != "check" or not isinstance(path[1], int) or not isinstance(checks, list):
        return None
    table: Any = checks[path[1]]  # pyright: ignore[reportUnknownVariableType]  # a document of any shape
    name: Any = table.get("name") if isinstance(table, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # any shape
    return name if isinstance(name, str) and name else None


def _contradictions(table: SpecTable) -> Iterator[tuple[KeyPath, str, str]]:
    """What the types cannot say."""
    if not _MODEL_NAME.fullmatch(table.model):
        yield ("model",), f"model = {show_value(table.model)} is not module:Class", _MODEL_FIX
    if not table.check:
        yield (), "the file has no check", 'add a table [[check]] with name = "..." and scope = { ... }'
    if len(table.check) > CHECKS_MAX:
        yield ("check",), f"more than {CHECKS_MAX} checks", "split the file"
    names: dict[str, int] = {}
    for number, check in enumerate(table.check):
        path: KeyPath = ("check", number)
        if not check.name.isprintable() or check.name != check.name.strip():
            fact = f"the name {quote(check.name)} begins or ends in a space, or has more than one line"
            yield (*path, "name"), fact, "write a plain line of text"
        if check.name in names:
            fact = f"two checks are called {quote(check.name)}"
            yield (*path, "name"), fact, "give each check a name of its own"
        names[check.name] = number
        for key, fact, fix in _contradictions_of(check):
            yield (*path, *key), fact, fix


_MODEL_FIX = 'write the module and the class, such as "model.paxos:Paxos"'


def _contradictions_of(check: CheckTable) -> Iterator[tuple[KeyPath, str, str]]:
    if check.mutant is not None and not _MODEL_NAME.fullmatch(check.mutant):
        yield ("mutant",), f"mutant = {show_value(check.mutant)} is not module:Class", _MODEL_FIX
    if check.mutant is not None and check.expect is None:
        fact = "a mutant must be caught, and nothing says how"
        yield ("mutant",), fact, 'add expect = { violated = "PROPERTY", steps = STEPS }'
    if check.expect is not None and check.require is not None:
        fact = "'require' and 'expect' exclude each other: a check must hold or must fail"
        yield ("require",), fact, "remove one of them"
    if check.expect is not None and check.accept != CheckTable(name="x").accept:
        yield ("accept",), "'accept' has no meaning beside 'expect'", "remove it"
    if check.only == ():
        yield ("only",), "only = [] leaves nothing to check", "name a property, or remove it"
    if check.require is not None:
        try:
            Requirement.parse(check.require)
        except RequirementError:
            fact = f"require = {show_value(check.require)} is not a requirement"
            yield ("require",), fact, _requirement_fix(check.require)
    if check.limits.memory is not None and parse_memory(check.limits.memory) is None:
        fact = f"limits.memory = {show_value(check.limits.memory)} is not a size"
        yield ("limits", "memory"), fact, 'write a number with K, M, G or T, such as "8G"'
    for table, keys in (("scope", check.scope), ("params", check.params), ("faults", check.faults)):
        for name in keys:
            if not name.isidentifier():
                yield (table, name), f"{quote(name)} in {table} is not a name", "write a name of the model"


def _requirement_fix(text: str) -> str:
    if text.lstrip().startswith(("exhausted_within", "bounded", "sampled")):
        return _REQUIREMENT_FIX
    return nearest(text, ("proved", "exhausted"), _REQUIREMENT_FIX)


_REQUIREMENT_FIX = "write exhausted, exhausted_within(CONSTRAINT, ...), bounded(STEPS), sampled(N) or proved"


def _check(model: str, table: CheckTable, origin: Origin) -> Check:
    limits, accept, expect = table.limits, table.accept, table.expect
    return Check(
        name=table.name,
        model=model,
        origin=origin,
        mutant=table.mutant,
        scope=table.scope,
        params=table.params,
        faults=table.faults,
        requirement=None if expect is not None else Requirement.parse(table.require or "exhausted"),
        expect=None if expect is None else Expect(expect.violated, expect.steps),
        only=None if table.only is None else frozenset(table.only),
        deadlock=table.deadlock == "report",
        limits=Limits(
            seconds=limits.seconds,
            bytes=None if limits.memory is None else parse_memory(limits.memory),
            states=limits.states,
            depth=limits.depth,
        ),
        tier=table.tier,
        accept=Accept(frozenset(accept.never_fired), frozenset(accept.covers), frozenset(accept.untested)),
    )
