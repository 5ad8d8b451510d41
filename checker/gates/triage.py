"""What a counterexample to induction is worth: is it reachable in its scope? The search says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from checker.engines.request import Request
from checker.engines.smt.induction import Induction
from checker.gates.check import Check
from checker.gates.engine import AT_A_TERMINAL, Execution
from checker.running.derived import with_lemmas_checked
from checker.verdicts import Result, Violated

Worth: TypeAlias = Literal["reachable", "unreachable", "unknown"]


@dataclass(frozen=True, slots=True)
class Triage:
    """What the search found.

    Attributes:
        subjects: the lemmas and properties that it looked at: those that the induction refuses.
        result: of the search.
    """

    subjects: tuple[str, ...]
    result: Result

    @property
    def worth(self) -> Worth:
        """A counterexample takes one step to a state in which a lemma is false. So it is reachable only if
        that lemma is false in a reachable state: then the model, or the lemma, is wrong. Where the search
        ended and found none, no counterexample is reachable."""
        if isinstance(self.result.verdict, Violated):
            return "reachable"
        return "unknown" if self.result.verdict.name == "truncated" else "unreachable"


def triaged(
    check: Check, request: Request, answer: Induction, seconds: float, run: Execution = AT_A_TERMINAL
) -> Triage:
    """Searches the scope for what the induction refuses.

    Args:
        check: what the induction is about.
        request: what was asked.
        answer: the induction, which refuses something.
        seconds: for the search.
        run: how it is run.

    Raises:
        What `Execution.search` raises.
    """
    subjects = tuple(dict.fromkeys(one.obligation.subject for one in answer.refused))
    return Triage(subjects, searched(check, request, frozenset(subjects), seconds, run))


def searched(check: Check, request: Request, names: frozenset[str], seconds: float, run: Execution) -> Result:
    """A search that looks at some lemmas and properties, and at nothing else but what cannot be evaluated."""
    limits = replace(request.limits, seconds=min(seconds, request.limits.seconds or seconds))
    asked = replace(
        request,
        model=with_lemmas_checked(request.model, names),
        only=names,
        lemmas=None,
        symmetry=None,
        deadlock=False,
        limits=limits,
        simulation=None,
        brief=True,
    )
    return run.search(check, asked)
