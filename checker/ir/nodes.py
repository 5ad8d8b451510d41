"""The nodes of the IR: expressions, statements, declarations.

Frozen and slotted; a `span` is where the node came from and is no part of its identity. The list is frozen by
docs/decisions/0003-ir-node-list.md: three engines lower it, so a new node needs a record of its own.

Evaluation is that of the Python source: left to right, `And`/`Or`/`Ite` only as far as needed. Nodes marked P
are partial: where undefined, evaluation stops with an error of the kind named (see `partiality.py`).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import final

from checker.ir.types import EnumType, OptionType, QuorumType, RecordType, SortType, Type


@final
@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a node stands in the source; lines from 1, columns (characters) from 0."""

    file: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0


NOWHERE = Span("", 0)


def _span() -> Span:
    return field(default=NOWHERE, compare=False, kw_only=True)


class When(enum.Enum):
    """Which state a read looks at: the current one, or in a step invariant the one before the step."""

    NOW = "now"
    OLD = "old"


# ------------------------------------------------------------------ atoms


@final
@dataclass(frozen=True, slots=True)
class BoolLit:
    value: bool
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class IntLit:
    value: int
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class EnumLit:
    type: EnumType
    name: str
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class EndMember:
    """`S.first` or `S.last` of an ordered sort."""

    sort: SortType
    last: bool
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class NoneLit:
    type: OptionType
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Local:
    """A parameter, a bound variable or a local of the method. Names are unique within one action, property or
    function."""

    name: str
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class StateRead:
    variable: str
    type: Type
    when: When = When.NOW
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class ParamRead:
    """An integer that the gate sets."""

    name: str
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SizeOf:
    """`len(S)`: the number of members of a sort, enum or quorum domain."""

    of: SortType | EnumType | QuorumType
    span: Span = _span()


# ------------------------------------------------------------------ logic and arithmetic


