"""How many combinations of arguments there are, before they are written out."""

from __future__ import annotations

import pytest

from checker import Map, Model, Set, Sort, action
from checker.language.declaration import declare
from checker.language.extent import count_bindings
from checker.language.model import make_scope
from checker.language.rules import Kind


class Node(Sort):
    """Any."""


class Chooses(Model):
    """Sets are arguments."""

    marked: Map[Node, bool]

    @action
    def mark(self, a: Set[Node], b: Set[Node], c: Node) -> None:
        """Marks those in both."""
        for n in a & b:
            self.marked[n] = n != c


@pytest.mark.parametrize(("nodes", "count"), [(1, 4), (2, 32), (3, 192), (9, 2_359_296)])
def test_sets_are_counted_as_many_as_there_are(nodes: int, count: int) -> None:
    declaration = declare(Chooses)
    scope = make_scope(declaration, {"Node": nodes}, {}, {})
    (mark,) = declaration.of_kind(Kind.ACTION)
    assert count_bindings(mark, scope) == count
