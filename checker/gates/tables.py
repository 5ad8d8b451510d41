"""The tables of a spec as types: what keys there are and what each may hold.

`msgspec` describes and converts them; `misfits` walks the same description, so that an error names its key
and all of them are told at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, cast

import msgspec
from msgspec import Meta, Struct
from msgspec import inspect as description

from checker.engines.request import Choice, Simulation, StoreName
from checker.gates.check import QUERY_SECONDS, SEEDS, Cover, EngineName, ProofMode, Tier, Traces
from checker.gates.problems import nearest, quote
from checker.gates.toml_lines import KeyPath

SIZE_MAX = 10_000
"""The most members of a sort: far beyond what can be searched, and small enough to be counted through."""

WALKS_MAX = 10**15
DEPTH_MAX = 1_000_000
"""The most states of a walk: the trace of a longer one could not be read."""
SEED_MAX = 2**63 - 1

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
LongText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1_000)]
Size: TypeAlias = Annotated[int, Meta(ge=1, le=SIZE_MAX)]
Number: TypeAlias = Annotated[int, Meta(ge=-(2**62), le=2**62)]
Budget: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=2**62)]
Seconds: TypeAlias = Annotated[float, Meta(gt=0, le=1e9)]
Steps: TypeAlias = Annotated[int, Meta(ge=0, le=2**62)]


class ExpectTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`expect = { violated = "agreement", steps = 12 }`"""

    violated: Text
    steps: Steps | None = None
    actions: tuple[Text, ...] = ()


class LimitsTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`limits = { seconds = 60, states = 1_000_000, memory = "8G", depth = 30 }`"""

    seconds: Seconds | None = None
    states: Count | None = None
    memory: Text | None = None
    depth: Count | None = None


class AcceptTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`accept = { never_fired = ["crash"] }` of a check"""

    never_fired: tuple[Text, ...] = ()
    covers: tuple[Text, ...] = ()
    untested: tuple[Text, ...] = ()
    unpruned: tuple[Text, ...] = ()
    no_step: bool = False
    no_initial_state: bool = False


class SpecAcceptTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`accept = { covers = ["renews"] }` of a file"""

    never_fired: tuple[Text, ...] = ()
    covers: tuple[Text, ...] = ()
    untested: tuple[Text, ...] = ()
    unpruned: tuple[Text, ...] = ()
    unchecked: tuple[Text, ...] = ()


class ExpectRowTable(Struct, frozen=True, forbid_unknown_fields=True):
    """What a row of a matrix says of `expect`."""

    violated: Text | None = None
    steps: Steps | None = None
    actions: tuple[Text, ...] | None = None


class RowTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`matrix = [{ scope = { Ballot = [2, 3] }, tier = "nightly" }]`: what differs from the check."""

    scope: dict[str, Size | tuple[Size, ...]] = {}
    params: dict[str, Number | tuple[Number, ...]] = {}
    faults: dict[str, Budget | tuple[Budget, ...]] = {}
    require: Text | None = None
    expect: ExpectRowTable | None = None
    limits: LimitsTable = LimitsTable()
    tier: Tier | None = None
    accept: AcceptTable | None = None


_WALKS = Simulation()


class SimulateTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`simulate = { walks = 1000, depth = 60, seed = 1 }`"""

    walks: Annotated[int, Meta(ge=1, le=WALKS_MAX)] = _WALKS.walks or 1
    depth: Annotated[int, Meta(ge=1, le=DEPTH_MAX)] = _WALKS.depth
    seed: Annotated[int, Meta(ge=0, le=SEED_MAX)] = _WALKS.seed
    choose: Choice = _WALKS.choose


class CheckTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[check]]`"""

    name: Text
    scope: dict[str, Size] = {}
    params: dict[str, Number] = {}
    faults: dict[str, Budget] = {}
    mutant: Text | None = None
    require: Text | None = None
    expect: ExpectTable | None = None
    only: tuple[Text, ...] | None = None
    constraints: tuple[Text, ...] | None = None
    symmetry: tuple[Text, ...] | None = None
    deadlock: Literal["report", "accept"] = "report"
    limits: LimitsTable = LimitsTable()
    tier: Tier = "default"
    accept: AcceptTable = AcceptTable()
    engine: EngineName = "auto"
    store: StoreName = "default"
    simulate: SimulateTable | None = None
    matrix: tuple[RowTable, ...] | None = None


_TRACES = Traces()
TRACES_MAX = 10_000_000


class TracesTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`traces = { cover = "transitions", at_most = 500 }`"""

    cover: Cover = _TRACES.cover
    at_most: Annotated[int, Meta(ge=1, le=TRACES_MAX)] = _TRACES.at_most
    states: Annotated[int, Meta(ge=1, le=TRACES_MAX)] = _TRACES.states
    length: Annotated[int, Meta(ge=1, le=DEPTH_MAX)] = _TRACES.length
    seed: Annotated[int, Meta(ge=0, le=SEED_MAX)] = _TRACES.seed


class ReplayTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[replay]]`"""

    name: Text
    system: Text
    scope: dict[str, Size] = {}
    params: dict[str, Number] = {}
    faults: dict[str, Budget] = {}
    traces: TracesTable = TracesTable()
    disabled: Budget = 30
    mutants: tuple[Text, ...] = ()
    tier: Tier = "default"


class ValidateTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[validate]]`"""

    name: Text
    mapping: Text
    scope: dict[str, Size] = {}
    params: dict[str, Number] = {}
    faults: dict[str, Budget] = {}
    frontier: Annotated[int, Meta(ge=1, le=TRACES_MAX)] = 10_000


class AcceptedMutantTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`{ mutant = "drop-guard promise: ...", reason = "...", proof = "..." }` of `accept` in a [[mutate]]"""

    mutant: LongText
    reason: LongText
    proof: Text | None = None


class MutateTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[mutate]]`"""

    checks: tuple[Text, ...]
    modules: tuple[Text, ...] | None = None
    max_survivors: Budget = 0
    accept: tuple[AcceptedMutantTable, ...] = ()
    limits: LimitsTable = LimitsTable()
    tier: Tier = "default"


class RefusalTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`expect = { refused = "safe_at", after = "propose" }`"""

    refused: Text
    after: Text | None = None


class ProveAcceptTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`accept = { never_fired = ["crash"] }` of a proof"""

    never_fired: tuple[Text, ...] = ()
    untested: tuple[Text, ...] = ()


class ProveTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[prove]]`"""

    name: Text
    model: Text | None = None
    mutant: Text | None = None
    mode: ProofMode = "induction"
    scope: dict[str, Size] = {}
    params: dict[str, Number] = {}
    faults: dict[str, Budget] = {}
    lemmas: tuple[Text, ...] | None = None
    only: tuple[Text, ...] | None = None
    steps: Annotated[int, Meta(ge=1, le=1_000)] | None = None
    seeds: Annotated[int, Meta(ge=1, le=100)] = SEEDS
    seconds: Seconds = QUERY_SECONDS
    expect: RefusalTable | None = None
    deadlock: Literal["report", "accept"] = "report"
    accept: ProveAcceptTable = ProveAcceptTable()
    tier: Tier = "default"


class SpecTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    model: Text
    check: tuple[CheckTable, ...] = ()
    prove: tuple[ProveTable, ...] = ()
    replay: tuple[ReplayTable, ...] = ()
    validate: tuple[ValidateTable, ...] = ()
    mutate: tuple[MutateTable, ...] = ()
    accept: SpecAcceptTable = SpecAcceptTable()


@dataclass(frozen=True, slots=True)
class Misfit:
    """A key that does not fit its type."""

    path: KeyPath
    fact: str
    fix: str


def misfits(document: Mapping[str, Any]) -> list[Misfit]:
    """Everything in a document that does not fit `SpecTable`."""
    return list(_walk(description.type_info(SpecTable), document, ()))


def convert(document: Mapping[str, Any]) -> SpecTable:
    """The document as types. Raises `msgspec.ValidationError`."""
    return msgspec.convert(document, SpecTable)


def show_path(path: KeyPath) -> str:
    """`scope.Acceptor`, without the number of the check."""
    if path[:1] in _ARRAYS and len(path) > 2:
        path = path[2:]
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


_ARRAYS = (("check",), ("prove",), ("replay",), ("validate",), ("mutate",))
"""The arrays of tables."""


def _walk(kind: description.Type, value: object, path: KeyPath) -> Iterator[Misfit]:
    match kind:
        case description.StructType():
            yield from _walk_struct(kind, value, path)
        case description.DictType():
            if not isinstance(value, dict):
                yield _misfit(path, value, "a table", "{ Name = 3 }")
                return
            for name, item in cast(dict[str, object], value).items():
                yield from _walk(kind.value_type, item, (*path, name))
        case description.VarTupleType():
            if not isinstance(value, list):
                yield _not_an_array(path, value)
                return
            for number, item in enumerate(cast(list[object], value)):
                yield from _walk(kind.item_type, item, (*path, number))
        case description.UnionType():  # T | None, where TOML has no null, or T | tuple[T, ...]
            kinds = [one for one in kind.types if not isinstance(one, description.NoneType)]
            arrays = [one for one in kinds if isinstance(one, description.VarTupleType)]
            others = [one for one in kinds if not isinstance(one, description.VarTupleType)]
            wanted = arrays if arrays and (_is_array(value) or not others) else others
            yield from _walk(wanted[0], value, path)
        case _:
            yield from _walk_scalar(kind, value, path)


def _is_array(value: object) -> bool:
    return isinstance(value, list)