@final
@dataclass(frozen=True, slots=True)
class Let:
    """`body` with `name` standing for `value`, which is evaluated first, once."""

    name: str
    value: Expr
    body: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Call:
    """A helper of the model or its module; `when` is the state that its reads look at."""

    function: str
    arguments: tuple[Expr, ...]
    type: Type
    when: When = When.NOW
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Ite:
    condition: Expr
    then: Expr
    otherwise: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Not:
    item: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class And:
    """Short-circuit from the left; at least two items."""

    items: tuple[Expr, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Or:
    """Short-circuit from the left; at least two items."""

    items: tuple[Expr, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Eq:
    """Equality of two values of one type after widening."""

    left: Expr
    right: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Less:
    """Integers, or members of an ordered sort. P (COMPARE_NONE): an optional ordered side counts None as
    below every member; None on both sides is an error."""

    left: Expr
    right: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class LessEq:
    """As Less. P (COMPARE_NONE)."""

    left: Expr
    right: Expr
    span: Span = _span()


class ArithOp(enum.Enum):
    ADD = "+"
    SUB = "-"
    MUL = "*"


@final
@dataclass(frozen=True, slots=True)
class Arith:
    """Exact, unbounded."""

    op: ArithOp
    left: Expr
    right: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class FloorDiv:
    """Rounds to minus infinity, as Python. P (DIVISION_BY_ZERO)."""

    left: Expr
    right: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Mod:
    """Has the sign of the divisor, as Python. P (DIVISION_BY_ZERO)."""

    left: Expr
    right: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Neighbour:
    """`x.next` (offset +1) or `x.prev` (-1) of an ordered sort. P (NO_NEIGHBOUR)."""

    item: Expr
    offset: int
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Position:
    """`x.index`: the place of an ordered member, the first is 0."""

    item: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class MemberAt:
    """`S.at(i)`: the ordered member at a position. P (NO_MEMBER)."""

    sort: SortType
    index: Expr
    span: Span = _span()


# ------------------------------------------------------------------ widening, options, records, tuples


@final
@dataclass(frozen=True, slots=True)
class Widen:
    """The same value seen at a wider type: T as T | None, a record as a union, a quorum as a set, a list of
    those. Never changes a value."""

    value: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Narrow:
    """The same value seen at a narrower type that a test has just established (`is not None`, `isinstance`,
    `match`, a filter of `.of`). Total: the test dominates it."""

    value: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Fit:
    """The value stored at a bounded type: ranges and capacities are checked, inside too. P (RANGE,
    CAPACITY)."""

    value: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class IsNone:
    item: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Unwrap:
    """The value of an option. P (NONE)."""

    item: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Present:
    """`present(x)`: the value of an option; the step is disabled when there is none. Stands only where it is
    evaluated unconditionally, in actions and procedures."""

    item: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class IsVariant:
    """Whether a value of a union is one of the named records."""

    item: Expr
    records: tuple[str, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class MakeRecord:
    type: RecordType
    fields: tuple[Expr, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record, or one that all records of a union have with one type."""

    item: Expr
    name: str
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class WithFields:
    """`replace(record, name=value, ...)`."""

    item: Expr
    fields: tuple[tuple[str, Expr], ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class MakeTuple:
    items: tuple[Expr, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class TupleItem:
    item: Expr
    index: int
    type: Type
    span: Span = _span()


# ------------------------------------------------------------------ collections


@final
@dataclass(frozen=True, slots=True)
class MapGet:
    """P (MISSING_KEY) on a partial map; total on a total one."""

    map: Expr
    key: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class MapGetOr:
    """`m.get(k)` (default None, the result an option) or `m.get(k, default)`, on a partial map."""

    map: Expr
    key: Expr
    default: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class MapBuild:
    """A map from the pairs of a comprehension; a later pair wins. For a total map it covers every key."""

    type: Type
    binders: tuple[Binder, ...]
    key: Expr
    value: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class MapLit:
    """A partial map from explicit pairs; a later pair wins."""

    type: Type
    pairs: tuple[tuple[Expr, Expr], ...]
    span: Span = _span()


class MapPart(enum.Enum):
    KEYS = "keys"
    VALUES = "values"
    ITEMS = "items"


@final
@dataclass(frozen=True, slots=True)
class MapView:
    """`m.keys()`, `m.values()`, `m.items()` of either kind of map, as a list."""

    map: Expr
    part: MapPart
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Contains:
    """`item in collection`: sets, quorums, sequences, bags, lists, domains; a partial map looks at its
    keys."""

    item: Expr
    collection: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Subset:
    """`<=` on sets, `strict` for `<`."""

    left: Expr
    right: Expr
    strict: bool
    span: Span = _span()


class SetOperator(enum.Enum):
    UNION = "|"
    INTERSECTION = "&"
    DIFFERENCE = "-"
    SYMMETRIC_DIFFERENCE = "^"


@final
@dataclass(frozen=True, slots=True)
class SetOp:
    op: SetOperator
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SetLit:
    type: Type
    items: tuple[Expr, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SetOfKind:
    """`messages.of(R)`: the elements that are of the named records, at that type."""

    set: Expr
    records: tuple[str, ...]
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Convert:
    """`Set(xs)`, `Seq(xs)`, `Bag(xs)`, `list(xs)`, `sorted(xs)`: another collection of the same elements.
    To a sequence or ordered list only from something ordered, or (`sort`) by the elements' own order."""

    value: Expr
    type: Type
    sort: bool = False
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Size:
    """`len` of a collection held in an expression; counts repetitions in lists, sequences and bags."""

    collection: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class BagCount:
    bag: Expr
    item: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SeqLit:
    """A sequence, bag or list (by `type`) from explicit elements."""

    type: Type
    items: tuple[Expr, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SeqAt:
    """P (INDEX): negative or past the end."""

    seq: Expr
    index: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SeqLast:
    """`s[-1]`. P (INDEX): empty."""

    seq: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SeqSlice:
    """`s[start:stop]`, ends past the length are cut as in Python. P (INDEX): a negative end."""

    seq: Expr
    start: Expr | None
    stop: Expr | None
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class SeqConcat:
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class IsPrefix:
    """`left.is_prefix_of(right)`."""

    left: Expr
    right: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Enumerate:
    """`enumerate(s, start)`: an ordered list of (integer, element)."""

    seq: Expr
    start: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Zip:
    """`zip(s, t)`: pairs up to the shorter length, an ordered list."""

    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Reversed:
    """`reversed(s)`: an ordered list."""

    seq: Expr
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Domain:
    """Every value of a finite type: a sort, an enum, bool, a range, the quorums of a sort."""

    item: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class IntRange:
    """`range(start, stop)`: the integers from `start` up to, not including, `stop`."""

    start: Expr
    stop: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Majority:
    """`majority(acks, members)`: more than half of `members` are in `acks`."""

    acks: Expr
    members: Expr
    span: Span = _span()


# ------------------------------------------------------------------ binders


@final
@dataclass(frozen=True, slots=True)
class Binder:
    """`for name in source if filter if filter ...`. Filters are kept as written conjuncts, evaluated in
    order; they see this and earlier names. A loop over pairs binds the pair, and reads `TupleItem` of it."""

    name: str
    type: Type
    source: Expr
    filters: tuple[Expr, ...] = ()
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Forall:
    """`all(body for ...)`."""

    binders: tuple[Binder, ...]
    body: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Exists:
    """`any(body for ...)`."""

    binders: tuple[Binder, ...]
    body: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Sum:
    """`sum(body for ...)`."""

    binders: tuple[Binder, ...]
    body: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Build:
    """A comprehension as a value: a SetType or a ListType (a multiset when not ordered)."""

    type: Type
    binders: tuple[Binder, ...]
    body: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Extremum:
    """`min`/`max` of a collection, `key` a function of the bound name. P (EMPTY) without a default; P (TIE)
    when distinct elements share the best key."""

    largest: bool
    collection: Expr
    type: Type
    name: str | None = None
    key: Expr | None = None
    default: Expr | None = None
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Extrema:
    """`maxima`/`minima`: the set of all best elements by the key; empty for an empty collection."""

    largest: bool
    collection: Expr
    type: Type
    name: str
    key: Expr
    span: Span = _span()


Expr = (
    BoolLit | IntLit | EnumLit | EndMember | NoneLit | Local | StateRead | ParamRead | SizeOf | Let
    | Call | Ite | Not | And | Or | Eq | Less | LessEq | Arith | FloorDiv | Mod | Neighbour | Position
    | MemberAt | Widen | Narrow | Fit | IsNone | Unwrap | Present | IsVariant | MakeRecord | Field
    | WithFields | MakeTuple | TupleItem | MapGet | MapGetOr | MapBuild | MapLit | MapView | Contains
    | Subset | SetOp | SetLit | SetOfKind | Convert | Size | BagCount | SeqLit | SeqAt | SeqLast
    | SeqSlice | SeqConcat | IsPrefix | Enumerate | Zip | Reversed | Domain | IntRange | Majority
    | Forall | Exists | Sum | Build | Extremum | Extrema
)  # fmt: skip


# ------------------------------------------------------------------ statements


@final
@dataclass(frozen=True, slots=True)
class Key:
    """One step of a path: a key of a map."""

    key: Expr


@final
@dataclass(frozen=True, slots=True)
class FieldOf:
    """One step of a path: a field of a record."""

    name: str


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A state variable and the way into it. Partial maps on the way must have the key (P MISSING_KEY), except
    as the last step of an assignment. `type` is that of what the place holds."""

    variable: str
    path: tuple[Key | FieldOf, ...]
    type: Type
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Require:
    """The step is disabled, and its effects discarded, when the condition is false."""

    condition: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Bind:
    """A local takes a value. A name bound on both branches of an If may be read after it; in a loop over
    something ordered it carries over to the next turn."""

    name: str
    type: Type
    value: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Assign:
    """The value is evaluated before the keys of the place, as in Python."""

    place: Place
    value: Expr
    span: Span = _span()


class Method(enum.Enum):
    """How a place that holds a collection changes. The place's keys are evaluated before the arguments."""

    ADD = "add"  # set, bag: P (CAPACITY) on a bag
    DISCARD = "discard"  # set
    REMOVE = "remove"  # bag or set: P (MISSING_ITEM)
    APPEND = "append"  # seq: P (CAPACITY)
    EXTEND = "extend"  # seq: P (CAPACITY)
    TRUNCATE = (
        "truncate"  # seq: keep the first n; P (INDEX) when n is negative; a no-op when n is past the end
    )
    DELETE = "del"  # partial map, argument the key: P (MISSING_KEY)
    CLEAR = "clear"  # set, seq, bag, partial map
    UPDATE = "update"  # set |= other


@final
@dataclass(frozen=True, slots=True)
class Mutate:
    place: Place
    method: Method
    arguments: tuple[Expr, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class If:
    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class ForEach:
    """The body once per element; over a source without order its writes commute."""

    binder: Binder
    body: tuple[Statement, ...]
    ordered: bool
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Perform:
    """A call of a procedure: a helper method that writes."""

    procedure: str
    arguments: tuple[Expr, ...]
    span: Span = _span()


Statement = Require | Bind | Assign | Mutate | If | ForEach | Perform


# ------------------------------------------------------------------ declarations


@final
@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an action, initial, function or procedure. `source` is the collection it is drawn from
    when its type is not enumerated (the action then begins with `require(name in source)`, which stays)."""

    name: str
    type: Type
    source: Expr | None = None
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Function:
    """A helper without effects."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    body: Expr
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Procedure:
    """A helper with effects and without a result."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Action:
    """An atomic guarded step. `budget` names the fault whose remaining count it needs and decrements."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    budget: str | None = None
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Initial:
    """One way to start: each binding whose requirements hold is an initial state."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    span: Span = _span()


class PropertyKind(enum.Enum):
    INVARIANT = "invariant"
    STEP_INVARIANT = "step_invariant"
    COVER = "cover"
    CONSTRAINT = "constraint"
    ASSUME = "assume"
    TERMINAL = "terminal"
    LEMMA = "lemma"


@final
@dataclass(frozen=True, slots=True)
class Refinement:
    """What a step invariant that stands for a refinement counts.

    Attributes:
        abstract: the abstract model.
        mapping: for each of its variables the helper that computes it.
        matches: what each part of the body, a disjunction under `Let`, stands for: a stutter, then the
            abstract model's actions.
    """

    abstract: str
    mapping: tuple[tuple[str, str], ...]
    matches: tuple[str, ...]


STUTTER = "stutter"
"""The first of `Refinement.matches`: the step that changes nothing of the abstract state."""


@final
@dataclass(frozen=True, slots=True)
class Property:
    """`of_step`: it is about a step, whether or not it looks at the state before. `uses`: of a lemma, the
    lemmas that its proof begins from, where the author says so. `refinement`: of a step invariant that was
    made from `@refines`."""

    kind: PropertyKind
    name: str
    body: Expr
    of_step: bool = False
    uses: tuple[str, ...] | None = None
    refinement: Refinement | None = None
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    type: Type
    ghost: bool = False
    span: Span = _span()


@final
@dataclass(frozen=True, slots=True)
class Model:
    """A captured model, for every scope."""

    name: str
    sorts: tuple[SortType, ...]
    enums: tuple[EnumType, ...]
    records: tuple[RecordType, ...]
    params: tuple[str, ...]
    faults: tuple[str, ...]
    variables: tuple[Variable, ...]
    functions: tuple[Function, ...]
    procedures: tuple[Procedure, ...]
    initials: tuple[Initial, ...]
    actions: tuple[Action, ...]
    properties: tuple[Property, ...]
    span: Span = _span()
