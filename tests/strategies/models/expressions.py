"""Expressions of a generated model, by the type of their value; None where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from checker.ir.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    ParamValue,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from tests.strategies.models.conditions import conditions, equality, membership, order
from tests.strategies.models.containers import (
    bag_count,
    bag_of,
    best_number,
    comprehension,
    from_partial,
    length,
    literal_set,
    map_of,
    sequence,
    sequences,
    sets,
    total,
)
from tests.strategies.models.dice import Dice
from tests.strategies.models.vocabulary import BOOL, INT, NODE, ROLE, SLOT, SMALL, TERM, Vocabulary

Make = Callable[[], "str | None"]


@dataclass(frozen=True)
class Key:
    """A step into a map."""

    type: Type


@dataclass(frozen=True)
class At:
    """A step to a position, which may not be there."""


@dataclass(frozen=True)
class Risky:
    """What follows may fail."""


Step = Key | At | Risky | str
Steps = tuple[Step, ...]
Way = tuple[str, Steps]


@dataclass(frozen=True)
class Surroundings:
    """Where an expression stands.

    Attributes:
        locals: names and their types.
        roots: what the state is read through: `self`, `old`; nothing in a function of the module.
        ghosts: ghosts may be read. guards: `present` may be used.
        hidden: the variable that a loop without order writes: its turns may not read it.
    """

    locals: tuple[tuple[str, Type], ...] = ()
    roots: tuple[str, ...] = ("self",)
    ghosts: bool = False
    guards: bool = False
    hidden: str = ""

    def bind(self, *names: tuple[str, Type]) -> Surroundings:
        """With more locals."""
        return replace(self, locals=(*self.locals, *names))

    def inside(self) -> Surroundings:
        """Where evaluation depends on what comes before: no guards."""
        return replace(self, guards=False)


@dataclass
class Expressions:
    """Writes expressions.

    Attributes:
        risk: how often, in percent, an operation may fail.
        functions: helpers by name, with the types of their parameters and result; methods begin with `self.`.
    """

    dice: Dice
    words: Vocabulary
    risk: int
    functions: dict[str, tuple[tuple[Type, ...], Type]] = field(
        default_factory=dict[str, tuple[tuple[Type, ...], Type]]
    )
    names: int = 0

    def fresh(self, base: str = "x") -> str:
        """A name that the model does not have yet."""
        self.names += 1
        return f"{base}{self.names}"

    def risky(self) -> bool:
        """Whether this operation may fail."""
        return self.risk > 0 and self.dice.chance(self.risk)

    # -------------------------------------------------------------- the way in

    def of(self, kind: Type, around: Surroundings, depth: int) -> str | None:
        """An expression; integers are of any size."""
        names = [name for name, held in around.locals if fits(held, kind)]
        if names and not isinstance(kind, BoolType) and self.dice.chance(45):
            return self.dice.pick(names)
        leaves = self._leaves(kind, around, depth)
        nodes = self._nodes(kind, around, depth - 1) if depth > 0 else []
        if self.dice.chance(55 if isinstance(kind, BoolType) else 35):
            leaves, nodes = nodes, leaves
        last: list[Make] = [lambda: self.dice.pick(("False", "True"))] if isinstance(kind, BoolType) else []
        return self.first([*self.dice.mixed(leaves), *self.dice.mixed(nodes), *last])

    def first(self, makers: list[Make]) -> str | None:
        """The first that gives something."""
        for make in makers:
            made = make()
            if made is not None:
                return made
        return None

    def store(self, kind: Type, around: Surroundings, depth: int) -> str | None:
        """An expression whose value can be stored at the type."""
        match kind:
            case IntType() if not self.risky():
                return self.fitted(kind, self.of(INT, around, depth))
            case SeqType(_, capacity):
                made = self.of(kind, around, depth)
                cut = "self.limit" if isinstance(capacity, ParamValue) else str(self.words.capacity(capacity))
                return None if made is None else f"({made})[:{cut}]"
            case _:
                return self.of(kind, around, depth)

    def fitted(self, kind: IntType, text: str | None) -> str | None:
        """An integer forced into a range."""
        if text is None or (kind.low is None and kind.high is None):
            return text
        high = "self.limit" if isinstance(kind.high, ParamValue) else str(kind.high)
        if kind.low == 0 and self.dice.chance(40):
            return f"({text}) % ({high} + 1)"
        return f"min(max({text}, {kind.low}), {high})"

    # -------------------------------------------------------------- reading what is there

    def ways(self, wanted: Type, around: Surroundings) -> list[Way]:
        """The ways to values of a type, from locals and variables."""
        starts = list(around.locals)
        for root in around.roots:
            for variable in self.words.variables:
                if (around.ghosts or not variable.ghost) and variable.name != around.hidden:
                    starts.append((f"{root}.{variable.name}", variable.type))
        return [(text, steps) for text, kind in starts for steps in _steps(kind, wanted, 3)]

    def walk(self, way: Way, around: Surroundings, depth: int) -> str | None:
        """A way as an expression."""
        text: str | None = way[0]
        for step in way[1]:
            if text is None:
                return None
            match step:
                case Key(kind):
                    made = self.store(kind, around, depth - 1)
                    text = None if made is None else f"{text}[{made}]"
                case At():
                    made = "-1" if self.dice.chance(40) else self.of(INT, around, 0)
                    text = f"{text}[{made}]" if made is not None and self.risky() else None
                case Risky():
                    text = text if self.risky() else None
                case str(word):
                    text = f"{text}{word}"
        return text

    def reading(self, kind: Type, around: Surroundings, depth: int) -> list[Make]:
        """Every way to a value of a type."""
        found = [way for way in self.ways(kind, around) if depth >= 0 or not way[1]]
        return [lambda way=way: self.walk(way, around, depth) for way in found]  # type: ignore[misc]  # a lambda with a default

    # -------------------------------------------------------------- by type

    def _leaves(self, kind: Type, around: Surroundings, depth: int) -> list[Make]:
        made, least = self.reading(kind, around, depth), min(depth, 0)
        match kind:
            case BoolType() if depth >= 0:
                made += [
                    lambda: order(self, around, -1),
                    lambda: equality(self, around, -1),
                    lambda: membership(self, around, -1),
                ]
            case IntType():
                made += [
                    lambda: str(self.dice.number(0, 3)),
                    lambda: self.dice.pick(("len(Node)", "len(Term)", "len(Role)")),
                ]
                if around.roots:
                    made += [lambda: f"{around.roots[0]}.limit"]
                made += [lambda: self.suffixed(TERM, ".index", around)]
            case EnumType(_, members):
                made += [lambda: f"Role.{self.dice.pick(members)}"]
            case SortType(name, True):
                made += [lambda: f"{name}.first", lambda: f"{name}.last"]
            case RecordType():
                made += [lambda: self.record(kind, around, least)]
            case UnionType(records):
                made += [lambda: self.of(self.dice.pick(records), around, least)]
            case OptionType(item):
                made += [lambda: self.of(item, around, least)]
            case TupleType(items):
                made += [lambda: self.tuple_of(items, around, least)]
            case SeqType():
                made += [lambda: sequence(self, kind, around, least)]
            case SetType():
                made += [lambda: literal_set(self, kind, around, least)]
            case MapType() | PartialType():
                made += [lambda: map_of(self, kind, around, least)]
            case BagType():
                made += [lambda: bag_of(self, kind, around, least)]
            case _:
                pass
        return made

    def _nodes(self, kind: Type, around: Surroundings, depth: int) -> list[Make]:
        made: list[Make] = [lambda: self.call(kind, around, depth)]
        if not isinstance(kind, BoolType) or self.dice.chance(20):
            made += [lambda: self.choice(kind, around, depth)]
        if (
            around.guards
            and self.dice.chance(25)
            and not isinstance(kind, OptionType | QuorumType | MapType | PartialType | BagType)
        ):
            made += [lambda: self.present(kind, around)]
        match kind:
            case BoolType():
                made += conditions(self, around, depth)
            case IntType():
                made += self._integers(around, depth)
            case SortType(_, ordered):
                if ordered:
                    made += self._ordered(kind, around, depth)
                made += [lambda: from_partial(self, kind, around, depth)]
            case OptionType():
                made += [lambda: self.optional(kind, around, depth)] * 2
            case RecordType():
                made += [lambda: self.record(kind, around, depth), lambda: self.replaced(kind, around, depth)]
            case SetType():
                made += sets(self, kind, around, depth)
            case SeqType():
                made += sequences(self, kind, around, depth)
            case _:
                pass
        return made

    def choice(self, kind: Type, around: Surroundings, depth: int) -> str | None:
        """`x if c else y`."""
        test = self.of(BOOL, around, min(depth, 1))
        then, other = self.of(kind, around.inside(), depth - 1), self.of(kind, around.inside(), depth - 1)
        if test is None or then is None or other is None:
            return None
        return f"({then} if {test} else {other})"

    def call(self, kind: Type, around: Surroundings, depth: int) -> str | None:
        """A call of a helper."""
        names = [
            name
            for name, (_, result) in self.functions.items()
            if fits(result, kind) and (not name.startswith("self.") or "self" in around.roots)
        ]
        if not names:
            return None
        name = self.dice.pick(names)
        given = [self.store(one, around, depth - 1) for one in self.functions[name][0]]
        known = [one for one in given if one is not None]
        if len(known) != len(given):
            return None
        root = around.roots[-1] if name.startswith("self.") else ""
        return f"{name.replace('self', root)}({', '.join(known)})"

    def present(self, kind: Type, around: Surroundings) -> str | None:
        """`present(x)`."""
        held = self.first(self.dice.mixed(self.reading(OptionType(kind), around, 1)))
        return None if held is None else f"present({held})"

    def suffixed(self, kind: Type, suffix: str, around: Surroundings) -> str | None:
        """A part of another value."""
        held = self.first(self.dice.mixed(self.reading(kind, around, 1)))
        return None if held is None else f"{held}{suffix}"

    def _integers(self, around: Surroundings, depth: int) -> list[Make]:
        def two(sign: str) -> Make:
            def make() -> str | None:
                left, right = self.of(INT, around, depth), self.of(INT, around, depth)
                return None if left is None or right is None else f"({left} {sign} {right})"

            return make

        def divided() -> str | None:
            left, sign = self.of(INT, around, depth), self.dice.pick(("//", "%"))
            right = self.of(INT, around, 0) if self.risky() else self.dice.pick(("2", "3", "-2"))
            return None if left is None or right is None else f"({left} {sign} {right})"

        def wrapped(form: str) -> Make:
            def make() -> str | None:
                held = self.of(INT, around, depth)
                return None if held is None else form.format(held)

            return make

        return [
            two("+"), two("-"), two("*"), divided,
            wrapped("abs({})"), wrapped("(-{})"), wrapped("max({}, 1)"), wrapped("min(2, {})"),
            lambda: length(self, around, depth),
            lambda: length(self, around, depth),
            lambda: total(self, around, depth),
            lambda: best_number(self, around, depth),
            lambda: bag_count(self, around, depth),
            lambda: from_partial(self, SMALL, around, depth),
        ]  # fmt: skip

    def _ordered(self, kind: SortType, around: Surroundings, depth: int) -> list[Make]:
        def neighbour() -> str | None:
            held = self.of(kind, around, 0)
            if held is None:
                return None
            if self.risky():
                return f"{held}.{self.dice.pick(('next', 'prev'))}"
            if self.dice.chance(50):
                return f"({held}.next if {held} < {kind.name}.last else {kind.name}.first)"
            return f"({held}.prev if {held} != {kind.name}.first else {held})"

        def at() -> str | None:
            held = self.of(INT, around, depth)
            if held is None:
                return None
            return (
                f"{kind.name}.at({held})" if self.risky() else f"{kind.name}.at(({held}) % len({kind.name}))"
            )

        def best() -> str | None:
            word = self.dice.pick(("max", "min"))
            found = comprehension(self, kind, around, depth)
            if found is None:
                return None
            return f"{word}({found})" if self.risky() else f"{word}(({found}), default={kind.name}.first)"

        return [neighbour, at, best]

    # -------------------------------------------------------------- products

    def record(self, kind: RecordType, around: Surroundings, depth: int) -> str | None:
        """A constructor."""
        given = [self.store(item, around, depth) for _, item in kind.fields]
        known = [one for one in given if one is not None]
        if len(known) != len(given):
            return None
        if self.dice.chance(30):
            known = [f"{label}={one}" for (label, _), one in zip(kind.fields, known, strict=True)]
        return f"{kind.name}({', '.join(known)})"

    def replaced(self, kind: RecordType, around: Surroundings, depth: int) -> str | None:
        """`replace(r, f=x)`."""
        held = self.of(kind, around, 0)
        label, item = self.dice.pick(kind.fields)
        value = self.store(item, around, depth)
        return None if held is None or value is None else f"replace({held}, {label}={value})"

    def tuple_of(self, items: tuple[Type, ...], around: Surroundings, depth: int) -> str | None:
        """`(a, b)`."""
        given = [self.store(item, around, depth) for item in items]
        known = [one for one in given if one is not None]
        return f"({', '.join(known)})" if len(known) == len(given) else None

    def optional(self, kind: OptionType, around: Surroundings, depth: int) -> str | None:
        """An option: None sometimes, or what a partial map has."""
        match self.dice.number(0, 2):
            case 0:
                test, value = self.of(BOOL, around, depth), self.store(kind.item, around.inside(), depth)
                return None if test is None or value is None else f"({value} if {test} else None)"
            case 1:
                return from_partial(self, kind, around, depth)
            case _:
                return self.store(kind.item, around, depth)


def fits(held: Type, wanted: Type) -> bool:
    """Whether a value of one type is one of another as it is."""
    if isinstance(held, IntType) and isinstance(wanted, IntType):
        return wanted == INT
    return held == wanted


def _steps(held: Type, wanted: Type, depth: int) -> Iterator[Steps]:
    """The ways from a value of a type to one of another."""
    if fits(held, wanted):
        yield ()
    if depth == 0:
        return

    def further(step: Step, kind: Type) -> Iterator[Steps]:
        for rest in _steps(kind, wanted, depth - 1):
            yield (step, *rest)

    match held:
        case MapType(key, value):
            yield from further(Key(key), value)
        case PartialType(key, value):
            for rest in _steps(value, wanted, depth - 1):
                yield (Risky(), Key(key), *rest)
        case RecordType(_, fields):
            for label, item in fields:
                yield from further(f".{label}", item)
        case UnionType():
            label, item = held.records[0].fields[0]
            if all(record.fields[:1] == ((label, item),) for record in held.records):
                yield from further(f".{label}", item)
        case TupleType(items):
            for index, item in enumerate(items):
                yield from further(f"[{index}]", item)
        case SeqType(item):
            yield from further(At(), item)
        case OptionType(RecordType() as item):
            yield from further(Risky(), item)
        case _:
            pass


__all__ = ["NODE", "ROLE", "SLOT", "Expressions", "Surroundings", "fits"]
