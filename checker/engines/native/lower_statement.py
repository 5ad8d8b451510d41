"""Lowering of statements. A step works on `t`, its own copy of the state `s`; variables not written yet are
read from
`s`, which never changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from checker.engines.native.forms import Shape
from checker.engines.native.iteration import loop
from checker.engines.native.lower_binder import filtered
from checker.engines.native.lower_place import mutate, write
from checker.engines.native.lowered import Block, Env, Val
from checker.engines.native.streams import realise, stream_of
from checker.engines.native.type_algebra import conformed, loosened
from checker.ir import nodes as ir
from checker.ir.children import Footprints, walk_statements
from checker.ir.partiality import is_total
from checker.ir.types import Type

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering


class Statements:
    """Lowers the statements of one action, initial or procedure call."""

    def __init__(self, low: Lowering, footprints: Footprints, body: tuple[ir.Statement, ...]) -> None:
        self.low = low
        self.footprints = footprints
        counts: dict[str, int] = {}
        types: dict[str, Type] = {}
        for statement in walk_statements(body):
            if isinstance(statement, ir.Bind):
                counts[statement.name] = counts.get(statement.name, 0) + 1
                types[statement.name] = statement.type
        # A name bound in more than one place is one variable of C, declared where it can be seen by all.
        self.shared = {name: types[name] for name, count in counts.items() if count > 1}
        self._carried(body)

    def _carried(self, body: tuple[ir.Statement, ...]) -> None:
        """Names bound inside a loop or branch may be read after it."""
        for statement in walk_statements(body):
            blocks: tuple[ir.Statement, ...] = ()
            match statement:
                case ir.If(_, then, otherwise):
                    blocks = (*then, *otherwise)
                case ir.ForEach(body=inside):
                    blocks = inside
                case _:
                    pass
            for inner in walk_statements(blocks):
                if isinstance(inner, ir.Bind):
                    self.shared[inner.name] = inner.type

    def declare(self, env: Env, out: Block) -> Env:
        """Declares the names that are bound in more than one place or inside blocks."""
        for name, kind in self.shared.items():
            loose = loosened(self.low.resolve(kind))
            variable = self.low.names.fresh(f"v_{name}")
            out.add(f"{self.low.c(loose)} {variable};", f"memset(&{variable}, 0, sizeof {variable});")
            env = env.bind(name, Val(loose, variable, stable=False, place=True))
        return env

    def block(self, body: tuple[ir.Statement, ...], env: Env, out: Block) -> Env:
        """Statements in order; the surroundings after them."""
        for statement in body:
            env = self.statement(statement, env, out)
        return env

    def statement(self, statement: ir.Statement, env: Env, out: Block) -> Env:
        """One statement."""
        low = self.low
        match statement:
            case ir.Require(condition):
                text = low.condition(condition, env, out)
                out.add(f"if (!({text})) {{ {env.disable} }}")
                return env
            case ir.Bind():
                return self._bind(statement, env, out)
            case ir.Assign(place, value):
                held = low.value(value, env, out)
                after = self._written(statement, env)

                def change(text: str, kind: Type, block: Block) -> None:
                    block.add(f"{text} = {low.store(held, kind, env, block, value).text};")

                # What is read after the write may be what was written; the value itself was read before.
                if not held.stable:
                    held = self._kept(held, out)
                write(low, place, env, out, change, strict=False)
                return after
            case ir.Mutate():
                mutate(low, statement, env, out)
                return self._written(statement, env)
            case ir.If():
                return self._if(statement, env, out)
            case ir.ForEach():
                return self._for_each(statement, env, out)
            case ir.Perform(name, arguments):
                return self._perform(name, arguments, env, out)
            case _:
                assert_never(statement)

    def _written(self, statement: ir.Statement, env: Env) -> Env:
        written = self.footprints.of_statement(statement).writes
        return replace(env, written=env.written | written)

    def _kept(self, value: Val, out: Block) -> Val:
        """A value that no later write changes: a variable. Lists in scratch memory are never in the state
        and do not change once they are complete: whoever holds one holds it for good."""
        return self.low.stable(value, out)

    def _bind(self, statement: ir.Bind, env: Env, out: Block) -> Env:
        low = self.low
        if statement.name not in self.shared and is_total(statement.value, low.functions):
            stream = stream_of(low, statement.value, env, out)
            if stream is not None:
                stream = realise(low, stream, out, f"v_{statement.name}")
                return replace(env, streams={**env.streams, statement.name: stream})
        value = self._kept(low.value(statement.value, env, out), out)
        if statement.name in self.shared:
            variable = env.names[statement.name]
            out.add(f"{variable.text} = {low.at(low.conform(value, statement.type), variable.type)};")
            return env
        if not value.text.startswith("v_") and low.shape(value.type) is not Shape.LIST:
            name = low.names.fresh(f"v_{statement.name}")
            out.add(f"const {low.c(value.type)} {name} = {value.text};")
            value = replace(value, text=name, place=True, parts=None, inner=None)
        return env.bind(statement.name, low.conform(value, statement.type))

    def _if(self, statement: ir.If, env: Env, out: Block) -> Env:
        condition = self.low.condition(statement.condition, env, out)
        with out.braces(f"if ({condition})") as inside:
            first = self.block(statement.then, env, inside)
        second = env
        if statement.otherwise:
            out.lines[-1] += " else {"
            inside = out.inner()
            second = self.block(statement.otherwise, env, inside)
            out.take(inside)
            out.add("}")
        return replace(env, written=env.written | first.written | second.written)

    def _for_each(self, statement: ir.ForEach, env: Env, out: Block) -> Env:
        """The source is what it was when the loop began; the body may write, so all it writes is read from
        `t`."""
        low, binder = self.low, statement.binder
        source = binder.source
        after = self._written(statement, env)

        def body(element: Val, inside: Block) -> None:
            element = self._kept(element, inside)
            bound = after.bind(binder.name, element)
            filtered(
                low, binder.filters, bound, inside, lambda block: self._run(statement.body, bound, block)
            )

        if isinstance(source, ir.Domain | ir.IntRange):
            loop(low, source, env, out, body, binder.name)
        else:
            from checker.engines.native.gathering import gathered
            from checker.engines.native.iteration import visit

            if isinstance(source, ir.MapView | ir.Enumerate | ir.Zip):
                held = gathered(low, source, True, env, out)
            else:
                held = self._kept(low.value(source, env, out), out)
            visit(low, held, out, body, binder.name)
        return after

    def _run(self, body: tuple[ir.Statement, ...], env: Env, out: Block) -> None:
        self.block(body, env, out)

    def _perform(self, name: str, arguments: tuple[ir.Expr, ...], env: Env, out: Block) -> Env:
        """A procedure, lowered where it is called."""
        low = self.low
        procedure = low.procedures[name]
        values = [self._kept(low.value(argument, env, out), out) for argument in arguments]
        names = {parameter.name: value for parameter, value in zip(procedure.parameters, values, strict=True)}
        with out.braces("") as inside:
            called = Statements(low, self.footprints, procedure.body)
            bound = called.declare(replace(env, names=names, streams={}), inside)
            after = called.block(procedure.body, bound, inside)
        return replace(env, written=after.written)


__all__ = ["Statements", "conformed"]
