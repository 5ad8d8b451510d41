"""A whole model as the text of a module, and the scope to search it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    TupleType,
    Type,
    UnionType,
)
from tests.strategies.models.containers import collections
from tests.strategies.models.dice import Dice
from tests.strategies.models.expressions import Expressions, Surroundings
from tests.strategies.models.statements import Lines, Statements
from tests.strategies.models.vocabulary import (
    BOOL,
    INT,
    NODE,
    QUORUM,
    ROLE,
    SIGNED,
    SMALL,
    TERM,
    annotation,
    has_start,
    header,
    vocabulary,
)

PARAMETERS: tuple[Type, ...] = (NODE, NODE, TERM, ROLE, SMALL, BOOL, QUORUM, OptionType(NODE))


@dataclass(frozen=True)
class Generated:
    """A model that was written at random.

    Attributes:
        text: the module; its model is called `Generated`.
        scope, params, faults: what to search it in.
        deadlock: whether a deadlock counts.
    """

    text: str
    scope: dict[str, int]
    params: dict[str, int]
    faults: dict[str, int]
    deadlock: bool


def generated(dice: Dice) -> Generated:
    """A model."""
    return _Module(dice).made()


@st.composite
def models(draw: st.DrawFn) -> Generated:
    """Models, for Hypothesis."""
    return generated(Dice.drawn(draw))


class _Module:
    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.words = vocabulary(dice)
        self.write = Expressions(dice, self.words, dice.pick((0, 0, 0, 4, 12)))
        self.statements = Statements(self.write, {})
        self.faults: dict[str, int] = {}

    def made(self) -> Generated:
        """The model."""
        functions, methods = list(self._functions()), list(self._helpers())
        lines = [*header(self.words), "", *functions, "class Generated(Model):", "    limit: Param"]
        for variable in self.words.variables:
            shown = annotation(variable.type)
            lines.append(f"    {variable.name}: {f'Ghost[{shown}]' if variable.ghost else shown}")
        for method in (*methods, *self._initials(), *self._actions(), *self._properties()):
            lines += ["", *(f"    {line}" for line in method)]
        text = "\n".join(lines) + "\n"
        deadlock = self.dice.chance(15)
        return Generated(text, dict(self.words.sizes), {"limit": self.words.limit}, self.faults, deadlock)

    # -------------------------------------------------------------- helpers

    def _functions(self) -> Iterator[str]:
        entry = self.words.plain[0]
        kinds: tuple[Type, ...] = (SMALL, TERM, SeqType(entry, 2), SetType(NODE), entry, OptionType(TERM))
        for number in range(self.dice.pick((0, 0, 1, 2))):
            given = [self.dice.pick(kinds) for _ in range(self.dice.number(1, 2))]
            names = [f"a{index}" for index in range(len(given))]
            around = Surroundings(tuple(zip(names, given, strict=True)), ())
            result = self.dice.kind(BOOL, INT, TERM, OptionType(TERM))
            body = self.write.of(result, around, 2)
            if body is None:
                continue
            head = ", ".join(f"{name}: {annotation(kind)}" for name, kind in zip(names, given, strict=True))
            yield f"def pure{number}({head}) -> {annotation(result)}:"
            yield f"    return {body}"
            yield ""
            self.write.functions[f"pure{number}"] = (tuple(given), result)

    def _helpers(self) -> Iterator[Lines]:
        for number in range(self.dice.pick((0, 1, 1, 2))):
            given = [self.dice.kind(NODE, TERM, SMALL, ROLE) for _ in range(self.dice.number(0, 2))]
            names = [f"a{index}" for index in range(len(given))]
            around = Surroundings(tuple(zip(names, given, strict=True)))
            result = self.dice.kind(BOOL, INT, TERM, ROLE, SetType(NODE), OptionType(NODE))
            body = self.write.of(result, around, 2)
            if body is None:
                continue
            head = "".join(f", {name}: {annotation(kind)}" for name, kind in zip(names, given, strict=True))
            lines = [f"def helper{number}(self{head}) -> {annotation(result)}:"]
            if self.dice.chance(30):
                test, early = self.write.of(BOOL, around, 1), self.write.of(result, around, 1)
                if test is not None and early is not None:
                    lines += [f"    if {test}:", f"        return {early}"]
            yield [*lines, f"    return {body}"]
            self.write.functions[f"self.helper{number}"] = (tuple(given), result)
        if self.dice.chance(40):
            given = [self.dice.kind(NODE, TERM, SMALL)]
            around = Surroundings((("a0", given[0]),))
            lines = self.statements.body(around, 1, 2, 1)
            if lines:
                head = f"def procedure(self, a0: {annotation(given[0])}) -> None:"
                yield [head, *(f"    {line}" for line in lines)]
                self.statements.procedures["procedure"] = (given[0],)

    # -------------------------------------------------------------- initials and actions

    def _parameters(self, low: int, most: int) -> list[tuple[str, Type]]:
        names = ("n", "m", "t")
        count = self.dice.number(low, most)
        return [(names[index], self.dice.pick(PARAMETERS)) for index in range(count)]

    def _initials(self) -> Iterator[Lines]:
        unstarted = [one for one in self.words.variables if not has_start(one.type)]
        count = self.dice.pick((1, 1, 2)) if unstarted else self.dice.pick((0, 0, 0, 1, 2))
        for number in range(count):
            given = self._parameters(0, 2)
            if any(_needs(one.type, NODE) for one in unstarted):
                given = [("n", NODE), *[one for one in given if one[0] != "n"]]
            if any(one.type == QUORUM for one in unstarted):
                given.append(("q", QUORUM))
            around = Surroundings(tuple(given), ())
            lines: Lines = []
            for variable in unstarted:
                value = self.write.store(variable.type, around, 2)
                assert value is not None, (variable, given)
                lines.append(f"self.{variable.name} = {value}")
            around = Surroundings(tuple(given), guards=True)
            lines += self.statements.body(around, 0 if lines else 1, 2, 1) or (
                [] if lines else ["self.count = self.count"]
            )
            yield [
                "@initial",
                f"def start{number}({_head(given)}) -> None:",
                *(f"    {line}" for line in lines),
            ]

    def _actions(self) -> Iterator[Lines]:
        for number in range(self.dice.number(3, 5)):
            given, lines, only = self._parameters(0 if self.dice.chance(20) else 1, 2), list[str](), None
            if self.dice.chance(60):
                # What is given can be written, so that the model gets somewhere.
                variable = self.dice.pick(self.words.variables)
                only, atoms = variable.name, list(dict.fromkeys(_atoms(variable.type)))
                chosen = self.dice.some(atoms, 1, 2)
                given = [(f"p{index}", kind) for index, kind in enumerate(chosen)]
            around = Surroundings(tuple(given), guards=True)
            if self.dice.chance(35 if only is None else 10):
                drawn = self._drawn(given)
                if drawn is not None:
                    lines.append(drawn[1])
                    given = [*given, drawn[0]]
                    around = Surroundings(tuple(given), guards=True)
            if self.dice.chance(30):
                test = self.write.of(BOOL, around, 2)
                lines += [] if test is None else [f"require({test})"]
            if only is not None:
                lines += self.statements.change(around, 1, only=only) or []
            body = self.statements.body(around, 0 if only else 1, 2 if only else 3, 2)
            lines += body or ([] if lines else ["self.count = self.count"])
            mark, name = "@action", f"act{number}"
            if self.dice.chance(12):
                mark, name = '@fault("crash")', f"crash{number}"
                self.faults["crash"] = self.dice.pick((1, 2))
            yield [mark, f"def {name}({_head(given)}) -> None:", *(f"    {line}" for line in lines)]

    def _drawn(self, given: list[tuple[str, Type]]) -> tuple[tuple[str, Type], str] | None:
        around = Surroundings(tuple(given))
        found = [
            (way, kind.item)
            for way, kind in collections(self.write, around)
            if isinstance(kind, SetType | SeqType) and isinstance(kind.item, RecordType | UnionType)
        ]
        if not found:
            return None
        way, kind = self.dice.pick(found)
        held = self.write.walk(way, around, 1)
        if held is None:
            return None
        if isinstance(kind, UnionType) and self.dice.chance(50):
            kind = self.dice.pick(kind.records)
        return ("e", kind), f"require(e in {held})"

    # -------------------------------------------------------------- properties

    def _properties(self) -> Iterator[Lines]:
        now, both = Surroundings(ghosts=True), Surroundings(roots=("self", "old"), ghosts=True)
        wanted = [("invariant", 2, now), ("step_invariant", 1, both), ("cover", 1, now), ("cover", 1, both)]
        for number, (mark, most, around) in enumerate(wanted):
            for index in range(self.dice.number(0, most)):
                body = self._condition(around)
                old = ", old: Self" if "old" in around.roots else ""
                yield [f"@{mark}", f"def {mark}{number}{index}(self{old}) -> bool:", f"    return {body}"]
        for mark, percent in (("constraint", 20), ("terminal", 25)):
            if self.dice.chance(percent):
                yield [f"@{mark}", f"def {mark}0(self) -> bool:", f"    return {self._condition(now)}"]
        if self.dice.chance(10):
            least = self.dice.pick((0, 0, 0, 2))
            yield [
                "@assume",
                "def assumed(self) -> bool:",
                f"    return self.limit >= {least} and len(Node) > 1",
            ]

    def _condition(self, around: Surroundings) -> str:
        """A property that often holds."""
        body = self.write.of(BOOL, around, 3) or "True"
        last = {"SMALL": "3", "SIGNED": "2"}.get(_name(self.words.variables[0].type), "self.limit")
        match self.dice.number(0, 9):
            case 0:
                return body
            case 1 | 2 | 3:
                other = self.write.of(BOOL, around, 2) or "True"
                return f"not ({other} and self.count == {last}) or {body}"
            case _:
                return f"({body}) or self.count != {last}"


def _name(kind: Type) -> str:
    return "SMALL" if kind == SMALL else "SIGNED" if kind == SIGNED else ""


def _atoms(kind: Type) -> Iterator[Type]:
    """The simple types in a type, of which there are few values."""
    match kind:
        case RecordType(_, fields):
            for _, item in fields:
                yield from _atoms(item)
        case UnionType(records):
            for record in records:
                yield from _atoms(record)
        case TupleType(items):
            for item in items:
                yield from _atoms(item)
        case MapType(key, value) | PartialType(key, value):
            yield from _atoms(key)
            yield from _atoms(value)
        case OptionType(item) | SetType(item) | SeqType(item) | BagType(item):
            yield from _atoms(item)
        case _:
            yield kind


def _head(given: list[tuple[str, Type]]) -> str:
    return ", ".join(["self", *(f"{name}: {annotation(kind)}" for name, kind in given)])


def _needs(kind: Type, wanted: Type) -> bool:
    match kind:
        case RecordType(_, fields):
            return any(_needs(item, wanted) for _, item in fields)
        case UnionType():
            return True
        case _:
            parts = getattr(kind, "items", ()) or tuple(
                part for label in ("key", "value") if (part := getattr(kind, label, None)) is not None
            )
            return kind == wanted or any(_needs(part, wanted) for part in parts)
