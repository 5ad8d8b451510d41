"""What is left of a model's steps without ghosts, on which no step depends: a mistake that changes nothing of
that changes no behaviour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.children import expressions_of, free_locals, walk
from checker.ir.mutation.mutant import Code, Mutant
from checker.ir.mutation.sites import Body
from checker.ir.mutation.variants import Callers


class Behaviour:
    """A model's steps without ghosts."""

    def __init__(self, model: ir.Model) -> None:
        self._ghosts = frozenset(one.name for one in model.variables if one.ghost)
        self._procedures = {one.name: one for one in model.procedures}
        self._of_procedures: dict[str, Body] = {}
        every: tuple[Code, ...] = (*model.actions, *model.initials, *model.procedures)
        self._declared = {one.name: one for one in every}
        rest = replace(
            model,
            actions=tuple([replace(one, body=self._of(one.body)) for one in model.actions]),
            initials=tuple([replace(one, body=self._of(one.body)) for one in model.initials]),
            procedures=tuple([replace(one, body=self._of(one.body)) for one in model.procedures]),
        )
        self._called = frozenset(one.name for one in Callers(rest).reached())

    def is_changed(self, mutant: Mutant) -> bool:
        """Whether a mistake changes more than ghosts."""
        changed = mutant.changed
        if not self._ghosts:
            return True
        if changed.name not in self._called:
            return False
        if isinstance(changed, ir.Function):
            return True
        before = self._declared[changed.name]
        assert not isinstance(before, ir.Function), "a mistake does not change what a declaration is"
        return self._of(changed.body) != self._of(before.body)

    def _of(self, body: Body) -> Body:
        return self._block(body, frozenset())[0]

    def _block(self, body: Body, read: frozenset[str]) -> tuple[Body, frozenset[str]]:
        """What is left of statements, and the locals that are read before it; `read` are those after it."""
        kept: list[ir.Statement] = []
        for statement in reversed(body):
            left, read = self._statement(statement, read)
            if left is not None:
                kept.append(left)
        return tuple(reversed(kept)), read

    def _statement(
        self, statement: ir.Statement, read: frozenset[str]
    ) -> tuple[ir.Statement | None, frozenset[str]]:
        before = read | _locals(expressions_of(statement))
        goes = not _is_guard(statement)
        match statement:
            case ir.Assign(place) | ir.Mutate(place) if goes and place.variable in self._ghosts:
                return None, read
            case ir.Bind(name, _, value):
                if goes and name not in read:
                    return None, read
                return statement, (read - {name}) | free_locals(value)
            case ir.Perform(procedure) if goes and not self._procedure(procedure):
                return None, read
            case ir.If(_, then, otherwise):
                then, first = self._block(then, read)
                otherwise, second = self._block(otherwise, read)
                if goes and not then and not otherwise:
                    return None, read
                return replace(statement, then=then, otherwise=otherwise), before | first | second
            case ir.ForEach(binder, body):
                left, inside = self._block(body, read)
                while not inside <= read:  # what one turn binds, the next one reads
                    read |= inside
                    left, inside = self._block(body, read)
                if goes and not left:
                    return None, read
                return replace(statement, body=left), before | (inside - {binder.name})
            case _:
                return statement, before

    def _procedure(self, name: str) -> Body:
        if name not in self._of_procedures:
            self._of_procedures[name] = self._of(self._procedures[name].body)
        return self._of_procedures[name]


def _locals(expressions: Iterable[ir.Expr]) -> frozenset[str]:
    return frozenset[str]().union(*(free_locals(one) for one in expressions))


def _is_guard(statement: ir.Statement) -> bool:
    """Whether a step is not enabled where what the statement reads is not there."""
    return any(isinstance(node, ir.Present) for expr in expressions_of(statement) for node in walk(expr))
