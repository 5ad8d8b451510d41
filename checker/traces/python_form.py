"""A trace as a Python program: it calls the model's methods, one a step, and asserts what each changed.

The text of a trace may come from a stranger's file and the program is meant to be run, so everything that
becomes code is checked to be a plain name or a value; what is not raises PythonFormError.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never

from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, in_order, member_of, show
from checker.traces.trace import (
    Attempt,
    Change,
    Element,
    Field,
    Index,
    Key,
    PathPart,
    State,
    Step,
    Trace,
    changes,
    show_path,
)

Ending: TypeAlias = Literal[
    "invariant", "step_invariant", "refinement", "deadlock", "assumption", "evaluation"
]
LINE_MAX = 110


class PythonFormError(ValueError):
    """A trace cannot be written as a program; the message says what in it is in the way."""


@dataclass(slots=True)
class _Printer:
    """Prints values and remembers the names to import."""

    names: Mapping[str, str]
    used: set[str] = field(default_factory=set[str])

    def name(self, name: str) -> str:
        """A name that stands in the program, imported from a module."""
        self.used.add(identifier(name))
        return name

    def text(self, value: str) -> str:
        """A member or enum member."""
        if value in self.names:
            expression = self.names[value]
            self.name(expression.split(".")[0].split("(")[0])
            return expression
        member = member_of(value)
        if member is None:
            fix = 'pass its Python expression in names, such as {"LEADER": "Role.LEADER"}'
            raise PythonFormError(f"{show(value)} is neither a numbered member nor in names; {fix}")
        return f"{self.name(member[0])}({member[1]})"

    def value(self, value: Plain) -> str:
        """An expression that makes the value; all but maps and bags may be elements and keys of others."""
        match value:
            case None | bool() | int():
                return str(value)
            case str():
                return self.text(value)
            case tuple():
                return self._items(value)
            case PlainTuple():
                return self._items(value.items)
            case frozenset():
                if not value:
                    return "frozenset()"
                return "frozenset({" + ", ".join([self.value(item) for item in in_order(value)]) + "})"
            case PlainRecord():
                fields = [f"{identifier(name)}={self.value(item)}" for name, item in value.fields]
                return f"{self.name(value.name)}({', '.join(fields)})"
            case PlainMap():
                return (
                    "{"
                    + ", ".join([f"{self.value(key)}: {self.value(item)}" for key, item in value.items])
                    + "}"
                )
            case PlainBag():
                return "{" + ", ".join([f"{self.value(item)}: {count}" for item, count in value.items]) + "}"
            case _:
                assert_never(value)

    def _items(self, items: tuple[Plain, ...]) -> str:
        comma = "," if len(items) == 1 else ""
        return "(" + ", ".join([self.value(item) for item in items]) + comma + ")"


def identifier(name: str) -> str:
    """The name, which can stand in a program as it is."""
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) or keyword.iskeyword(name):
        raise PythonFormError(f"{show(name)} is not a name of Python")
    if name.startswith("__"):
        raise PythonFormError(f"{name} is a name that Python keeps for itself")
    return name


def to_python(
    trace: Trace,
    names: Mapping[str, str] | None = None,
    ending: Ending | None = None,
    modules: Mapping[str, str] | None = None,
) -> str:
    """The text of the program, ended by a newline. Raises PythonFormError.

    `names` gives the Python expression of a text such as `{"LEADER": "Role.LEADER"}`; a text that is not
    there has the form `Acceptor12` and becomes `Acceptor(12)`. `modules` says from where to import a name;
    the default is the module of the model. `ending` is the kind of the violation; by default an invariant if
    the trace has a property.
    """
    module, colon, model = trace.model.partition(":")
    if not colon:
        raise PythonFormError(
            f"{show(trace.model)} does not name a model as module:Class; other tools' traces do not"
        )
    module = ".".join([identifier(part) for part in module.split(".")])
    printer = _Printer(names or {})
    printer.name(model)
    if ending is None and trace.attempt is not None:
        ending = "evaluation"
    elif ending is None and trace.property is not None:
        ending = "invariant"
    if ending == "step_invariant" and not trace.steps:
        raise PythonFormError("a trace without steps violates no step invariant")
    body = _start(trace, printer, ending)
    for number in range(1, len(trace.steps) + 1):
        last_of_pair = ending in ("step_invariant", "refinement") and number == len(trace.steps)
        body += _step(trace, number, printer, "old = copy.deepcopy(m)" if last_of_pair else None)
    body += _end(trace, printer, ending)
    head = [f'"""{_title(trace, ending)}"""', ""]
    if ending in ("step_invariant", "refinement") and trace.steps:
        head += ["import copy", ""]
    return "\n".join([*head, *_imports(printer.used, module, modules or {}), "", *body]) + "\n"


def _title(trace: Trace, ending: Ending | None) -> str:
    count = "1 step" if len(trace.steps) == 1 else f"{len(trace.steps)} steps"
    of = f" of {identifier(trace.property)}" if trace.property is not None else ""
    match ending:
        case "invariant" | "step_invariant" | "refinement":
            goal = f"to a violation{of}"
        case "evaluation":
            goal = f"to a failing evaluation{of}"
        case "assumption":
            goal = f"to a broken assumption{of}"
        case "deadlock":
            goal = "to a deadlock"
        case None:
            goal = "of a behaviour"
        case _:
            assert_never(ending)
    return f"{trace.model}: {count} {goal}."


def _imports(used: set[str], module: str, modules: Mapping[str, str]) -> list[str]:
    groups: dict[str, list[str]] = {}
    for name in sorted(used):
        groups.setdefault(modules.get(name, module), []).append(name)
    lines: list[str] = []
    for source, names in sorted(groups.items()):
        line = f"from {source} import {', '.join(names)}"
        lines += (
            [line]
            if len(line) <= LINE_MAX
            else [f"from {source} import (", *[f"    {n}," for n in names], ")"]
        )
    return lines


def _numbers(numbers: tuple[tuple[str, int], ...]) -> str:
    return "{" + ", ".join([f'"{identifier(name)}": {number}' for name, number in numbers]) + "}"


def _call(step: Step | Attempt, printer: _Printer) -> str:
    for name, _ in step.arguments:
        identifier(name)
    return f"m.{identifier(step.action)}({', '.join([printer.value(value) for _, value in step.arguments])})"


def _guarded(call: str) -> list[str]:
    return [
        "try:",
        f"    {call}",
        "except Exception as error:",
        '    print(f"{type(error).__name__}: {error}")',
        "else:",
        '    raise AssertionError("this was expected to fail")',
    ]


def _start(trace: Trace, printer: _Printer, ending: Ending | None) -> list[str]:
    model = trace.model.partition(":")[2]
    arguments = [
        f"{name}={_numbers(numbers)}"
        for name, numbers in (("scope", trace.scope), ("params", trace.params), ("faults", trace.faults))
        if numbers
    ]
    make = f"{model}.at({', '.join(arguments)})"
    if ending == "assumption":
        return _guarded(make)
    lines = [f"m = {make}"]
    if trace.initial.action != "init" or trace.initial.arguments:
        chosen = [f"{identifier(name)}={printer.value(value)}" for name, value in trace.initial.arguments]
        lines.append(f"m.start({', '.join([repr_name(trace.initial.action), *chosen])})")
    return lines


def repr_name(name: str) -> str:
    """A name as a text of Python."""
    return f'"{identifier(name)}"'


def _step(trace: Trace, number: int, printer: _Printer, before_call: str | None) -> list[str]:
    step = trace.steps[number - 1]
    note = (
        f"# {number}" if step.kind == "action" else f"# {number}, {re.sub(r'[^A-Za-z0-9_:]', '?', step.kind)}"
    )
    lines = ["", note]
    if before_call is not None:
        lines.append(before_call)
    lines.append(_call(step, printer))
    found = changes(trace.states[number - 1], step.state)
    if not found:
        lines.append("# changes nothing")
    asserted: dict[str, None] = {}
    for change in found:
        asserted.update(dict.fromkeys(_assertions(change, step.state, printer)))
    return [*lines, *asserted]


def _assertions(change: Change, after: State, printer: _Printer) -> list[str]:
    """Statements that hold after the step and speak of what it changed."""
    if change.parts and isinstance(change.parts[-1], Element):
        place = _place(change.variable, change.parts[:-1], printer)
        return [
            f"assert {place}.count({printer.value(change.parts[-1].item)}) == {printer.value(change.new[0])}"
        ]
    if change.entry and change.kind == "removed":
        key = change.parts[-1]
        assert isinstance(key, Key), "an entry stands under a key"
        place = _place(change.variable, change.parts[:-1], printer)
        return [f"assert {printer.value(key.key)} not in {place}"]
    place = _place(change.variable, change.parts, printer)
    if change.kind in ("appended", "truncated"):
        whole = _at(dict(after)[change.variable], change.parts)
        assert isinstance(whole, tuple), "only sequences grow and shrink at their end"
        lines = [f"assert len({place}) == {len(whole)}"]
        first = len(whole) - len(change.new)
        return lines + [
            f"assert {place}[{first + i}] == {printer.value(v)}" for i, v in enumerate(change.new)
        ]
    if change.kind == "added" and not change.entry:
        return [f"assert {printer.value(value)} in {place}" for value in change.new]
    if change.kind == "removed":
        return [f"assert {printer.value(value)} not in {place}" for value in change.old]
    return _equalities(place, change.new[0], printer)


def _equalities(place: str, value: Plain, printer: _Printer) -> list[str]:
    """The place has the value; collections are compared by their parts."""
    match value:
        case None | bool():
            return [f"assert {place} is {value}"]
        case int() | str() | PlainRecord() | PlainTuple():
            return [f"assert {place} == {printer.value(value)}"]
        case tuple() | PlainMap() | PlainBag() | frozenset():
            items = value if isinstance(value, (tuple, frozenset)) else value.items
            lines = [] if isinstance(value, PlainBag) else [f"assert len({place}) == {len(items)}"]
            if isinstance(value, frozenset):
                return lines + [f"assert {printer.value(item)} in {place}" for item in in_order(value)]
            if isinstance(value, PlainBag):
                return [
                    f"assert {place}.count({printer.value(item)}) == {count}" for item, count in value.items
                ]
            keys = [str(i) for i in range(len(value))] if isinstance(value, tuple) else []
            pairs = (
                list(zip(keys, value, strict=True))
                if isinstance(value, tuple)
                else [(printer.value(key), item) for key, item in value.items]
            )
            for key, item in pairs:
                lines += _equalities(f"{place}[{key}]", item, printer)
            return lines
        case _:
            assert_never(value)


def _place(variable: str, parts: tuple[PathPart, ...], printer: _Printer) -> str:
    text = f"m.{identifier(variable)}"
    for part in parts:
        match part:
            case Key():
                text += f"[{printer.value(part.key)}]"
            case Index():
                text += f"[{part.index}]"
            case Field():
                text += f".{identifier(part.name)}"
            case Element():
                raise AssertionError(f"nothing stands inside {show_path(variable, parts)}")
            case _:
                assert_never(part)
    return text


def _at(value: Plain, parts: tuple[PathPart, ...]) -> Plain:
    """What stands at a place of a state."""
    for part in parts:
        match part, value:
            case Key(key), PlainMap():
                value = dict(value.items)[key]
            case Index(index), tuple():
                value = value[index]
            case Index(index), PlainTuple():
                value = value.items[index]
            case Field(name), PlainRecord():
                value = value.get(name)
            case _:
                raise AssertionError("the path of a change leads through the state")
    return value


def _end(trace: Trace, printer: _Printer, ending: Ending | None) -> list[str]:
    where = "m" if trace.property is None else f"m.{identifier(trace.property)}"
    match ending:
        case None | "assumption":
            return []
        case "invariant":
            return ["", f"assert not {where}()"]
        case "step_invariant":
            return ["", f"assert not {where}(old)"]
        case "refinement" if not trace.steps:
            return ["", f"# {where}() is no state that the abstract model begins in."]
        case "refinement":
            return ["", *_no_step(where)]
        case "deadlock":
            return ["", "# Here no action is enabled."]
        case "evaluation":
            return ["", *_guarded(f"{where}()" if trace.attempt is None else _call(trace.attempt, printer))]
        case _:
            assert_never(ending)


def _no_step(mapping: str) -> list[str]:
    """The abstract model leads from no state before a step to the one after it."""
    return [
        f"before, after = {mapping.replace('m.', 'old.', 1)}(), {mapping}()",
        "assert after.state != before.state",
        "for step in before.enabled():",
        "    other = before.fork()",
        "    getattr(other, step.action)(**step.arguments)",
        "    assert after.state != other.state",
    ]
