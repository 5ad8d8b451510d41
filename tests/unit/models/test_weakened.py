"""The weakened groups of `tests.bench.weakenings` are models, and differ from what they weaken."""

from __future__ import annotations

import pytest

from checker.capture.model import capture_with_classes
from checker.language.model import Model
from tests.bench.weakenings import HARMLESS, SPECS, weakened

GROUPS = weakened()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_a_weakened_group_is_a_model_of_its_own(group: type[Model]) -> None:
    original = group.__mro__[1]
    assert original in SPECS
    captured, _ = capture_with_classes(group)
    whole, _ = capture_with_classes(original)
    changed = (captured.actions, captured.functions, captured.procedures)
    assert changed != (whole.actions, whole.functions, whole.procedures)


def test_the_harmless_ones_are_among_them() -> None:
    assert set(HARMLESS) <= {group.__name__ for group in GROUPS}
