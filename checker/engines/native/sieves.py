"""Guards that say what a parameter may be, as sets that its loop draws from.

`for n, for t, for q` with `require(n in q)`: which `q` have `n` is found out once for each `n`, as a set, and
the innermost loop draws from it; without such a `q` no `t` is tried. It is done where every round between is
sure to come to the inner loop; otherwise the set might be made for nothing.

`require(k in self.held[c])` is such a set already: the loop over `k` draws from the keys, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.children import free_locals
from checker.ir.guarded import put
from checker.ir.type_of import type_of
from checker.ir.types import PartialType, SetType, Type


@dataclass(frozen=True, slots=True)
class Sieved:
    """The statements of each level, and what parameters are drawn from instead of their types."""

    levels: list[list[ir.Statement]]
    sources: Mapping[str, ir.Expr]


def sieved(
    parameters: Sequence[ir.Parameter],
    levels: Sequence[Sequence[ir.Statement]],
    depth: Mapping[str, int],
    is_total: Callable[[ir.Expr, int], bool],
    is_small: Callable[[Type], bool],
) -> Sieved:
    """Moves guards of single parameters outwards, as sets.

    Args:
        levels: the statements before the first loop, in the first, in the second, ...
        depth: the level in which each name is bound.
        is_total: whether an expression has a value in a level.
        is_small: whether a set of a type's values is a mask.
    """
    found = Sieved([list(level) for level in levels], sources := dict[str, ir.Expr]())
    for inner, parameter in enumerate(parameters, 1):
        if parameter.source is not None or not is_small(parameter.type):
            continue
        for level in range(_first_free(parameters, found.levels, inner), inner - 1):
            guards = [
                one
                for one in found.levels[inner]
                if isinstance(one, ir.Require)
                and _level_without(one.condition, parameter.name, depth) == level
                and is_total(one.condition, level)
            ]
            if guards:
                found.levels[inner] = [one for one in found.levels[inner] if one not in guards]
                source = sources.get(parameter.name, ir.Domain(parameter.type, span=guards[0].span))
                sources[parameter.name] = _put(found.levels, level, parameter, guards, source)
        for one in tuple(found.levels[inner]):
            members = _members(one, parameter)
            if (
                members is not None
                and isinstance(one, ir.Require)
                and (_level_without(one.condition, parameter.name, depth) or 0) < inner
                and is_total(one.condition, inner - 1)
            ):
                found.levels[inner].remove(one)
                sources[parameter.name] = _both(sources.get(parameter.name), members)
    return found


def _members(guard: ir.Statement, parameter: ir.Parameter) -> ir.Expr | None:
    """The set that a guard says a parameter is in, where it says just that."""
    match guard:
        case ir.Require(ir.Contains(ir.Local(name), held)) if name == parameter.name:
            kind = type_of(held)
            if name in free_locals(held):
                return None
            if isinstance(kind, PartialType) and kind.key == parameter.type:
                return ir.Convert(held, SetType(kind.key), span=guard.span)
            return held if kind == SetType(parameter.type) else None
        case _:
            return None


def _both(known: ir.Expr | None, members: ir.Expr) -> ir.Expr:
    if known is None:
        return members
    return ir.SetOp(ir.SetOperator.INTERSECTION, known, members, type_of(members), span=members.span)


def _first_free(
    parameters: Sequence[ir.Parameter], levels: Sequence[Sequence[ir.Statement]], inner: int
) -> int:
    """The outermost level from which every round comes to the loop `inner`, once its own guards hold."""
    level = inner - 1
    while level > 0 and parameters[level - 1].source is None and not _guards(levels[level]):
        level -= 1
    return level


def _guards(level: Sequence[ir.Statement]) -> bool:
    return any(isinstance(one, ir.Require) for one in level)


def _level_without(condition: ir.Expr, name: str, depth: Mapping[str, int]) -> int | None:
    """The level in which all others that a condition on a parameter names are bound; None without it."""
    used = free_locals(condition)
    return max((depth[one] for one in used - {name} if one in depth), default=0) if name in used else None


def _put(
    levels: list[list[ir.Statement]],
    level: int,
    parameter: ir.Parameter,
    guards: Sequence[ir.Require],
    source: ir.Expr,
) -> ir.Expr:
    """Adds the set to a level, and that it has an element; the set."""
    span, kind = guards[0].span, SetType(parameter.type)
    # No name in a model begins like this.
    name = f"lockstep_{parameter.name}_{level}"
    element = ir.Local(f"{name}_element", parameter.type, span=span)
    known, rest = None if isinstance(source, ir.Domain) else source, list[ir.Require]()
    for one in guards:
        if (members := _members(one, parameter)) is None:
            rest.append(one)
        else:
            known = _both(known, members)
    made = known
    if rest or made is None:
        conditions = tuple(put(one.condition, {parameter.name: element}) for one in rest)
        binder = ir.Binder(element.name, parameter.type, known or source, conditions, span=span)
        made = ir.Build(kind, (binder,), element, span=span)
    found = ir.Local(name, kind, span=span)
    none = ir.Eq(ir.Size(found, span=span), ir.IntLit(0), span=span)
    levels[level] += [ir.Bind(name, kind, made, span=span), ir.Require(ir.Not(none, span=span), span=span)]
    return found
