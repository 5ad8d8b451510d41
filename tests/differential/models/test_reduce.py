"""Models are made smaller only as far as their fault stays."""

from __future__ import annotations

from tests.differential.models.reduce import reduced
from tests.strategies.models.dice import Dice
from tests.strategies.models.module import Generated, generated


def test_what_the_fault_needs_is_left() -> None:
    model = generated(Dice.seeded(5))
    assert "self.count += 1" in model.text

    def faulty(one: Generated) -> bool:
        compile(one.text, "model.py", "exec")
        return "self.count += 1" in one.text

    smaller = reduced(model, faulty)
    assert "self.count += 1" in smaller.text
    assert smaller.text.count("def ") == 1
    assert (smaller.scope, smaller.params) == (model.scope, model.params)


def test_nothing_is_left_out_of_a_model_that_needs_everything() -> None:
    model = generated(Dice.seeded(2))
    assert reduced(model, lambda one: one == model) == model
