"""The one place that knows z3's Python package: what the engine uses of it, with types.

The package is an extra; it is imported when the engine is first used, so that nothing else needs it.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Protocol

INSTALL = "pip install 'lockstep-checker[smt]'"


class NoSolver(Exception):
    """The package `z3-solver` is not installed."""

    def __init__(self) -> None:
        super().__init__("the package z3-solver is not installed")


class Term(Protocol):
    """A term of the solver; equal terms have one number."""

    def get_id(self) -> int:
        """Its number."""
        ...


@cache
def z3() -> Any:
    """The package.

    Raises:
        NoSolver: it is not installed.
    """
    try:
        return import_module("z3")
    except ImportError as error:
        raise NoSolver from error


def version() -> str:
    """The solver's version, such as `5.4.1`."""
    return str(z3().get_version_string())


def boolean(name: str) -> Term:
    """A variable of truth."""
    term: Term = z3().Bool(name)
    return term


def truth(value: bool) -> Term:
    """A constant of truth."""
    term: Term = z3().BoolVal(value)
    return term


def conjunction(items: Sequence[Term]) -> Term:
    """All of several terms. The raw interface: circuits have many of them, and it is ten times as fast."""
    library = z3()
    context = library.main_ctx()
    array = (library.Ast * len(items))(*[item.as_ast() for item in items])  # type: ignore[attr-defined]  # a term of z3
    term: Term = library.BoolRef(library.Z3_mk_and(context.ref(), len(items), array), context)
    return term


def disjunction(items: Sequence[Term]) -> Term:
    """One of several terms."""
    return negation(conjunction([negation(item) for item in items]))


def implication(condition: Term, item: Term) -> Term:
    """The item, where the condition holds."""
    return negation(conjunction([condition, negation(item)]))


def negation(item: Term) -> Term:
    """The opposite."""
    library = z3()
    context = library.main_ctx()
    term: Term = library.BoolRef(library.Z3_mk_not(context.ref(), item.as_ast()), context)  # type: ignore[attr-defined]  # a term of z3
    return term


class Answer(enum.Enum):
    """What the solver says of a query."""

    SATISFIABLE = "satisfiable"
    UNSATISFIABLE = "unsatisfiable"
    UNKNOWN = "unknown"


class Solver:
    """One solver.

    Args:
        logic: `QF_FD` for circuits alone; None for terms of any kind.
        seed: of its random choices.
    """

    def __init__(self, logic: str | None = "QF_FD", seed: int = 0) -> None:
        library = z3()
        self._solver: Any = library.SolverFor(logic) if logic is not None else library.Solver()
        self._solver.set("random_seed", seed)
        self._is_finite = logic is not None

    def add(self, term: Term) -> None:
        """Asserts a term."""
        self._solver.add(term)

    def push(self) -> None:
        """What is asserted from here on goes with the next `pop`."""
        self._solver.push()

    def pop(self) -> None:
        """Takes back what was asserted since the last `push`."""
        self._solver.pop()

    def check(self, seconds: float, assumptions: Sequence[Term] = ()) -> Answer:
        """Asks whether all can be true together, for a time."""
        self._solver.set("timeout", max(1, int(seconds * 1000)))
        said = str(self._solver.check(*assumptions))
        return {"sat": Answer.SATISFIABLE, "unsat": Answer.UNSATISFIABLE}.get(said, Answer.UNKNOWN)

    def reason(self) -> str:
        """Why the last answer was unknown."""
        return str(self._solver.reason_unknown())

    def core(self) -> frozenset[int]:
        """The numbers of the assumptions that the last answer needed."""
        return frozenset(term.get_id() for term in self._solver.unsat_core())

    def truths(self) -> dict[str, bool]:
        """The variables of truth in the last answer, by name; one that is missing may be either."""
        library, model = z3(), self._solver.model()
        return {str(name): bool(library.is_true(model[name])) for name in model.decls()}


