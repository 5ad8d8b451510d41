"""Sums over a sort of any size, as running totals.

What all members add up to is a number of which nothing is known but how steps change it: where a map is
written at some keys, the total changes by what is added up for these members, now and before. That nothing
else changes is not read off the expression; the solver is asked, about a member that is none of these. Of a
state in which each member adds nothing the total is zero.
"""

from __future__ import annotations

from checker.engines.smt import z3_library as z3
from checker.engines.smt.evaluation import Evaluation, State
from checker.engines.smt.logic import TRUE, Lit
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.unbounded_algebra import UnboundedAlgebra
from checker.engines.smt.values import MapFunction, Quantity, Value, number
from checker.engines.smt.z3_library import Answer, Term
from checker.ir import nodes as ir
from checker.ir.children import Footprints, walk
from checker.ir.printer import show
from checker.ir.types import SortType

CHECK_SECONDS = 5.0
"""For the question whether anything but the written members changes; it has no quantifiers."""


def running_total(at: Evaluation, expr: ir.Sum) -> Value:
    """The value of a sum.

    Raises:
        NotYetSmt: what is added up is not known of each member, or changes otherwise than member by member.
    """
    algebra = at.algebra
    assert isinstance(algebra, UnboundedAlgebra), "the program has no bounds"
    if isinstance(expr.body, ir.Arith) and expr.body.op in (ir.ArithOp.ADD, ir.ArithOp.SUB):
        parts = [
            running_total(at, ir.Sum(expr.binders, part, span=expr.span))
            for part in (expr.body.left, expr.body.right)
        ]
        op = expr.body.op.value
        return algebra.pairwise(parts[0], parts[1], lambda s, t: z3.arithmetic(op, s, t))
    return _Total(at, algebra, expr).value()


class _Total:
    """One sum where it is evaluated."""

    def __init__(self, at: Evaluation, algebra: UnboundedAlgebra, expr: ir.Sum) -> None:
        self.at, self.algebra, self.expr = at, algebra, expr
        if len(expr.binders) != 1 or not isinstance(expr.binders[0].source, ir.Domain):
            raise self._refused("adds up more than the members of one sort")
        self.binder = expr.binders[0]
        kind = self.binder.type
        if not isinstance(kind, SortType):
            raise self._refused("adds up more than the members of one sort")
        self.sort: SortType = kind
        if self._free():
            raise self._refused(f"depends on {', '.join(sorted(self._free()))}")
        self.name, self.keys = self._base()
        self.base: State = algebra.states[self.name]

    def _refused(self, why: str) -> NotYetSmt:
        return NotYetSmt(f"'{show(self.expr)}' {why}: no running total for every scope", self.expr.span)

    def _free(self) -> set[str]:
        """The locals that it reads, beside its own."""
        parts = [part for one in (self.expr.body, *self.binder.filters) for part in walk(one)]
        bound = {binder.name for part in parts for binder in getattr(part, "binders", ())}
        bound |= {part.name for part in parts if isinstance(part, ir.Let)} | {self.binder.name}
        return {part.name for part in parts if isinstance(part, ir.Local)} - bound

    def _base(self) -> tuple[str, list[Value]]:
        """The state that the maps come from, and the members at which they were written since."""
        reads = Footprints(self.at.program.model).of_expression(self.expr).reads
        keys: list[Value] = []
        bases: set[str | None] = set()
        for name in sorted(reads):
            held = self.at.now[name]
            if isinstance(held, MapFunction) and held.key == self.sort:
                bases.add(held.base)
                keys += held.writes
        if len(bases) != 1 or None in bases:
            raise self._refused("reads maps that are written as a whole" if bases else "counts members")
        return str(bases.pop()), keys

    def value(self) -> Value:
        """The total before, and what has changed."""
        total: Value = self._before()
        other = Quantity(((z3.constant(f"{self.sort.name}~other", self.sort.name), TRUE),))
        apart = [self.algebra.equal(other, key) ^ 1 for key in self.keys]
        same = self.algebra.equal(self._of(other, self.at.now), self._of(other, self.base))
        if not self._never([*apart, same ^ 1]):
            raise self._refused("changes for more members than are written")
        for place, key in enumerate(self.keys):
            earlier = [self.algebra.equal(key, one) for one in self.keys[:place]]
            change = self._plus("-", self._of(key, self.at.now), self._of(key, self.base))
            counted = self.at.logic.any_of(earlier) ^ 1
            total = self._plus("+", total, self.algebra.merge(counted, change, number(0)))
        return total

    def _before(self) -> Value:
        if self.name == "natural":
            other = Quantity(((z3.constant(f"{self.sort.name}~other", self.sort.name), TRUE),))
            nothing = self.algebra.equal(self._of(other, self.base), number(0))
            if not self._never([nothing ^ 1]):
                raise self._refused("is not zero in the state before the initial method")
            return number(0)
        filters = "".join([f" if {show(one)}" for one in self.binder.filters])
        return Quantity(((z3.constant(f"{self.name}.sum:{show(self.expr.body)}{filters}", "Int"), TRUE),))

    def _plus(self, op: str, a: Value, b: Value) -> Value:
        return self.algebra.pairwise(a, b, lambda s, t: z3.arithmetic(op, s, t))

    def _of(self, member: Value, state: State) -> Value:
        """What a member adds."""
        local = {**self.at.local, self.binder.name: member}
        inner = Evaluation(self.at.program, state, self.at.old, local, self.at.course)
        held: list[Lit] = [inner.truth(one) for one in self.binder.filters]
        counted = self.at.logic.all_of(held)
        with inner.under(counted):
            value = inner.value(self.expr.body)
        return self.algebra.merge(counted, value, number(0))

    def _never(self, lits: list[Lit]) -> bool:
        terms: list[Term] = [self.algebra.terms.of(lit) for lit in lits]
        return z3.decide(z3.written(terms), CHECK_SECONDS, 0)[0] is Answer.UNSATISFIABLE
