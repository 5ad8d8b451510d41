"""Truths as circuits: conjunctions and negations over variables, each built once, simplified as it is built.

A literal is twice the number of a node, plus one for its negation. Node 0 is false, so the literals 0 and 1
are the constants. A node is a variable (its name), a term of the solver, or the sorted literals of a
conjunction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from checker.engines.smt import z3_library
from checker.engines.smt.z3_library import Term

T = TypeVar("T")

Lit = int
FALSE: Lit = 0
TRUE: Lit = 1

FLATTENED_MAX = 8
"""A conjunction with at most so many items is opened where it stands in another: contradictions show."""

PAIRED_MAX = 6

Node = str | Term | tuple[Lit, ...]


class Logic:
    """A growing set of circuits."""

    def __init__(self) -> None:
        self._nodes: list[Node] = [()]
        self._conjunctions: dict[tuple[Lit, ...], Lit] = {}
        self._variables: dict[str, Lit] = {}
        self._atoms: dict[int, Lit] = {}

    def __len__(self) -> int:
        return len(self._nodes)

    def node(self, lit: Lit) -> Node:
        """The node that a literal is of."""
        return self._nodes[lit >> 1]

    def variable(self, name: str) -> Lit:
        """The variable of that name."""
        known = self._variables.get(name)
        if known is None:
            known = self._variables[name] = self._new(name)
        return known

    def atom(self, term: Term) -> Lit:
        """A term of the solver, as a truth."""
        known = self._atoms.get(term.get_id())
        if known is None:
            known = self._atoms[term.get_id()] = self._new(term)
        return known

    def _new(self, node: Node) -> Lit:
        self._nodes.append(node)
        return 2 * (len(self._nodes) - 1)

    # -------------------------------------------------------------- connectives

    def both(self, a: Lit, b: Lit) -> Lit:
        """`a and b`."""
        if a in (TRUE, b):
            return b
        if b == TRUE:
            return a
        if FALSE in (a, b) or a == b ^ 1:
            return FALSE
        return self.all_of((a, b))

    def either(self, a: Lit, b: Lit) -> Lit:
        """`a or b`."""
        return self.both(a ^ 1, b ^ 1) ^ 1

    def all_of(self, items: Iterable[Lit]) -> Lit:
        """The conjunction."""
        kept: set[Lit] = set()
        for item in items:
            if item == TRUE:
                continue
            if item == FALSE:
                return FALSE
            node = self._nodes[item >> 1]
            if not item & 1 and isinstance(node, tuple) and len(node) <= FLATTENED_MAX:
                kept.update(node)
            else:
                kept.add(item)
        if len(kept) <= 1:
            return kept.pop() if kept else TRUE
        if any(item ^ 1 in kept for item in kept):
            return FALSE
        key = tuple(sorted(kept))
        known = self._conjunctions.get(key)
        if known is None:
            known = self._conjunctions[key] = self._new(key)
        return known

    def any_of(self, items: Iterable[Lit]) -> Lit:
        """The disjunction."""
        return self.all_of([item ^ 1 for item in items]) ^ 1

    def implies(self, a: Lit, b: Lit) -> Lit:
        """`not a or b`."""
        return self.both(a, b ^ 1) ^ 1

    def same(self, a: Lit, b: Lit) -> Lit:
        """`a == b`."""
        if a == b:
            return TRUE
        if a == b ^ 1:
            return FALSE
        if a <= TRUE:
            return b if a == TRUE else b ^ 1
        if b <= TRUE:
            return a if b == TRUE else a ^ 1
        return self.both(self.implies(a, b), self.implies(b, a))

    def choice(self, cases: Iterable[tuple[Lit, Lit]]) -> Lit:
        """The truth of the one case whose guard, the first of the pair, holds."""
        return self.any_of([self.both(guard, item) for guard, item in cases])

    def at_most_one(self, items: Iterable[Lit]) -> Lit:
        """No two of them: pairs of few, of many each with whether one stood before it."""
        kept = [item for item in items if item != FALSE]
        if len(kept) <= PAIRED_MAX:
            pairs = ((a, b) for index, a in enumerate(kept) for b in kept[:index])
            return self.all_of([self.both(a, b) ^ 1 for a, b in pairs])
        before, clashes = FALSE, list[Lit]()
        for item in kept:
            clashes.append(self.both(before, item) ^ 1)
            before = self.either(before, item)
        return self.all_of(clashes)

    # -------------------------------------------------------------- evaluation

    def evaluate(self, roots: Iterable[Lit], values: Mapping[str, bool]) -> list[bool]:
        """The truths of literals where the variables have these values; a variable not named is false."""
        known: dict[int, bool] = {0: False}

        def leaf(node: Node) -> bool:
            assert isinstance(node, str), "a term has no value outside of the solver"
            return values.get(node, False)

        return [
            self.folded(root >> 1, known, leaf, lambda items: all(items), lambda item: not item)
            ^ bool(root & 1)
            for root in roots
        ]

    def folded(
        self,
        number: int,
        known: dict[int, T],
        leaf: Callable[[Node], T],
        every: Callable[[list[T]], T],
        opposite: Callable[[T], T],
    ) -> T:
        """What a node comes to, from the bottom up and without recursion: circuits are deep."""
        waiting = [number]
        while waiting:
            at = waiting[-1]
            if at in known:
                waiting.pop()
                continue
            node = self._nodes[at]
            if not isinstance(node, tuple):
                known[at] = leaf(node)
                continue
            missing = [item >> 1 for item in node if item >> 1 not in known]
            if missing:
                waiting.extend(missing)
                continue
            known[at] = every([opposite(known[i >> 1]) if i & 1 else known[i >> 1] for i in node])
        return known[number]

    def substituted(self, lit: Lit, pairs: Sequence[tuple[Term, Term]]) -> Lit:
        """A literal with constants of its terms replaced."""

        def leaf(node: Node) -> Lit:
            if isinstance(node, str):
                return self.variable(node)
            return self.atom(z3_library.substituted(_term(node), pairs))

        return self.folded(lit >> 1, {0: FALSE}, leaf, self.all_of, lambda item: item ^ 1) ^ (lit & 1)

    def variables_of(self, roots: Iterable[Lit]) -> frozenset[str]:
        """The names of the variables that literals depend on."""
        found: set[str] = set()
        seen: set[int] = set()
        waiting = [root >> 1 for root in roots]
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            node = self._nodes[at]
            if isinstance(node, str):
                found.add(node)
            elif isinstance(node, tuple):
                waiting.extend(item >> 1 for item in node)
        return frozenset(found)


class Terms:
    """Circuits as terms of the solver, each made once.

    Args:
        rename: the solver's name of a variable: one set of circuits serves every step of a behaviour.
    """

    def __init__(self, logic: Logic, rename: Callable[[str], str] = lambda name: name) -> None:
        self._logic = logic
        self._rename = rename
        self._known: dict[int, Term] = {0: z3_library.truth(False)}
        self._negated: dict[int, Term] = {}

    def of(self, lit: Lit) -> Term:
        """The term of a literal."""
        term = self._logic.folded(lit >> 1, self._known, self._leaf, z3_library.conjunction, self._opposite)
        return self._opposite(term) if lit & 1 else term

    def _leaf(self, node: Node) -> Term:
        return z3_library.boolean(self._rename(node)) if isinstance(node, str) else _term(node)

    def _opposite(self, term: Term) -> Term:
        number = term.get_id()
        known = self._negated.get(number)
        if known is None:
            known = self._negated[number] = z3_library.negation(term)
        return known


def _term(node: Node) -> Term:
    assert not isinstance(node, str | tuple), "a leaf is a variable or a term"
    return node
