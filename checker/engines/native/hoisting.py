"""Where the guards of a step stand, among the loops over its parameters.

A guard stands in the outermost loop in which its names are bound, as long as it has a value there: always, or
because of guards that stand no further inside. From the first one that may have none, everything stays in
the innermost loop, in the order of the source. What a guard says of each member of a quorum, whatever the
quorum, is found out once for all members, as a set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from checker.engines.native.sieves import sieved
from checker.engines.native.streams import conjuncts
from checker.ir import nodes as ir
from checker.ir.children import expressions_of, free_locals, walk
from checker.ir.guarded import NO_FACTS, Facts, assumed, may_fail
from checker.ir.types import QuorumType, SetType, Type


@dataclass(frozen=True, slots=True)
class Schedule:
    """The guards of a step.

    Attributes:
        levels: those of each depth: before the first loop, in the first, in the second, ...
        rest: the statements that stay in the innermost loop, after those.
        sources: what parameters are drawn from where it is less than what the model says, see sieves.py.
    """

    levels: tuple[tuple[ir.Statement, ...], ...]
    rest: tuple[ir.Statement, ...]
    sources: Mapping[str, ir.Expr]


def scheduled(
    step: ir.Action | ir.Initial,
    functions: Mapping[str, ir.Function],
    shared: Iterable[str],
    is_small: Callable[[Type], bool],
) -> Schedule:
    """The guards of a step, put where they stand.

    Args:
        shared: names that are bound in more than one place.
        is_small: whether a type has so few values that a set of them is a mask.
    """
    return _Scheduling(step, functions, frozenset(shared), is_small).run()


def is_drawn(step: ir.Action | ir.Initial, statement: ir.Statement) -> bool:
    """Whether a guard only says where a parameter is drawn from."""
    match statement:
        case ir.Require(ir.Contains(ir.Local(name), source)):
            return any(one.name == name and one.source == source for one in step.parameters)
        case _:
            return False


def single_guards(body: Iterable[ir.Statement]) -> list[ir.Statement]:
    """Guards of several conditions as several guards."""
    found: list[ir.Statement] = []
    for one in body:
        if isinstance(one, ir.Require):
            found += [replace(one, condition=part) for part in conjuncts(one.condition)]
        else:
            found.append(one)
    return found


@dataclass(slots=True)
class _Scheduling:
    step: ir.Action | ir.Initial
    functions: Mapping[str, ir.Function]
    shared: frozenset[str]
    is_small: Callable[[Type], bool]
    depth: dict[str, int] = field(default_factory=dict[str, int])
    levels: list[list[ir.Statement]] = field(default_factory=list[list[ir.Statement]])
    facts: list[Facts] = field(default_factory=list[Facts])

    def run(self) -> Schedule:
        parameters = self.step.parameters
        self.depth = {parameter.name: index + 1 for index, parameter in enumerate(parameters)}
        self.levels = [[] for _ in range(len(parameters) + 1)]
        self.facts = [NO_FACTS for _ in self.levels]
        body = single_guards(self.step.body)
        for index, statement in enumerate(body):
            if not self._placed(statement):
                return self._schedule(body[index:])
        return self._schedule(())

    def _schedule(self, rest: Iterable[ir.Statement]) -> Schedule:
        def is_total(expr: ir.Expr, level: int) -> bool:
            return may_fail(expr, self.functions, self.facts[level]) is None

        found = sieved(self.step.parameters, self.levels, self.depth, is_total, self.is_small)
        return Schedule(tuple(map(tuple, found.levels)), tuple(rest), found.sources)

    def _placed(self, statement: ir.Statement) -> bool:
        """Puts a statement into its loop; False when it has to stay where it is."""
        match statement:
            case ir.Require(condition):
                for part in self._of_quorum(condition):
                    self._put(ir.Bind(part.name, part.kind, part.members, span=statement.span), part.level)
                    statement = ir.Require(part.test, span=statement.span)
                level = self._level(expressions_of(statement))
                if level is None:
                    return False
                if not is_drawn(self.step, statement):
                    self._put(statement, level)
                # What was said of the quorum is known of its members, too.
                for reached in range(level, len(self.facts)):
                    self.facts[reached] = assumed(self.facts[reached], condition)
                return True
            case ir.Bind(name, _, value) if name not in self.shared:
                level = self._level((value,))
                if level is None:
                    return False
                self.depth[name] = level
                self._put(statement, level)
                return True
            case _:
                return False

    def _put(self, statement: ir.Statement, level: int) -> None:
        if isinstance(statement, ir.Bind):
            self.depth[statement.name] = level
        self.levels[level].append(statement)

    def _level(self, exprs: Iterable[ir.Expr], last: int | None = None) -> int | None:
        """The outermost loop, none further inside than `last`, in which expressions have values; None when
        there is no such loop, or when they may disable the step as well."""
        exprs = tuple(exprs)
        if any(isinstance(node, ir.Present) for expr in exprs for node in walk(expr)):
            return None
        used = frozenset[str]().union(*map(free_locals, exprs))
        first = max((self.depth[name] for name in used if name in self.depth), default=0)
        for level in range(first, (len(self.levels) - 1 if last is None else last) + 1):
            if all(may_fail(expr, self.functions, self.facts[level]) is None for expr in exprs):
                return level
        return None

    # -------------------------------------------------------------- quorums

    def _of_quorum(self, condition: ir.Expr) -> list[_OfQuorum]:
        """What a guard says of each member of a quorum, where it does not depend on the quorum and can be
        found out before the quorum is chosen."""
        holds = not isinstance(condition, ir.Not)
        inner = condition.item if isinstance(condition, ir.Not) else condition
        match inner:
            case ir.Forall((binder, *others), body) | ir.Exists((binder, *others), body):
                universal = isinstance(inner, ir.Forall)
            case _:
                return []
        quorum, kind = binder.source, binder.source.type if isinstance(binder.source, ir.Local) else None
        if (
            not isinstance(quorum, ir.Local)
            or not isinstance(kind, QuorumType)
            or quorum.name not in self.depth
        ):
            return []
        if others:
            body = replace(inner, binders=tuple(others))
        # Membership in a set is a test of masks already.
        if isinstance(body.item if isinstance(body, ir.Not) else body, ir.Contains):
            return []
        wanted = [*binder.filters, ir.Not(body, span=body.span)] if universal else [*binder.filters, body]
        met: ir.Expr = ir.And(tuple(wanted), span=condition.span) if len(wanted) > 1 else wanted[0]
        if quorum.name in free_locals(met):
            return []
        members = ir.Build(
            SetType(kind.sort),
            (replace(binder, source=ir.Domain(kind.sort, span=binder.span), filters=(met,)),),
            ir.Local(binder.name, binder.type, span=binder.span),
            span=condition.span,
        )
        level = self._level((members,), self.depth[quorum.name] - 1)
        if level is None:
            return []
        name = f"{binder.name}_of_{quorum.name}_{len(self.depth)}"
        found = ir.Local(name, SetType(kind.sort), span=condition.span)
        # None of those in question is in the quorum, or some are.
        both = ir.SetOp(ir.SetOperator.INTERSECTION, quorum, found, SetType(kind.sort), span=condition.span)
        none = ir.Eq(ir.Size(both, span=condition.span), ir.IntLit(0), span=condition.span)
        test: ir.Expr = none if universal == holds else ir.Not(none, span=condition.span)
        return [_OfQuorum(name, SetType(kind.sort), members, test, level)]


@dataclass(frozen=True, slots=True)
class _OfQuorum:
    """A guard about a quorum as a set of members, and a test of the quorum."""

    name: str
    kind: SetType
    members: ir.Expr
    test: ir.Expr
    level: int