_NO_RELEVANCY: Mapping[str, object] = {"smt.relevancy": 0}
TACTICS: tuple[tuple[Mapping[str, object], int, float], ...] = (
    ({}, 0, 0.7),
    (_NO_RELEVANCY, 0, 0.7),
    ({}, 1, 0.7),
    (_NO_RELEVANCY, 1, 0.7),
    ({}, 2, 2.0),
    (_NO_RELEVANCY, 2, 2.0),
    ({"smt.mbqi": False}, 3, 2.0),
    ({}, 4, 4.0),
    (_NO_RELEVANCY, 4, 4.0),
    ({}, 5, float("inf")),
)
"""How a query with quantifiers is tried: the solver's settings, which of the seeds that follow from the one
that is given, and for how many seconds at most. Where it finds nothing soon, it begins anew."""
SEED_STEP = 1_000
"""How far the seeds that follow from one are apart."""


def written(asserted: Sequence[Term]) -> str:
    """A query as text: equal texts have equal answers."""
    solver: Any = z3().Solver()
    for term in asserted:
        solver.add(term)
    text: str = solver.to_smt2()
    return text


def decide(text: str, seconds: float, seed: int) -> tuple[Answer, str]:
    """Whether terms with quantifiers, as `written`, can be true together, and why that is not known.

    Each trial has a context of its own, so that the answer does not depend on what was asked before.
    """
    library = z3()
    reason = "no answer"
    left = seconds
    for settings, which, most in TACTICS:
        began = time.perf_counter()
        solver: Any = library.Solver(ctx=library.Context())
        solver.set("random_seed", seed + which * SEED_STEP)
        solver.set("timeout", max(1, int(min(most, left) * 1000)))
        for name, value in settings.items():
            solver.set(name, value)
        solver.from_string(text)
        said = str(solver.check())
        if said == "unsat":
            return Answer.UNSATISFIABLE, ""
        if said == "sat" and not settings:
            return Answer.SATISFIABLE, ""
        reason = str(solver.reason_unknown())
        left -= time.perf_counter() - began
        if left <= 0:
            break
    return Answer.UNKNOWN, reason


# ------------------------------------------------------------------ terms of any kind


def _sort(name: str) -> Any:
    library = z3()
    if name == "Bool":
        return library.BoolSort()
    return library.IntSort() if name == "Int" else library.DeclareSort(name)


def constant(name: str, sort: str) -> Term:
    """A constant of a sort: `Bool`, `Int`, or one of the model's."""
    term: Term = z3().Const(name, _sort(sort))
    return term


def integer(value: int) -> Term:
    """An integer."""
    term: Term = z3().IntVal(value)
    return term


def function(name: str, of: Sequence[str], to: str) -> Term:
    """A function between sorts; a constant where it takes nothing."""
    term: Term = z3().Function(name, *[_sort(one) for one in of], _sort(to))
    return term


def applied(made: Term, arguments: Sequence[Term]) -> Term:
    """A function at its arguments."""
    call: Any = made
    term: Term = call(*arguments)
    return term


def equal(a: Term, b: Term) -> Term:
    """`a == b`."""
    left: Any = a
    term: Term = left == b
    return term


def at_most(a: Term, b: Term) -> Term:
    """`a <= b` of integers."""
    left: Any = a
    term: Term = left <= b
    return term


def arithmetic(operator: str, a: Term, b: Term) -> Term:
    """`a + b`, `a - b` or `a * b` of integers."""
    left: Any = a
    term: Term = left + b if operator == "+" else left - b if operator == "-" else left * b
    return term


def exists(variables: Sequence[Term], body: Term) -> Term:
    """Whether the body holds for some values of constants that stand in it."""
    term: Term = z3().Exists(list(variables), body)
    return term


def for_all(variables: Sequence[Term], body: Term) -> Term:
    """Whether the body holds for all values of constants that stand in it."""
    term: Term = z3().ForAll(list(variables), body)
    return term


def alike(term: Term, name: str) -> Term:
    """A constant of the same sort as a term."""
    held: Any = term
    made: Term = z3().Const(name, held.sort())
    return made


def sort_of(term: Term) -> str:
    """The name of a term's sort."""
    held: Any = term
    return str(held.sort().name())


def substituted(term: Term, pairs: Sequence[tuple[Term, Term]]) -> Term:
    """A term with some constants replaced."""
    made: Term = z3().substitute(term, *pairs)
    return made
