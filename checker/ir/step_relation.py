"""A step as a relation: an expression over the state before and the state after that is true where the step
leads from one to the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from checker.ir import nodes as ir
from checker.ir.children import children, map_children, walk
from checker.ir.partiality import is_total
from checker.ir.substitution import FreshNames, NoRelation, State, Substitution
from checker.ir.type_of import type_of
from checker.ir.types import BoolType, EnumType, IntType, OptionType, QuorumType, SortType, Type
from checker.ir.written_values import Writes

BOOL = BoolType()
TRUE = ir.BoolLit(True)
FALSE = ir.BoolLit(False)

Rest = Callable[[Substitution], ir.Expr]
"""What is true after the statements so far."""


class StepRelations:
    """The relations of the steps of one model."""

    def __init__(self, model: ir.Model) -> None:
        self._names = FreshNames()
        self._writes = Writes(self._names)
        self._functions = {function.name: function for function in model.functions}
        self._procedures = {procedure.name: procedure for procedure in model.procedures}

    def of(self, step: ir.Action, before: State, after: State) -> ir.Expr:
        """Whether the step leads from one state to the other, with some arguments.

        Args:
            before, after: for each variable an atom.

        Raises:
            NoRelation: the step does something that no expression says.
        """
        start = Substitution(self._functions, self._names, before, {})

        def changed(end: Substitution) -> ir.Expr:
            equal = [ir.Eq(end.state[name], after[name], span=step.span) for name in after]
            return equal[0] if len(equal) == 1 else ir.And(tuple(equal), span=step.span)

        return self._parameters(step.parameters, start, lambda inner: self._run(step.body, inner, changed))

    # ------------------------------------------------------------------ parameters

    def _parameters(self, parameters: tuple[ir.Parameter, ...], sub: Substitution, rest: Rest) -> ir.Expr:
        """For some values of the parameters, each tried in order."""
        if not parameters:
            return rest(sub)
        first, others = parameters[0], parameters[1:]

        def given(source: ir.Expr, kind: Type, stand: Callable[[ir.Expr], ir.Expr]) -> ir.Expr:
            name = self._names.of(first.name)
            value = stand(ir.Local(name, kind, span=first.span))
            body = self._parameters(others, sub.bound(first.name, value), rest)
            binder = ir.Binder(name, kind, source, span=first.span)
            return ir.Exists((binder,), body, span=first.span)

        if first.source is not None:
            return given(sub.apply(first.source), first.type, lambda it: it)
        if not isinstance(first.type, OptionType):
            return given(_domain(first, first.type), first.type, lambda it: it)
        option = first.type
        none = sub.bound(first.name, ir.NoneLit(option, span=first.span))
        some = given(_domain(first, option.item), option.item, lambda it: ir.Widen(it, option))
        return ir.Or((self._parameters(others, none, rest), some), span=first.span)

    # ------------------------------------------------------------------ statements

    def _run(self, body: tuple[ir.Statement, ...], sub: Substitution, rest: Rest) -> ir.Expr:
        if not body:
            return rest(sub)
        head, tail = body[0], body[1:]

        def go(after: Substitution) -> ir.Expr:
            return self._run(tail, after, rest)

        match head:
            case ir.Require(condition):
                return self._value(condition, sub, lambda it: _both(it, go(sub)))
            case ir.Bind(name, kind, value):
                return self._value(value, sub, lambda it: self._bind(name, kind, it, sub, go))
            case ir.Assign(place, value):
                return self._value(value, sub, lambda it: self._assign(place, it, sub, go))
            case ir.Mutate(place, method, arguments):
                return self._mutate(place, method, arguments, sub, go, head.span)
            case ir.If(condition, then, otherwise):
                yes, no = (*then, *tail), (*otherwise, *tail)
                return self._value(
                    condition,
                    sub,
                    lambda it: ir.Ite(
                        it, self._run(yes, sub, rest), self._run(no, sub, rest), BOOL, span=head.span
                    ),
                )
            case ir.ForEach():
                raise NoRelation(
                    head.span,
                    "an abstract step has a loop of statements",
                    "write one assignment: a comprehension, any, all or sum",
                )
            case ir.Perform(name, arguments):
                return self._perform(self._procedures[name], arguments, sub, go)
            case _:
                assert_never(head)

    def _bind(self, name: str, kind: Type, value: ir.Expr, sub: Substitution, go: Rest) -> ir.Expr:
        fresh = self._names.of(name)
        return ir.Let(fresh, value, go(sub.bound(name, ir.Local(fresh, kind))), span=value.span)

    def _assign(self, place: ir.Place, value: ir.Expr, sub: Substitution, go: Rest) -> ir.Expr:
        """The value is evaluated before the keys."""
        if not place.path:
            return self._store(place.variable, value, sub, go)

        def put(atom: ir.Expr) -> ir.Expr:
            return self._path(
                place,
                sub,
                lambda path: self._store(
                    place.variable,
                    self._writes.at(sub.state[place.variable], path, lambda _: atom, strict=False),
                    sub,
                    go,
                ),
            )

        return self._writes.named("value", value, put)

    def _mutate(
        self,
        place: ir.Place,
        method: ir.Method,
        arguments: tuple[ir.Expr, ...],
        sub: Substitution,
        go: Rest,
        span: ir.Span,
    ) -> ir.Expr:
        """The keys are evaluated before the arguments."""

        def put(path: tuple[ir.Key | ir.FieldOf, ...]) -> ir.Expr:
            def changed(values: tuple[ir.Expr, ...]) -> ir.Expr:
                made = self._writes.at(
                    sub.state[place.variable],
                    path,
                    lambda held: self._writes.mutated(held, place.type, method, values, span),
                    strict=True,
                )
                return self._store(place.variable, made, sub, go)

            if not arguments:
                return changed(())
            return self._value(
                arguments[0], sub, lambda it: self._writes.named("item", it, lambda a: changed((a,)))
            )

        return self._path(place, sub, put)

    def _store(self, variable: str, value: ir.Expr, sub: Substitution, go: Rest) -> ir.Expr:
        fresh = self._names.of(variable)
        kind = type_of(sub.state[variable])
        if type_of(value) != kind:
            value = ir.Fit(value, kind, span=value.span)
        return ir.Let(fresh, value, go(sub.written(variable, ir.Local(fresh, kind))), span=value.span)

    def _path(
        self, place: ir.Place, sub: Substitution, rest: Callable[[tuple[ir.Key | ir.FieldOf, ...]], ir.Expr]
    ) -> ir.Expr:
        """A place with its keys evaluated, once and in order."""

        def over(done: tuple[ir.Key | ir.FieldOf, ...], left: tuple[ir.Key | ir.FieldOf, ...]) -> ir.Expr:
            if not left:
                return rest(done)
            step, others = left[0], left[1:]
            if isinstance(step, ir.FieldOf):
                return over((*done, step), others)
            return self._value(
                step.key,
                sub,
                lambda it: self._writes.named("at", it, lambda atom: over((*done, ir.Key(atom)), others)),
            )

        return over((), place.path)

    def _perform(
        self, procedure: ir.Procedure, arguments: tuple[ir.Expr, ...], sub: Substitution, go: Rest
    ) -> ir.Expr:
        inner = replace(sub, locals={})

        def bound(number: int, inside: Substitution) -> ir.Expr:
            if number == len(arguments):
                done = procedure.body
                return self._run(done, inside, lambda end: go(replace(end, locals=sub.locals)))
            parameter = procedure.parameters[number]
            return self._value(
                arguments[number],
                sub,
                lambda it: self._bind(
                    parameter.name, parameter.type, it, inside, lambda after: bound(number + 1, after)
                ),
            )

        return bound(0, inner)

    def _value(self, expr: ir.Expr, sub: Substitution, rest: Callable[[ir.Expr], ir.Expr]) -> ir.Expr:
        """`rest` of a value; false where `present` in it finds nothing."""
        present = next((node for node in walk(expr) if isinstance(node, ir.Present)), None)
        if present is None:
            return rest(sub.apply(expr))
        if not self._comes_first(expr, present):
            raise NoRelation(
                present.span,
                "'present' stands inside an expression of an abstract step",
                "give it a name first: x = present(...)",
            )

        def given(atom: ir.Expr) -> ir.Expr:
            name, kind = self._names.of("some"), type_of(present)
            inner = sub.bound(name, ir.Local(name, kind))
            done = rest(inner.apply(_replaced(expr, present, ir.Local(name, kind, span=present.span))))
            there = ir.Let(name, ir.Unwrap(atom, span=present.span), done, span=present.span)
            return _both(ir.Not(ir.IsNone(atom, span=present.span), span=present.span), there)

        return self._writes.named("option", sub.apply(present.item), given)

    def _comes_first(self, expr: ir.Expr, present: ir.Present) -> bool:
        """Whether nothing is evaluated before `present` that could have no value."""
        if expr is present:
            return True
        for child in children(expr):
            if any(node is present for node in walk(child)):
                return self._comes_first(child, present)
            if not is_total(child, self._functions):
                return False
        return False


def _replaced(expr: ir.Expr, old: ir.Expr, new: ir.Expr) -> ir.Expr:
    return new if expr is old else map_children(lambda child: _replaced(child, old, new), expr)


def _both(condition: ir.Expr, then: ir.Expr) -> ir.Expr:
    if then == TRUE:
        return condition
    items = then.items if isinstance(then, ir.And) else (then,)
    return ir.And((condition, *items), span=condition.span)


def _domain(parameter: ir.Parameter, kind: Type) -> ir.Expr:
    if isinstance(kind, SortType | EnumType | BoolType | QuorumType) or (
        isinstance(kind, IntType) and kind.low is not None and kind.high is not None
    ):
        return ir.Domain(kind, span=parameter.span)
    raise NoRelation(
        parameter.span,
        f"the parameter '{parameter.name}' of an abstract action has a compound type",
        "take its parts as parameters, each of a sort, an enum, bool or a range",
    )
