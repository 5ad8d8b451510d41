"""By which sorts a search is reduced: what was asked for, and what the model allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from checker.engines.request import Request
from checker.ir import nodes as ir
from checker.ir.eager import eager
from checker.ir.interchangeable import Distinction, distinctions
from checker.language.errors import ModelError
from checker.language.scope import Scope


class SymmetryError(ModelError):
    """A search was to be reduced by a sort whose members cannot be interchanged, or that there is not."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """The sorts whose members are interchanged.

    Attributes:
        sorts: by name, in the model's order; those with a single member change nothing, and are left out.
        notes: why others are not among them, where nobody asked.
        model: what an engine compiles and evaluates. Where the order in which members are met might decide
            whether an evaluation fails, it looks at all of them.
        doubtful: the places where that is so, of the sorts that are reduced by. An evaluation that fails in
            such a model may be one that fails in some order only: `certain` says how to find out.
    """

    sorts: tuple[str, ...]
    notes: tuple[str, ...]
    model: ir.Model
    doubtful: tuple[Distinction, ...] = ()

    def certain(self, model: ir.Model) -> Reduction:
        """The reduction without the sorts that are in doubt."""
        doubted = frozenset[str]().union(*(one.sorts for one in self.doubtful))
        notes = [_note(name, self.doubtful) for name in self.sorts if name in doubted]
        kept = tuple([name for name in self.sorts if name not in doubted])
        return Reduction(kept, (*self.notes, *notes), model)


def reduction(request: Request, model: ir.Model, scope: Scope) -> Reduction:
    """What a request is reduced by.

    Raises:
        SymmetryError: it names a sort that the model does not have, or whose members are not interchangeable.
    """
    sizes = {sort.__name__: size for sort, size in scope.sizes.items()}
    if request.symmetry is not None:
        _check_names(request.symmetry, model)
    wanted = [
        sort.name
        for sort in model.sorts
        if not sort.ordered
        and sizes.get(sort.name, 1) > 1
        and (request.symmetry is None or sort.name in request.symmetry)
    ]
    found = [one for one in distinctions(_asked(request, model)) if one.sorts & set(wanted)]
    loops = [one for one in found if one.in_loop]
    fixed = frozenset[str]().union(*(one.sorts for one in loops)) & set(wanted)
    if fixed and request.symmetry is not None:
        raise SymmetryError(_refusal(sorted(fixed)[0], loops))
    kept = tuple([name for name in wanted if name not in fixed])
    doubtful = tuple([one for one in found if not one.in_loop and one.sorts & set(kept)])
    looked = eager(model, [one.span for one in doubtful]) if doubtful else model
    return Reduction(kept, tuple([_note(name, loops) for name in wanted if name in fixed]), looked, doubtful)


def _asked(request: Request, model: ir.Model) -> ir.Model:
    """The model without the properties that are left out."""
    checked, kept = request.only, request.constraints
    left = {
        ir.PropertyKind.INVARIANT: checked,
        ir.PropertyKind.STEP_INVARIANT: checked,
        ir.PropertyKind.CONSTRAINT: kept,
        ir.PropertyKind.LEMMA: frozenset[str](),  # the prover looks at them, a search does not
    }
    properties = tuple(
        [one for one in model.properties if (names := left.get(one.kind)) is None or one.name in names]
    )
    return replace(model, properties=properties)


def _check_names(names: tuple[str, ...], model: ir.Model) -> None:
    kinds = {sort.name: sort.ordered for sort in model.sorts}
    for name in names:
        if name not in kinds:
            have = ", ".join([one for one, ordered in kinds.items() if not ordered]) or "none"
            raise SymmetryError(f"the model has no sort '{name}'; it can be reduced by {have}")
        if kinds[name]:
            raise SymmetryError(
                f"the members of {name} are ordered, so that none can stand for another; leave it out"
            )


def _place(name: str, found: Iterable[Distinction]) -> Distinction:
    return next(one for one in found if name in one.sorts)


def _note(name: str, found: Iterable[Distinction]) -> str:
    return f"members of {name} are not interchanged: {_fact(name, found)}; {_FIX}"


def _refusal(name: str, found: Iterable[Distinction]) -> str:
    return f"{_fact(name, found)}; {_FIX}, or leave {name} out of 'symmetry'"


def _fact(name: str, found: Iterable[Distinction]) -> str:
    failing = _place(name, found).failing
    return (
        f"{failing.file}:{failing.line} may have no value, and the order in which members of {name} are met "
        "decides whether that shows"
    )


_FIX = "put a guard before it, as in 'k in m and m[k] > 3'"
