"""Lemmas against a counterexample to induction that is not reachable."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from checker.capture.model import capture_with_classes
from checker.engines.python.search import explored
from checker.engines.request import Limits, Request
from checker.engines.smt.clauses import LITERALS_MAX, Clause, clauses
from checker.engines.smt.facts import Facts
from checker.engines.smt.induction import Induction, Settled
from checker.engines.smt.lemma_text import lemma_text
from checker.engines.smt.strengthening import Judged, Strengthening
from checker.engines.smt.vocabulary import prefixes
from checker.gates.check import Check
from checker.gates.engine import AT_A_TERMINAL, Execution
from checker.gates.triage import searched
from checker.running.derived import LemmaText, with_lemmas_added
from checker.running.runner import Runner, State
from checker.verdicts import Exhausted, ExhaustedWithin, Truncated, Violated

SAMPLE = 4_000
"""States that conditions are asked of; the search itself looks at what is suggested in all of them."""
POOL = 40
"""Clauses of one size whose induction is tried."""
SHOWN = 3
"""Suggestions that are shown."""
QUERY_SECONDS = 5.0
"""For each query about a clause."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may be said against a counterexample.

    Attributes:
        against: the obligation that is broken.
        found: the best first; all hold in every state that was visited.
        states: how many were visited, for the one with the fewest.
        stopped: why a search ended before it had visited all, if one did.
        tried: how many clauses hold of the sample and exclude the counterexample.
        cut: the time was over before all clauses were looked at.
        seconds: of all.
    """

    against: Settled
    found: tuple[Judged, ...]
    states: int
    stopped: str | None
    tried: int
    cut: bool
    seconds: float


class Suggesting:
    """The search for lemmas.

    Args:
        check: what the induction is about.
        request: what was asked.
        answer: the induction, which refuses something.
        seconds: for the whole search for lemmas.
        run: how searches are run.
    """

    def __init__(
        self,
        check: Check,
        request: Request,
        answer: Induction,
        seconds: float,
        run: Execution = AT_A_TERMINAL,
    ) -> None:
        self._check, self._request, self._answer, self._run = check, request, answer, run
        self._began, self._seconds = time.perf_counter(), seconds
        self._model, self._classes = capture_with_classes(request.model)
        self._against = next(one for one in answer.refused if one.found is not None)
        self._states = 0
        self._stopped: str | None = None
        self._false: set[str] = set()

    def run(self) -> Suggestions:
        """Clauses of one literal, then of two, of three: until one is kept by every step."""
        tried: list[Judged] = []
        texts: list[LemmaText] = []
        self._sample()
        for size in range(1, LITERALS_MAX + 1):
            found = self._texts(size, texts)
            texts += found
            if found:
                tried += self._strengthening(found).alone()
            if any(one.is_kept and one.closes for one in tried) or self._is_over():
                break
        if not any(one.is_kept for one in tried) and texts and not self._is_over():
            group = self._strengthening(texts[-2 * POOL :]).together()
            tried += [] if group is None else [group]
        shown = self._visited(sorted(tried, key=lambda one: one.rank))
        seconds = time.perf_counter() - self._began
        return Suggestions(
            self._against, shown, self._states, self._stopped, len(texts), self._is_over(), seconds
        )

    def _is_over(self) -> bool:
        return time.perf_counter() - self._began > self._seconds

    def _sample(self) -> None:
        """States that are reached, the nearest first."""
        limits = Limits(states=SAMPLE, seconds=self._seconds / 3)
        request = replace(
            self._request, only=frozenset(), symmetry=None, deadlock=False, limits=limits, simulation=None
        )
        result, search = explored(request)
        self._reached: Sequence[State] = search.states
        self._whole = isinstance(result.verdict, Exhausted | ExhaustedWithin)
        self._states = len(search.states)

    def _texts(self, size: int, known: Sequence[LemmaText]) -> list[LemmaText]:
        """The most easily said clauses of a size, as lemmas."""
        runner = Runner(self._request)
        found = self._against.found
        assert found is not None, "it is what is excluded"
        broken = tuple([found.state[name] for name in runner.names])
        pool: list[Clause] = []
        with runner.running():
            facts = Facts(runner, self._classes, broken, self._reached)
            for prefix in prefixes(self._model):
                until = self._began + self._seconds * size / LITERALS_MAX
                pool += clauses(prefix, facts, size, until)
        pool.sort(key=lambda one: one.cost)
        why = f"Excludes a counterexample to {self._against.obligation.name}."
        made: list[LemmaText] = []
        for clause in pool[:POOL]:
            taken = [one.name for one in (*known, *made)]
            made.append(lemma_text(clause, self._request.model, tuple(self._classes), taken, why))
        return made

    def _strengthening(self, texts: Sequence[LemmaText]) -> Strengthening:
        return Strengthening(
            self._request,
            self._classes,
            texts,
            self._against.obligation,
            QUERY_SECONDS,
            self._answer.seed,
        )

    def _visited(self, ranked: Sequence[Judged]) -> tuple[Judged, ...]:
        """The best of them, looked at in all states that the search visits."""
        shown: list[Judged] = []
        for one in ranked:
            if len(shown) == SHOWN:
                break
            if self._whole or self._holds(one):
                shown.append(one)
        return tuple(shown)

    def _holds(self, one: Judged) -> bool:
        names = frozenset(lemma.name for lemma in one.lemmas)
        model = with_lemmas_added(self._request.model, self._classes, one.lemmas)
        request = replace(self._request, model=model)
        result = searched(self._check, request, names, self._seconds, self._run)
        visited = result.statistics.distinct or 0
        match result.verdict:
            case Violated():
                return False
            case Exhausted() | ExhaustedWithin():
                # Before, it is the sample; all searches to the end visit the same states.
                self._states = visited if self._stopped is None else self._states
            case verdict:
                self._states = visited if self._stopped is None else min(self._states, visited)
                self._stopped = verdict.why if isinstance(verdict, Truncated) else "it ended early"
        return True
