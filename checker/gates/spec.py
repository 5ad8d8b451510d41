"""Specs: TOML files that say what must hold of a model, read into types; mistakes with file, line and key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict

from checker.engines.request import Limits, Simulation
from checker.gates.check import (
    Accept,
    AcceptedMutant,
    Check,
    Expect,
    Mutate,
    Origin,
    Prove,
    Refusal,
    Replay,
    Spec,
    Traces,
    Validate,
)
from checker.gates.contradictions import contradictions
from checker.gates.matrix import Expanded, expand
from checker.gates.memory_size import parse_memory
from checker.gates.problems import Problem, SpecError, nearest, quote
from checker.gates.tables import (
    AcceptTable,
    CheckTable,
    LimitsTable,
    MutateTable,
    ProveAcceptTable,
    ProveTable,
    ReplayTable,
    SpecAcceptTable,
    ValidateTable,
    convert,
    misfits,
)
from checker.gates.toml_lines import KeyPath, key_lines, line_of
from checker.verdicts import Requirement

BYTES_MAX = 2**20


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
        name = _table_name(document, path)
        of = f"{path[0]} {quote(name)}: " if name is not None and path[2:] != ("name",) else ""
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
    problems = [problem(path, fact, fix) for path, fact, fix in contradictions(table)]
    if problems:
        raise SpecError(sorted(problems, key=lambda one: int(one.place.rpartition(":")[2])))
    checks = [
        _check(table.model, one.table, Origin(file, project, ("check", number), lines, _row(number, one)))
        for number, check in enumerate(table.check)
        for one in expand(check)
    ]
    replays = [
        _replay(table.model, one, Origin(file, project, ("replay", number), lines))
        for number, one in enumerate(table.replay)
    ]
    validates = [
        _validate(table.model, one, Origin(file, project, ("validate", number), lines))
        for number, one in enumerate(table.validate)
    ]
    mutates = [
        _mutate(one, Origin(file, project, ("mutate", number), lines))
        for number, one in enumerate(table.mutate)
    ]
    proves = [
        _prove(table.model, one, Origin(file, project, ("prove", number), lines))
        for number, one in enumerate(table.prove)
    ]
    return Spec(
        file,
        table.model,
        tuple(checks),
        Origin(file, project, (), lines),
        _accept(table.accept),
        tuple(replays),
        tuple(validates),
        tuple(mutates),
        tuple(proves),
    )


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


def _table_name(document: dict[str, Any], path: KeyPath) -> str | None:
    """The name of the check or replay that a key belongs to, if it has one already."""
    if (
        len(path) < 2
        or path[0] not in ("check", "prove", "replay", "validate")
        or not isinstance(path[1], int)
    ):
        return None
    tables: Any = document.get(path[0])
    if not isinstance(tables, list):
        return None
    table: Any = tables[path[1]]  # pyright: ignore[reportUnknownVariableType]  # a document of any shape
    name: Any = table.get("name") if isinstance(table, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # any shape
    return name if isinstance(name, str) and name else None


def _replay(model: str, table: ReplayTable, origin: Origin) -> Replay:
    return Replay(
        name=table.name,
        model=model,
        system=table.system,
        origin=origin,
        scope=table.scope,
        params=table.params,
        faults=table.faults,
        traces=msgspec.convert(asdict(table.traces), Traces),
        disabled=table.disabled,
        mutants=table.mutants,
        tier=table.tier,
    )


def _validate(model: str, table: ValidateTable, origin: Origin) -> Validate:
    return Validate(
        name=table.name,
        model=model,
        mapping=table.mapping,
        origin=origin,
        scope=table.scope,
        params=table.params,
        faults=table.faults,
        frontier=table.frontier,
    )


def _mutate(table: MutateTable, origin: Origin) -> Mutate:
    return Mutate(
        checks=table.checks,
        origin=origin,
        modules=table.modules,
        max_survivors=table.max_survivors,
        accept=tuple([AcceptedMutant(one.mutant, one.reason, one.proof) for one in table.accept]),
        limits=_limits(table.limits),
        tier=table.tier,
    )


def _prove(model: str, table: ProveTable, origin: Origin) -> Prove:
    check = Check(
        name=table.name,
        model=table.model or model,
        origin=origin,
        mutant=table.mutant,
        scope=table.scope,
        params=table.params,
        faults=table.faults,
        only=None if table.only is None else frozenset(table.only),
        deadlock=table.deadlock == "report",
        tier=table.tier,
        accept=_accept(table.accept),
    )
    expect = None if table.expect is None else Refusal(table.expect.refused, table.expect.after)
    lemmas = None if table.lemmas is None else frozenset(table.lemmas)
    return Prove(check, table.mode, lemmas, table.steps, table.seeds, table.seconds, expect)


def _row(number: int, one: Expanded) -> KeyPath | None:
    return None if one.row is None else ("check", number, "matrix", one.row)


def _check(model: str, table: CheckTable, origin: Origin) -> Check:
    expect = table.expect
    return Check(
        name=table.name,
        model=model,
        origin=origin,
        mutant=table.mutant,
        scope=table.scope,
        params=table.params,
        faults=table.faults,
        requirement=None if expect is not None else _requirement(table),
        expect=None if expect is None else Expect(expect.violated, expect.steps, expect.actions),
        only=None if table.only is None else frozenset(table.only),
        constraints=None if table.constraints is None else frozenset(table.constraints),
        symmetry=table.symmetry,
        deadlock=table.deadlock == "report",
        limits=_limits(table.limits),
        tier=table.tier,
        accept=_accept(table.accept),
        engine=table.engine,
        store=table.store,
        simulation=None if table.simulate is None else msgspec.convert(asdict(table.simulate), Simulation),
    )


def _limits(table: LimitsTable) -> Limits:
    return Limits(
        seconds=table.seconds,
        bytes=None if table.memory is None else parse_memory(table.memory),
        states=table.states,
        depth=table.depth,
    )


def _requirement(table: CheckTable) -> Requirement:
    """What is required where nothing else is said: all that is asked for."""
    if table.require is None and table.simulate is not None:
        return Requirement("sampled", least=table.simulate.walks)
    return Requirement.parse(table.require or "exhausted")


def _accept(table: AcceptTable | SpecAcceptTable | ProveAcceptTable) -> Accept:
    return msgspec.convert(asdict(table), Accept)
