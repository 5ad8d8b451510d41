"""Statements of a generated model: guards, writes, branches, loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from checker.ir.types import (
    BagType,
    IntType,
    MapType,
    OptionType,
    ParamValue,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    Type,
    UnionType,
)
from tests.strategies.models.containers import binder
from tests.strategies.models.expressions import Expressions, Surroundings
from tests.strategies.models.vocabulary import BOOL, INT, NODE, ROLE, TERM, annotation

Lines = list[str]
Keyed = tuple[tuple[str, Type], ...]


@dataclass(frozen=True)
class Target:
    """A place of the state as it is written, what it holds, and whether it is a ghost's."""

    text: str
    type: Type
    ghost: bool
    guards: tuple[str, ...]


@dataclass
class Statements:
    """Writes bodies. `procedures`: helpers that change the state, with the types of their parameters."""

    write: Expressions
    procedures: dict[str, tuple[Type, ...]]

    def body(self, around: Surroundings, low: int, high: int, depth: int) -> Lines:
        """Some statements in order; locals of one are seen by the next."""
        lines: Lines = []
        for _ in range(self.write.dice.number(low, high)):
            made, around = self.one(around, depth)
            lines += made
        return lines

    def one(self, around: Surroundings, depth: int) -> tuple[Lines, Surroundings]:
        """One statement, and what is known after it."""
        dice = self.write.dice
        if dice.chance(15):
            return self.bind(around)
        if dice.chance(45):
            made = self.change(around, depth)
            return made or [], around
        makers: list[Callable[[Surroundings, int], Lines | None]] = [self.change, self.perform]
        if depth > 0:
            makers += [self.branch, self.match, self.loop, self.narrowed]
        if dice.chance(30):
            makers.append(self.guard)
        for make in dice.mixed(makers):
            made = make(around, depth)
            if made:
                return made, around
        return [], around

    # -------------------------------------------------------------- small ones

    def guard(self, around: Surroundings, depth: int) -> Lines | None:
        """`require(...)`."""
        made = self.write.of(BOOL, around, 2) if around.guards else None
        return None if made is None else [f"require({made})"]

    def bind(self, around: Surroundings) -> tuple[Lines, Surroundings]:
        """A local."""
        write = self.write
        entry = write.words.plain[0]
        kinds: tuple[Type, ...] = (
            INT, TERM, NODE, ROLE, BOOL, entry, OptionType(NODE), OptionType(TERM), OptionType(entry),
            SetType(NODE), write.words.union, SetType(entry),
            *(one.type for one in write.words.variables if not one.ghost),
        )  # fmt: skip
        kind = write.dice.pick(kinds)
        plain = replace(around, ghosts=False)
        text = write.store(kind, plain, 2)
        if text is None:
            return [], around
        name = write.fresh("l")
        note = (
            f": {annotation(kind)}"
            if write.dice.chance(70) or isinstance(kind, OptionType | UnionType)
            else ""
        )
        if isinstance(kind, IntType):
            note, kind = "", INT
        return [f"{name}{note} = {text}"], around.bind((name, kind))

    def perform(self, around: Surroundings, depth: int) -> Lines | None:
        """A call of a procedure."""
        if not self.procedures or not around.guards:
            return None
        name = self.write.dice.pick(sorted(self.procedures))
        given = [self.write.store(kind, around.inside(), 1) for kind in self.procedures[name]]
        known = [one for one in given if one is not None]
        return [f"self.{name}({', '.join(known)})"] if len(known) == len(given) else None

    # -------------------------------------------------------------- writes

    def targets(
        self, around: Surroundings, key: str | None, only: str | None
    ) -> Iterator[Callable[[], Target | None]]:
        """Every kind of place; in a loop only those with a key that is the loop's."""
        for variable in self.write.words.variables:
            if only not in (None, variable.name):
                continue
            way = f"self.{variable.name}"
            inner = around if key is None else replace(around, hidden=variable.name)
            yield from self._into(way, variable.type, variable.ghost, inner, key, (), 3)

    def _into(
        self,
        text: str,
        kind: Type,
        ghost: bool,
        around: Surroundings,
        key: str | None,
        guards: tuple[str, ...],
        depth: int,
    ) -> Iterator[Callable[[], Target | None]]:
        if key is None:
            yield lambda: Target(text, kind, ghost, guards)
        if depth == 0:
            return
        write = self.write
        match kind:
            case MapType(keys, value) | PartialType(keys, value):
                names = [name for name, held in around.locals if held == keys]
                if key is not None:
                    names = [name for name in names if name == key]
                chosen = write.dice.pick(names) if names else None
                if chosen is None and key is None:
                    chosen = write.store(keys, around.inside(), 1)
                if chosen is None:
                    return
                inner = guards
                if isinstance(kind, PartialType):
                    # Assigning the entry itself makes it.
                    here = f"{text}[{chosen}]"
                    yield lambda: Target(
                        here,
                        value,
                        ghost,
                        guards
                        if not isinstance(value, SetType | SeqType | BagType | PartialType)
                        else (*guards, f"{chosen} in {text}"),
                    )
                    inner = guards if write.risky() else (*guards, f"{chosen} in {text}")
                    yield from self._into(here, value, ghost, around, None, inner, depth - 1)
                    return
                yield from self._into(f"{text}[{chosen}]", value, ghost, around, None, inner, depth - 1)
            case RecordType(_, fields) if key is None:
                for label, item in fields:
                    yield from self._into(f"{text}.{label}", item, ghost, around, key, guards, depth - 1)
            case _:
                pass

    def change(
        self, around: Surroundings, depth: int, key: str | None = None, only: str | None = None
    ) -> Lines | None:
        """A write: in a loop over something without order, to an entry whose key is its variable."""
        for make in self.write.dice.mixed(list(self.targets(around, key, only))):
            target = make()
            if target is None:
                continue
            inner = replace(around, ghosts=target.ghost, guards=around.guards and not target.guards)
            if key is not None:
                inner = replace(inner, hidden=target.text.removeprefix("self.").split("[")[0].split(".")[0])
            made = self._change(target, inner)
            if made:
                return _guarded(target.guards, made)
        return None

    def _change(self, target: Target, around: Surroundings) -> Lines | None:
        write, dice = self.write, self.write.dice
        match target.type:
            case SetType(item):
                return self._change_set(target, item, around)
            case SeqType() as kind:
                return self._change_sequence(target, kind, around)
            case BagType() as kind:
                return self._change_bag(target, kind, around)
            case PartialType(key) if dice.chance(50):
                found = write.store(key, around, 1)
                if found is None:
                    return None
                if dice.chance(15):
                    return [f"{target.text}.clear()"]
                deleted = [f"del {target.text}[{found}]"]
                return deleted if write.risky() else _guarded((f"{found} in {target.text}",), deleted)
            case IntType(low, high) if dice.chance(50):
                step = dice.pick(("+= 1", "+= 1", "-= 1", "+= 2", "*= 2"))
                limit = "self.limit" if isinstance(high, ParamValue) else str(high)
                test = {
                    "+= 1": f"{target.text} < {limit}",
                    "-= 1": f"{target.text} > {low}",
                    "+= 2": f"{target.text} + 2 <= {limit}",
                    "*= 2": f"{low} <= {target.text} * 2 <= {limit}",
                }[step]
                change = [f"{target.text} {step}"]
                return change if write.risky() else _guarded((test,), change)
            case OptionType() if dice.chance(15):
                return [f"{target.text} = None"]
            case _:
                value = write.store(target.type, around, 2)
                return None if value is None else [f"{target.text} = {value}"]

    def _change_set(self, target: Target, item: Type, around: Surroundings) -> Lines | None:
        write, dice = self.write, self.write.dice
        value = write.store(item, around, 2)
        match dice.number(0, 14):
            case 0:
                return [f"{target.text}.clear()"]
            case 1 | 2:
                made = write.store(target.type, around, 2)
                return None if made is None else [f"{target.text} {dice.pick(('=', '|='))} {made}"]
            case 3 | 4 if value is not None:
                if dice.chance(60):
                    return [f"{target.text}.discard({value})"]
                removed = [f"{target.text}.remove({value})"]
                return removed if write.risky() else _guarded((f"{value} in {target.text}",), removed)
            case _:
                return None if value is None else [f"{target.text}.add({value})"]

    def _change_sequence(self, target: Target, kind: SeqType, around: Surroundings) -> Lines | None:
        write, dice = self.write, self.write.dice
        most = (
            "self.limit"
            if isinstance(kind.capacity, ParamValue)
            else str(write.words.capacity(kind.capacity))
        )
        value = write.store(kind.item, around, 2)
        match dice.number(0, 11):
            case 0:
                return [f"{target.text}.clear()"]
            case 1 | 2:
                end = write.of(INT, around, 1) if write.risky() else str(dice.number(0, 2))
                return None if end is None else [f"{target.text}.truncate({end})"]
            case 3 if value is not None:
                other = write.of(SeqType(kind.item, kind.capacity), around, 1)
                if other is None:
                    return None
                extended = [f"{target.text}.extend({other})"]
                return (
                    extended
                    if write.risky()
                    else _guarded((f"len({target.text}) + len({other}) <= {most}",), extended)
                )
            case 4 | 5:
                made = write.store(kind, around, 2)
                return None if made is None else [f"{target.text} = {made}"]
            case _:
                if value is None:
                    return None
                appended = [f"{target.text}.append({value})"]
                return appended if write.risky() else _guarded((f"len({target.text}) < {most}",), appended)

    def _change_bag(self, target: Target, kind: BagType, around: Surroundings) -> Lines | None:
        write, dice = self.write, self.write.dice
        most = (
            "self.limit"
            if isinstance(kind.capacity, ParamValue)
            else str(write.words.capacity(kind.capacity))
        )
        value = write.store(kind.item, around, 2)
        if value is None:
            return None
        match dice.number(0, 7):
            case 0:
                return [f"{target.text}.clear()"]
            case 1 | 2:
                removed = [f"{target.text}.remove({value})"]
                return removed if write.risky() else _guarded((f"{value} in {target.text}",), removed)
            case _:
                added = [f"{target.text}.add({value})"]
                return added if write.risky() else _guarded((f"len({target.text}) < {most}",), added)

    # -------------------------------------------------------------- blocks

    def branch(self, around: Surroundings, depth: int) -> Lines | None:
        """`if`, `elif`, `else`."""
        test = self.write.of(BOOL, around.inside(), 2)
        then = self.body(around, 1, 2, depth - 1)
        if test is None or not then:
            return None
        lines = [f"if {test}:", *_indented(then)]
        if self.write.dice.chance(30):
            other, more = self.write.of(BOOL, around.inside(), 1), self.body(around, 1, 1, depth - 1)
            lines += [] if other is None or not more else [f"elif {other}:", *_indented(more)]
        if self.write.dice.chance(40):
            last = self.body(around, 1, 1, depth - 1)
            lines += ["else:", *_indented(last)] if last else []
        return lines

    def narrowed(self, around: Surroundings, depth: int) -> Lines | None:
        """An option in a local, tested and used."""
        write = self.write
        kind = OptionType(write.dice.kind(NODE, TERM, write.words.plain[0]))
        held = write.of(kind, replace(around, ghosts=False, guards=False), 2)
        if held is None or held == "None":
            return None
        name = write.fresh("l")
        then = self.body(around.bind((name, kind.item)), 1, 2, depth - 1)
        if not then:
            return None
        return [f"{name}: {annotation(kind)} = {held}", f"if {name} is not None:", *_indented(then)]

    def match(self, around: Surroundings, depth: int) -> Lines | None:
        """`match` over a message, an enum or an option."""
        write, dice = self.write, self.write.dice
        union = write.words.union
        held = write.first(dice.mixed(write.reading(union, around, 1)))
        if held is not None and dice.chance(70):
            lines = [f"match {held}:"]
            for record in dice.some(union.records, 1, len(union.records)):
                names = [(write.fresh("p"), item) for _, item in record.fields]
                pattern = f"{record.name}({', '.join(name for name, _ in names)})"
                inner = around.bind(*names)
                if dice.chance(30) and names:
                    label, item = record.fields[0]
                    names = [(names[0][0], item)]
                    pattern, inner = f"{record.name}({label}={names[0][0]})", around.bind(*names)
                test = write.of(BOOL, inner.inside(), 1) if dice.chance(25) else None
                body = self.body(inner, 1, 2, depth - 1) or ["pass"]
                lines += [
                    f"    case {pattern}{'' if test is None else f' if {test}'}:",
                    *_indented(_indented(body)),
                ]
            return [*lines, "    case _:", "        pass"]
        held = write.first(dice.mixed(write.reading(ROLE, around, 1)))
        if held is None:
            return None
        lines = [f"match {held}:"]
        for pattern in (dice.pick(("Role.IDLE", "Role.BUSY")), dice.pick(("Role.DONE", "_"))):
            body = self.body(around, 1, 1, depth - 1) or ["pass"]
            lines += [f"    case {pattern}:", *_indented(_indented(body))]
        return lines

    def loop(self, around: Surroundings, depth: int) -> Lines | None:
        """`for`: writes that commute, or over something with an order anything."""
        write, dice = self.write, self.write.dice
        found = binder(write, around.inside(), 1)
        if found is None:
            return None
        head, names, ordered = found
        inner = around.bind(*names)
        inner = replace(inner, ghosts=False, guards=False)
        if ordered:
            body = self.body(inner, 1, 2, 0)
            if dice.chance(40):
                counter = write.fresh("l")
                test, used = write.of(BOOL, inner, 1), self.change(around.bind((counter, INT)), 0)
                if test is not None and used:
                    return [
                        f"{counter} = 0",
                        f"{head}:",
                        f"    if {test}:",
                        f"        {counter} = {counter} + 1",
                        *used,
                    ]
        else:
            own = self.change(inner, 0, names[0][0]) or self._adds(inner)
            body = own or []
        if not body:
            return None
        test = write.of(BOOL, inner, 1) if dice.chance(40) else None
        if test is not None:
            body = [f"if {test}:", *_indented(body)]
        return [f"{head}:", *_indented(body)]

    def _adds(self, around: Surroundings) -> Lines | None:
        """`self.s.add(x)`."""
        for variable in self.write.dice.mixed(self.write.words.variables):
            if isinstance(variable.type, SetType):
                # What is written must not be read in the loop.
                value = self.write.store(variable.type.item, replace(around, roots=(), ghosts=False), 1)
                if value is not None:
                    return [f"self.{variable.name}.{self.write.dice.pick(('add', 'discard'))}({value})"]
        return None


def _guarded(guards: tuple[str, ...], lines: Lines) -> Lines:
    return lines if not guards else [f"if {' and '.join(guards)}:", *_indented(lines)]


def _indented(lines: Lines) -> Lines:
    return [f"    {line}" for line in lines]