def _walk_struct(kind: description.StructType, value: object, path: KeyPath) -> Iterator[Misfit]:
    if not isinstance(value, dict):
        is_row = 1 <= len(path) <= 2 and path[:1] in _ARRAYS
        example = f"[[{path[0]}]]" if is_row else "{ ... }"
        yield _misfit(path, value, "a table", example)
        return
    table = cast(dict[str, object], value)
    fields = {one.name: one for one in kind.fields}
    for name, item in table.items():
        if name in fields:
            yield from _walk(fields[name].type, item, (*path, name))
        else:
            where = _table_name(path)
            yield Misfit((*path, name), f"{quote(name)} is not a key of {where}", nearest(name, fields))
    for field in kind.fields:
        if field.required and field.name not in table:
            example = _EXAMPLES.get(field.name, f'{field.name} = "..."')
            fact = f"{_table_name(path)} has no '{field.name}'"
            yield Misfit(path, fact, f"add {example}")


_EXAMPLES = {
    "model": 'model = "model.paxos:Paxos"',
    "check": 'a table [[check]] with name = "..." and scope = { ... }',
    "checks": 'checks = ["NAME OF A CHECK"]',
    "mutant": 'mutant = "drop-guard promise: ..."',
    "reason": 'reason = "..."',
    "name": 'name = "three acceptors, two ballots"',
    "violated": 'violated = "agreement"',
    "refused": 'refused = "agreement"',
    "mapping": 'mapping = "tests.conformance.two_phase_mapping:TwoPhaseMapping"',
    "system": 'system = "reference.conformance.replication:ReplicationUnderTest"',
}


def _table_name(path: KeyPath) -> str:
    if not path:
        return "the file"
    if len(path) == 2 and path[:1] in _ARRAYS:
        return f"[[{path[0]}]]"
    return f"'{show_path(path)}'"


def _walk_scalar(kind: description.Type, value: object, path: KeyPath) -> Iterator[Misfit]:
    match kind:
        case description.IntType():
            low, high = kind.ge, kind.le
            if _is_array(value) and path[-2:-1] in (("scope",), ("params",), ("faults",)):
                fact = f"{show_path(path)} = {show_value(value)} is not an integer"
                fix = f"for several runs write matrix = [{{ {path[-2]} = {{ {path[-1]} = [2, 3] }} }}]"
                yield Misfit(path, fact, fix)
            elif isinstance(value, bool) or not isinstance(value, int):
                yield _misfit(path, value, "an integer", "3")
            elif low is not None and value < low:
                yield _misfit(path, value, f"an integer of at least {low}", str(low))
            elif high is not None and value > high:
                yield _misfit(path, value, f"an integer of at most {high}", str(min(high, 100)))
        case description.FloatType():
            if isinstance(value, bool) or not isinstance(value, int | float) or not _inside(kind, value):
                yield _misfit(path, value, "a positive number", "60")
        case description.StrType():
            if not isinstance(value, str):
                example = '"8G"' if path[-1:] == ("memory",) else '"..."'
                yield _misfit(path, value, "a text", example)
            elif not value:
                yield Misfit(path, f"{show_path(path)} is empty", 'write "..."')
            elif len(value) > (kind.max_length or len(value)):
                yield _misfit(path, value, f"a text of at most {kind.max_length} characters", '"..."')
        case description.BoolType():
            if not isinstance(value, bool):
                yield _misfit(path, value, "true or false", "true")
        case description.LiteralType():
            words = [str(one) for one in kind.values]
            if not isinstance(value, str) or value not in words:
                fact = f"{show_path(path)} = {show_value(value)} is none of {', '.join(words)}"
                yield Misfit(path, fact, nearest(value if isinstance(value, str) else "", words))
        case _:
            raise AssertionError(f"no rule for {kind}")


def _inside(kind: description.FloatType, value: float) -> bool:
    if not math.isfinite(value):
        return False
    return (kind.gt is None or value > kind.gt) and (kind.le is None or value <= kind.le)


def _not_an_array(path: KeyPath, value: object) -> Misfit:
    if path in _ARRAYS:
        return Misfit(path, f"{path[0]} is not an array of tables", f"write [[{path[0]}]]")
    if path[-1:] == ("matrix",):
        return _misfit(path, value, "an array", "[{ scope = { Ballot = [2, 3] } }]")
    return _misfit(path, value, "an array", f"[{show_value(value)}]" if isinstance(value, str) else '["..."]')


def _misfit(path: KeyPath, value: object, wanted: str, example: str) -> Misfit:
    shown = show_path(path)
    fact = f"{shown} = {show_value(value)} is not {wanted}"
    if example.startswith("[["):
        return Misfit(path, fact, f"write {example}")
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), shown)
    is_element = bool(path) and isinstance(path[-1], int)
    return Misfit(path, fact, f"write {example}" if is_element else f"write {name} = {example}")


def show_value(value: object) -> str:
    """A value of TOML, cut short."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            shown = quote(value)
            return f'"{shown[1:-1]}"'
        case int() if value.bit_length() > 200:
            return "a huge integer"
        case int() | float():
            return str(value)
        case list():
            return "[...]" if value else "[]"
        case dict():
            return "{...}" if value else "{}"
        case _:
            return quote(str(value))[1:-1]
