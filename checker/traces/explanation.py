"""Why a property is false in a state (or on a step): its smallest false part, with the values of what it
reads.

`explain` descends into the part that decides: the first false conjunct, the first failing binding of an
`all`, every side of a false `or`, the body of a helper. It gives a tree, and a text of one to a few lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.children import children, free_locals
from checker.ir.evaluate import EvaluationError, Evaluator
from checker.ir.printer import show
from checker.ir.type_of import is_ordered_source, type_of
from checker.ir.universe import State, Universe, Value
from checker.traces.value_text import ValueText

LONGEST_VALUE = 120
"""Values whose text is longer are cut: a set of messages may fill pages."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a part has its value. `labels` say what was bound on the way into `parts` (`v = Value1`, `in
    chosen(...)`); `given` are antecedents that are true; `reads` are values that a smallest part looked
    at."""

    text: str
    file: str
    line: int
    value: bool
    labels: tuple[str, ...] = ()
    reads: tuple[tuple[str, str], ...] = ()
    note: str | None = None
    given: tuple[Reason, ...] = ()
    parts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a property is false: the tree, and the same as text."""

    property: str
    file: str
    line: int
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part is evaluated."""

    state: State
    old: State | None
    local: Mapping[str, Value]
    span: ir.Span

    def bind(self, named: Mapping[str, Value]) -> _Place:
        return _Place(self.state, self.old, {**self.local, **named}, self.span)

    def near(self, span: ir.Span) -> _Place:
        """The place of a part; one without a span of its own stands where the whole stands."""
        return _Place(self.state, self.old, self.local, span) if span.file else self


def explain(
    model: ir.Model,
    universe: Universe,
    property: ir.Property,
    state: State,
    old: State | None = None,
    evaluator: Evaluator | None = None,
) -> Explanation:
    """Why `property` is false in `state` (`old` the state before, for a property of steps)."""
    explainer = _Explainer(model, universe, evaluator or Evaluator(model, universe))
    span = property.body.span if property.body.span.file else property.span
    reason = explainer.why(property.body, _Place(state, old, {}, span))
    assert reason.value is False, f"{property.name} is true: there is nothing to explain"
    text = "\n".join(_render(f"{property.name} is false at {span.file}:{span.line}", reason))
    return Explanation(property.name, span.file, span.line, reason, text)


class _Explainer:
    def __init__(self, model: ir.Model, universe: Universe, evaluator: Evaluator) -> None:
        self._functions = {function.name: function for function in model.functions}
        self._evaluator = evaluator
        self._text = ValueText(universe)

    def _value(self, expr: ir.Expr, place: _Place) -> Value:
        return self._evaluator.evaluate(expr, place.state, place.old, place.local)

    def _show(self, expr: ir.Expr, value: Value) -> str:
        text = self._text.show(value, type_of(expr))
        return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."

    def _reason(
        self,
        expr: ir.Expr,
        place: _Place,
        value: bool,
        *parts: Reason,
        labels: tuple[str, ...] = (),
        note: str | None = None,
        given: tuple[Reason, ...] = (),
    ) -> Reason:
        span = place.span
        return Reason(show(expr), span.file, span.line, value, labels, (), note, given, parts)

    def why(self, expr: ir.Expr, place: _Place) -> Reason:
        """Why a boolean expression has the value that it has."""
        place = place.near(expr.span)
        value = bool(self._value(expr, place))
        match expr:
            case ir.Not(ir.Eq() | ir.Contains() | ir.IsNone() as item):
                return self._leaf(expr, item, place, value)
            case ir.Not(item):
                return self._reason(expr, place, value, self.why(item, place))
            case ir.And(items) | ir.Or(items):
                return self._connective(expr, items, place, value)
            case ir.Ite(condition, then, otherwise):
                met = bool(self._value(condition, place))
                taken = self.why(then if met else otherwise, place)
                return self._reason(expr, place, value, taken, given=(self.why(condition, place),))
            case ir.Let(name, given, body):
                bound = self._value(given, place)
                label = f"{name} = {self._show(given, bound)}"
                return self._reason(
                    expr, place, value, self.why(body, place.bind({name: bound})), labels=(label,)
                )
            case ir.Call():
                return self._call(expr, place, value)
            case ir.Forall() | ir.Exists():
                return self._quantifier(expr, place, value)
            case ir.Widen(item) | ir.Narrow(item) | ir.Fit(item):
                return self.why(item, place)
            case _:
                return self._leaf(expr, expr, place, value)

    # -------------------------------------------------------------- inner parts

    def _connective(
        self, expr: ir.And | ir.Or, items: tuple[ir.Expr, ...], place: _Place, value: bool
    ) -> Reason:
        """One item decides (a false one of `and`, a true one of `or`), or all of them do."""
        decides = isinstance(expr, ir.Or)
        if value is decides:
            item = next(item for item in items if bool(self._value(item, place)) is decides)
            return self._reason(expr, place, value, self.why(item, place))
        reasons = [self.why(item, place) for item in items]
        if decides and any(isinstance(item, ir.Not) for item in items[:-1]):
            # An implication: the negated items are antecedents, which are true.
            pairs = list(zip(items, reasons, strict=True))
            given = [self.why(item.item, place) for item in items[:-1] if isinstance(item, ir.Not)]
            rest = [reason for item, reason in pairs if not isinstance(item, ir.Not) or item is items[-1]]
            return self._reason(expr, place, value, *rest, given=tuple(given))
        return self._reason(expr, place, value, *reasons)

    def _call(self, expr: ir.Call, place: _Place, value: bool) -> Reason:
        function = self._functions[expr.function]
        arguments = [self._value(item, place) for item in expr.arguments]
        names = [parameter.name for parameter in function.parameters]
        shown = [self._show(item, got) for item, got in zip(expr.arguments, arguments, strict=True)]
        state = place.state if expr.when is ir.When.NOW else place.old
        assert state is not None, "the old state is read on steps only"
        inside = _Place(state, None, dict(zip(names, arguments, strict=True)), function.body.span).near(
            function.span
        )
        inside = inside.near(function.body.span)
        before = "" if expr.when is ir.When.NOW else "old."
        label = f"in {before}{expr.function}({', '.join(map('='.join, zip(names, shown, strict=True)))})"
        return self._reason(expr, place, value, self.why(function.body, inside), labels=(label,))

    def _bindings(self, binders: tuple[ir.Binder, ...], place: _Place) -> Iterator[dict[str, Value]]:
        """The bindings that pass the filters, in a fixed order. Those where a filter has no value are left
        out."""
        if not binders:
            yield {}
            return
        binder, *rest = binders
        values = self._value(binder.source, place)
        if not is_ordered_source(type_of(binder.source)):
            values = self._text.sort(values, binder.type)
        for value in values:
            inside = place.bind({binder.name: value})
            try:
                kept = all(self._value(item, inside) for item in binder.filters)
            except EvaluationError:
                continue
            if kept:
                for others in self._bindings(tuple(rest), inside):
                    yield {binder.name: value, **others}

    def _quantifier(self, expr: ir.Forall | ir.Exists, place: _Place, value: bool) -> Reason:
        """A binding decides when an `all` is false or an `any` is true; else none did."""
        decides = isinstance(expr, ir.Exists)
        found = list(self._bindings(expr.binders, place))
        if value is decides:
            for named in found:
                try:
                    met = bool(self._value(expr.body, place.bind(named)))
                except EvaluationError:
                    continue
                if met is decides:
                    return self._bound(expr, named, place, value)
        if len(found) == 1 and value is not decides:
            return self._bound(expr, found[0], place, value)
        return self._reason(expr, place, value, note=self._count_note(expr, len(found), place))

    def _bound(
        self, expr: ir.Forall | ir.Exists, named: dict[str, Value], place: _Place, value: bool
    ) -> Reason:
        labels = tuple(
            f"{binder.name} = {self._text.show(named[binder.name], binder.type)}" for binder in expr.binders
        )
        inside = place.bind(named)
        filters = (item for binder in expr.binders for item in binder.filters)
        given = tuple(self.why(item, inside) for item in filters)
        return self._reason(expr, place, value, self.why(expr.body, inside), labels=labels, given=given)

    def _count_note(self, expr: ir.Forall | ir.Exists, kept: int, place: _Place) -> str:
        names = ", ".join(binder.name for binder in expr.binders)
        plain = tuple(ir.Binder(item.name, item.type, item.source) for item in expr.binders)
        filtered = any(binder.filters for binder in expr.binders)
        if kept == 0:
            if filtered and any(True for _ in self._bindings(plain, place)):
                return f"no {names} passes the filters"
            return f"there is no {names}: the domain is empty"
        which = "that pass the filters " if filtered else ""
        quantity = "none" if isinstance(expr, ir.Exists) else "each"
        return f"for {quantity} of the {kept} values of {names} {which}".rstrip()

    # -------------------------------------------------------------- smallest parts

    def _leaf(self, expr: ir.Expr, reading: ir.Expr, place: _Place, value: bool) -> Reason:
        span = place.span
        reads = dict(self._reads(reading, place))
        return Reason(show(expr), span.file, span.line, value, (), tuple(reads.items()))

    def _reads(self, expr: ir.Expr, place: _Place) -> Iterator[tuple[str, str]]:
        """The values of the parts of a smallest part, and of what arithmetic on them reads."""
        bound = frozenset(place.local)
        for child in children(expr):
            if isinstance(child, ir.Widen | ir.Narrow | ir.Fit):
                yield from self._reads(child, place)
            elif isinstance(child, _CONSTANTS) or not _closed(child, bound):
                continue
            else:
                try:
                    value = self._value(child, place)
                except EvaluationError:
                    continue
                yield show(child), self._show(child, value)
                if isinstance(child, _COMPUTED):
                    yield from self._reads(child, place)


_CONSTANTS = (ir.BoolLit, ir.IntLit, ir.EnumLit, ir.NoneLit, ir.EndMember, ir.Domain, ir.SizeOf)
_COMPUTED = (ir.Arith, ir.FloorDiv, ir.Mod, ir.Size, ir.SetOp, ir.Neighbour, ir.Position)


def _closed(expr: ir.Expr, bound: frozenset[str]) -> bool:
    return free_locals(expr) <= bound


# ------------------------------------------------------------------ text


def _render(head: str | None, reason: Reason) -> list[str]:
    """The head with the way to the smallest part, then what was given on it, then further parts."""
    labels: list[str] = []
    given: list[Reason] = []
    top = reason
    while True:
        labels.extend(reason.labels)
        given.extend(reason.given)
        if len(reason.parts) != 1:
            break
        (reason,) = reason.parts
    if head is None and reason is not top:
        head = _stated(top)
    way = f" {_way(labels)}" if labels else ""
    sentence = _sentence(reason, labels)
    lines = [sentence if head is None else f"{head}{way}: {sentence}"]
    for item in (*given, *reason.parts):
        lines.extend(f"  {line}" for line in _render(None, item))
    return lines


def _way(labels: list[str]) -> str:
    """`for v = Value1, w = Value2, in chosen(v=Value1), for a = Acceptor1`."""
    text, within = "", False
    for label in labels:
        helper = label.startswith("in ")
        lead = label if helper or within else f"for {label}"
        text += f", {lead}" if text else lead
        within = not helper
    return text


def _sentence(reason: Reason, labels: list[str]) -> str:
    known = set(labels)
    reads = [f"{text} = {value}" for text, value in reason.reads if f"{text} = {value}" not in known]
    shown = f" ({', '.join(reads)})" if reads else ""
    note = f" ({reason.note})" if reason.note else ""
    return f"{_stated(reason)}{shown}{note}"


def _stated(reason: Reason) -> str:
    """`v == w is False`; what would read oddly before `is` gets parentheses."""
    text = reason.text
    loose = text.endswith("None") or (not text.endswith(")") and (" or " in text or " and " in text))
    return f"({text}) is {reason.value}" if loose else f"{text} is {reason.value}"
