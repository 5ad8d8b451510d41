"""A mistake in what ghosts remember is told apart from one that changes a behaviour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.ir.mutation.collecting import mutants_of
from checker.ir.mutation.variants import Callers, applied, variant_of
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.running.mutant_source import written
from tests.models.evidence import Evidence
from tests.models.mutable import Rounds
from tests.unit.mutation.steps import behaviour


def whats(model: type) -> tuple[list[str], list[str]]:
    """What is wrong with the mutants that are tested, and with those of ghosts."""
    found = mutants_of(capture_with_classes(model)[0])
    return (
        [f"{one.mutant.owner}: {written(one.mutant).what}" for one in found.made],
        [f"{one.owner}: {written(one).what}" for one in found.ghostly],
    )


def test_mistakes_in_what_ghosts_remember_are_told_apart() -> None:
    made, ghostly = whats(Evidence)
    # A guard that stands in a write of a ghost, a write beside one, and a local that both read.
    assert "move: self.history.add(present(self.reached[n]))" in made
    assert "move: self.steps.add(mine)" in made
    assert "begin: self.reached[n] = r" in made
    # A write, a helper's call, the loop around it, a local, a helper that only they call.
    assert "move: self.late = True" in ghostly
    assert "begin: self.remember(n)" in ghostly
    assert "move: m != n" in ghostly
    assert "remember: mine >= Round.first" in ghostly
    assert "is_behind: mine < r" in ghostly
    assert not set(made) & (set(ghostly) - {"begin: self.reached[n] = r"})  # it is a swap, too
    assert whats(Rounds)[1] == ["finish: self.history.add(r)"]


def test_without_ghosts_every_mistake_counts() -> None:
    captured = capture_with_classes(Evidence)[0]
    plain = tuple(replace(one, ghost=False) for one in captured.variables)
    found = mutants_of(replace(captured, variables=plain))
    assert not found.ghostly
    assert len(found.made) == sum(map(len, whats(Evidence)))


@pytest.mark.parametrize("model", [Evidence, Rounds])
def test_a_mistake_in_what_ghosts_remember_changes_no_behaviour(model: type) -> None:
    captured, classes = capture_with_classes(model)
    scope = make_scope(declare(model), {"Node": 2, "Round": 2}, {}, {}, None)
    universe = LanguageUniverse(classes, scope)
    right, failed = behaviour(captured, universe)
    assert right
    assert not failed
    callers, tried = Callers(captured), 0
    for mutant in mutants_of(captured).ghostly:
        changed, fails = behaviour(applied(captured, variant_of(mutant, callers, "__wrong")), universe)
        if not fails:  # what ghosts remember may have become what cannot be evaluated
            assert changed == right, written(mutant).what
            tried += 1
    assert tried > 0


def test_a_mistake_that_counts_changes_it() -> None:
    captured, classes = capture_with_classes(Evidence)
    scope = make_scope(declare(Evidence), {"Node": 2, "Round": 3}, {}, {}, None)
    universe = LanguageUniverse(classes, scope)
    right, _ = behaviour(captured, universe)
    same = {
        written(one.mutant).what
        for one in mutants_of(captured).made
        if behaviour(one.model, universe)[0] == right
    }
    # A guard is there twice, so that one of the two is not missed.
    assert same <= {"mine is not None", "mine < Round.last", "self.history.add(present(self.reached[n]))"}
