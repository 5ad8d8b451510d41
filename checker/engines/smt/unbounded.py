"""Proofs for every scope: the obligations of an induction, with nothing counted and integers without bounds.

First the induction is settled at a scope: there a counterexample is a state of Python, and each query's core
says which lemmas it needs. Only these are the hypotheses of the same query for every scope; with all lemmas
the solver gets lost. The solver decides such queries by luck as well as by logic, so that each is asked
with several seeds: proved with some of them only, a proof is *fragile*. No answer is neither a proof nor a
refusal.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Protocol

from checker.engines.request import Request
from checker.engines.smt import z3_library as z3
from checker.engines.smt.induction import Induction, induct
from checker.engines.smt.logic import FALSE, TRUE
from checker.engines.smt.obligations import Kind, Obligation, Obligations, obligations
from checker.engines.smt.unbounded_system import UnboundedSystem
from checker.engines.smt.z3_library import Answer

SEEDS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Tried:
    """One query, asked with each seed.

    Attributes:
        obligation: the query.
        hypotheses: the lemmas that it begins from.
        proved: with which seeds.
        seconds: of each seed, in order.
        reason: why it is not proved. A counterexample that the solver claims is of no use, and is not shown.
        known: with which seeds it was proved before, and not asked now.
    """

    obligation: Obligation
    hypotheses: tuple[str, ...]
    proved: tuple[int, ...]
    seconds: tuple[float, ...]
    reason: str
    known: tuple[int, ...] = ()


class Memory(Protocol):
    """What was proved before, by the content of a query."""

    def has(self, key: str) -> bool:
        """Whether a query of this content was proved."""
        ...

    def keep(self, key: str) -> None:
        """It was proved."""
        ...


@dataclass(frozen=True)
class Unbounded:
    """What is known of every scope.

    Attributes:
        finite: the induction at a scope, which comes first.
        asked: the obligations for every scope; None where the induction already fails.
        tried: what became of each.
        assumed: what every scope satisfies, in words.
        dropped: what of the model is not in the proof, in words.
    """

    finite: Induction
    asked: Obligations | None
    tried: tuple[Tried, ...]
    assumed: tuple[str, ...]
    dropped: tuple[str, ...]
    seeds: tuple[int, ...]
    seconds: float
    solver: str

    @property
    def open(self) -> tuple[Tried, ...]:
        """The queries that no seed proves."""
        return tuple(one for one in self.tried if not one.proved)

    @property
    def fragile(self) -> tuple[Tried, ...]:
        """The queries that only some seeds prove."""
        return tuple(one for one in self.tried if one.proved and len(one.proved) < len(self.seeds))


def prove_unbounded(
    request: Request,
    *,
    query_seconds: float = 20.0,
    seeds: tuple[int, ...] = SEEDS,
    memory: Memory | None = None,
) -> Unbounded:
    """Proves the lemmas and what they imply for every scope.

    Args:
        request: the model, and the scope of the induction that comes first.
        query_seconds: for each query and seed.
        seeds: of the solver.
        memory: what was proved before; None to ask everything.

    Raises:
        NotYetSmt, NoSolver, and what `System` raises.
    """
    began = time.perf_counter()
    finite = induct(request, query_seconds=query_seconds, seed=seeds[0])
    if finite.refused or finite.open:
        return Unbounded(finite, None, (), (), (), seeds, time.perf_counter() - began, z3.version())
    system = UnboundedSystem(request)
    asked = obligations(system)
    axioms = system.axioms()
    cores = {_name(one.obligation): one.core for one in finite.settled}
    asking = _Asking(system, asked, tuple([axiom for _, axiom in axioms]), query_seconds, seeds, memory)
    tried = tuple(_try(asking, one, cores) for one in asked.all if one.kind is not Kind.POSSIBLE)
    assumed = tuple(text for text, _ in axioms)
    dropped = _dropped(system)
    return Unbounded(finite, asked, tried, assumed, dropped, seeds, time.perf_counter() - began, z3.version())


def _name(one: Obligation) -> tuple[Kind, str, str]:
    return (one.kind, one.subject, one.action.name if one.action else "")


@dataclass(frozen=True)
class _Asking:
    """What all queries of a proof share."""

    system: UnboundedSystem
    asked: Obligations
    axioms: tuple[z3.Term, ...]
    seconds: float
    seeds: tuple[int, ...]
    memory: Memory | None

    def proves(self, text: str, seed: int) -> tuple[bool, str, bool]:
        """Whether a query has no counterexample; why that is not known; whether it was known before."""
        content = f"{z3.version()} {seed} {z3.TACTICS} {text}"
        key = hashlib.sha256(content.encode()).hexdigest()
        if self.memory is not None and self.memory.has(key):
            return True, "", True
        answer, why = z3.decide(text, self.seconds, seed)
        if answer is not Answer.UNSATISFIABLE:
            return False, why or "the solver sees a counterexample, which need not be one", False
        if self.memory is not None:
            self.memory.keep(key)
        return True, "", False


def _try(asking: _Asking, one: Obligation, cores: dict[tuple[Kind, str, str], tuple[str, ...]]) -> Tried:
    """From the core; where that does not do, from all lemmas: ranges at the scope may stand for one.

    A query that the finite induction did not need to ask begins from its own lemma.
    """
    if FALSE in (one.given, one.refute):
        return Tried(one, (), asking.seeds, (0.0,) * len(asking.seeds), "")
    own = (one.subject,) if one.kind is Kind.KEPT else ()
    core = cores.get(_name(one), own)
    found = _tried(asking, one, core)
    if found.proved or one.kind is Kind.BEGINS or set(core) == set(asking.asked.lemmas):
        return found
    again = _tried(asking, one, tuple(asking.asked.lemmas))
    return again if again.proved else found


def _tried(asking: _Asking, one: Obligation, hypotheses: tuple[str, ...]) -> Tried:
    terms = asking.system.algebra.terms
    lits = (one.given, one.refute, *(asking.asked.lemmas[name] for name in hypotheses))
    text = z3.written([*asking.axioms, *(terms.of(lit) for lit in lits if lit != TRUE)])
    proved: list[int] = []
    known: list[int] = []
    seconds: list[float] = []
    reason = ""
    for seed in asking.seeds:
        began = time.perf_counter()
        is_proved, why, is_known = asking.proves(text, seed)
        seconds.append(time.perf_counter() - began)
        if is_proved:
            proved.append(seed)
            known += [seed] if is_known else []
            continue
        reason = why
        if seed == asking.seeds[0]:
            break  # What the first seed does not prove is not proved, whatever the others say.
    return Tried(one, hypotheses, tuple(proved), tuple(seconds), reason, tuple(known))


def _dropped(system: UnboundedSystem) -> tuple[str, ...]:
    found = ["ranges", "capacities"]
    if system.model.faults:
        found.append("fault budgets")
    return tuple(found)
