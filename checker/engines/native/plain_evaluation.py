"""What expressions say of values when no state is there: evaluated when the code is generated, once for all
programs that mean the same by them.

A gate generates dozens of programs that differ in one rule; nearly all of their tables are the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.engines.native.plain_universe import PlainUniverse
from checker.engines.native.ranks import Ranks
from checker.engines.native.sizes import Sizes
from checker.ir import nodes as ir
from checker.ir.children import walk
from checker.ir.evaluate import EvaluationError, Evaluator
from checker.ir.types import Type
from checker.ir.universe import Value

CONTEXTS_MAX = 8
"""How many sets of types and scopes are remembered: what is searched one after the other is mostly alike."""


@dataclass(slots=True)
class _Context:
    """What programs share whose types and scope are the same."""

    elements: dict[Type, list[Value]] = field(default_factory=dict[Type, "list[Value]"])
    masks: dict[object, tuple[int, ...]] = field(default_factory=dict[object, "tuple[int, ...]"])


_contexts: OrderedDict[object, _Context] = OrderedDict()


def _context(model: ir.Model, sizes: Sizes) -> _Context:
    scope = tuple(sorted(sizes.sorts.items())), tuple(sorted(sizes.params.items()))
    key = (model.sorts, model.enums, model.records, scope)
    if key not in _contexts:
        _contexts[key] = _Context()
        if len(_contexts) > CONTEXTS_MAX:
            _contexts.popitem(last=False)
    _contexts.move_to_end(key)
    return _contexts[key]


class PlainEvaluation:
    """The expressions of a model over plain values, in one scope."""

    def __init__(self, model: ir.Model, sizes: Sizes) -> None:
        universe = PlainUniverse(model, sizes)
        self.ranks = Ranks(universe, sizes)
        self._evaluator = Evaluator(model, universe)
        self._functions = {function.name: function for function in model.functions}
        self._context = _context(model, sizes)
        self._narrowed: dict[int, tuple[ir.Expr, bool]] = {}

    def elements(self, domain: Type, count: int) -> list[Value]:
        """The values of a type by rank, made once: a table evaluates its predicate for each many times."""
        known = self._context.elements
        if domain not in known:
            known[domain] = [self.ranks.value(domain, rank) for rank in range(count)]
        return known[domain]

    def masks(self, expr: ir.Expr, made_from: object, make: Callable[[], tuple[int, ...]]) -> tuple[int, ...]:
        """The masks that `make` makes of an expression, made once: `made_from` is what they depend on besides
        the expression, the helpers that it calls, the types and the scope."""
        key = (made_from, expr, self._helpers(expr))
        known = self._context.masks
        if key not in known:
            known[key] = make()
        return known[key]

    def _helpers(self, expr: ir.Expr) -> tuple[ir.Function, ...]:
        found: dict[str, ir.Function] = {}
        bodies = [expr]
        while bodies:
            for node in walk(bodies.pop()):
                if isinstance(node, ir.Call) and node.function not in found:
                    found[node.function] = self._functions[node.function]
                    bodies.append(found[node.function].body)
        return tuple(found[name] for name in sorted(found))

    def evaluate(self, expr: ir.Expr, given: Mapping[str, Any]) -> Any:
        """The value of a total expression; None where a narrower view has no meaning, which nobody looks at:
        the test that dominates it is false there."""
        try:
            return self._evaluator.evaluate(expr, {}, None, given)
        except EvaluationError:
            raise AssertionError("a total expression failed") from None
        except (KeyError, ValueError, TypeError, AttributeError):
            assert self._sees_narrower(expr), "only a narrower view may have no meaning"
            return None

    def _sees_narrower(self, expr: ir.Expr) -> bool:
        known = self._narrowed.get(id(expr))
        if known is None:
            # The expression is kept with the answer, so that its number stays its own.
            known = self._narrowed[id(expr)] = (expr, sees_narrower(expr))
        return known[1]


def sees_narrower(expr: ir.Expr) -> bool:
    """What a test dominates may have no meaning where the test is false: it is not evaluated early."""
    return any(isinstance(node, ir.Narrow) for node in walk(expr))
