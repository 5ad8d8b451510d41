"""Whether proposed lemmas are kept by every step, beside those of a model, and what an induction gains."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from checker.engines.request import Request
from checker.engines.smt.induction import Settled, settle, system_of
from checker.engines.smt.logic import Terms
from checker.engines.smt.obligations import Kind, Obligation, lemmas_of, obligations
from checker.language.declaration import declare
from checker.running.derived import LemmaText, with_lemmas_added


@dataclass(frozen=True, slots=True)
class Judged:
    """A group of lemmas that is proposed: one, or some that need each other.

    Attributes:
        lemmas: the group.
        is_kept: each holds at the beginning, and after every step if the model's lemmas and the group did.
        closes: with the group the obligation is met that was broken.
    """

    lemmas: tuple[LemmaText, ...]
    is_kept: bool
    closes: bool

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """What is kept comes first, then what closes; then what is smaller."""
        return not self.is_kept, not self.closes, len(self.lemmas)


class Strengthening:
    """The obligations of a model with proposed lemmas beside its own.

    Args:
        request: of the induction that failed.
        classes: what the lemmas name.
        proposed: the lemmas.
        broken: the obligation that is not met.
        seconds: for each query.
        seed: of the solver.

    Raises:
        NotYetSmt, NoSolver, Refused, and what `System` raises.
    """

    def __init__(
        self,
        request: Request,
        classes: Mapping[str, type],
        proposed: Sequence[LemmaText],
        broken: Obligation,
        seconds: float,
        seed: int,
    ) -> None:
        self._proposed = {one.name: one for one in proposed}
        lemmas = None if request.lemmas is None else request.lemmas | set(self._proposed)
        model = with_lemmas_added(request.model, classes, proposed)
        self._system, _ = system_of(replace(request, model=model, lemmas=lemmas))
        self._terms = Terms(self._system.logic)
        self._asked = obligations(self._system)
        self._broken = broken
        self._limits = (seconds, seed)
        self._own = [one.name for one in lemmas_of(self._system) if one.name not in self._proposed]

    def alone(self) -> list[Judged]:
        """Each proposed lemma on its own."""
        return [self._judged([name], self._is_kept(name, [name])) for name in self._proposed]

    def together(self) -> Judged | None:
        """The smallest group found of lemmas that keep each other: from all of them those are left out that
        some step does not keep, until none is; then what one of the rest needs is gathered. None where none
        is left."""
        left = list(self._proposed)
        cores: dict[str, set[str]] = {}
        while True:
            broken: list[str] = []
            for name in left:
                settled = self._settled(name, left)
                if all(one.holds for one in settled):
                    cores[name] = {used for one in settled for used in one.core} & set(left)
                else:
                    broken.append(name)
            if not broken:
                break
            left = [name for name in left if name not in broken]
        groups = [self._group(name, cores) for name in left]
        found = [self._judged(group, True) for group in groups]
        return min(found, key=lambda one: one.rank, default=None)

    def _group(self, name: str, cores: Mapping[str, set[str]]) -> list[str]:
        group, waiting = [name], [name]
        while waiting:
            for one in sorted(cores[waiting.pop()]):
                if one not in group:
                    group.append(one)
                    waiting.append(one)
        return group

    def _judged(self, names: Sequence[str], is_kept: bool) -> Judged:
        return Judged(tuple([self._proposed[name] for name in names]), is_kept, self._closes(names))

    def _is_kept(self, name: str, beside: Collection[str]) -> bool:
        return all(one.holds for one in self._settled(name, beside))

    def _settled(self, name: str, beside: Collection[str]) -> list[Settled]:
        found: list[Settled] = []
        for one in self._asked.all:
            if one.subject == name and one.kind in (Kind.BEGINS, Kind.KEPT):
                found.append(self._settle(one, beside))
                if not found[-1].holds:
                    break
        return found

    def _closes(self, names: Sequence[str]) -> bool:
        """Whether what was broken is met: the same lemma after the same action, or the property follows."""
        broken = self._broken
        action = None if broken.action is None else broken.action.name
        about = [
            one
            for one in self._asked.all
            if one.subject == broken.subject
            and one.kind is not Kind.POSSIBLE
            and (one.action is None or one.action.name == action)
        ]
        return all(self._settle(one, names).holds for one in about)

    def _settle(self, one: Obligation, beside: Collection[str]) -> Settled:
        seconds, seed = self._limits
        given = [*self._own, *beside]
        return settle(
            self._system, self._asked, self._terms, one, seconds, seed, hypotheses=given, shown=False
        )


def free_name(model: type, wish: str, others: Collection[str]) -> str:
    """A name for a lemma that nothing in the model has, and none of the others."""
    declaration = declare(model)
    taken = (
        {*others} | {one.name for one in declaration.methods} | {one.name for one in declaration.variables}
    )
    taken |= {*declaration.params, *dir(model)}
    return next(
        name for name in (wish, *(f"{wish}_{number}" for number in range(2, 1_000))) if name not in taken
    )
