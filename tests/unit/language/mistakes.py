"""Mistakes that the language at run time has a message for; the messages stand in tests/golden."""

# What is tested here is wrong on purpose, its types included.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import builtins
import enum
from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType
from typing import Annotated, Any, Literal, Optional

from checker import (
    Bag,
    Ghost,
    Map,
    Model,
    Ordered,
    Param,
    Partial,
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    fault,
    invariant,
    lemma,
    refines,
    replace,
    require,
)
from checker.language.declaration import check_names, declare
from checker.language.forms import resolve
from checker.language.scope import Scope
from tests.models.refining import Decision, Election
from tests.unit.language import test_records as samples
from tests.unit.language import test_stores
from tests.unit.language.bounds import Bounds, Flag
from tests.unit.language.changed_classes import changed, too_large
from tests.unit.language.cluster import Ask, Cluster, Entry, Local, Node, Term, Value, cluster
from tests.unit.language.lease import Forgets, Impossible, Lease, Undefined, lease
from tests.unit.language.test_records import Lost, Message, Ping

Mistake = tuple[str, Callable[[], object]]

A, B = Node(1), Node(2)
E = Entry(Term(1), Value(1))


class Site(Sort): ...


class Wide(Record):
    a: Site
    b: Site


class Level(enum.IntEnum):
    LOW = 1


class Loop(Record):
    inner: Loop | None


class Stray(Ordered): ...


class Undrawn(Model):
    seen: Set[Wide]

    @action
    def see(self, s: Set[Wide]) -> None:
        self.seen = s


def scopes() -> Iterator[Mistake]:
    """Sizes, parameters and budgets that do not fit."""
    whole = {"Node": 1, "Slot": 1, "Term": 1, "Value": 1}

    def at(sizes: dict[str, int], params: dict[str, Any], faults: dict[str, int]) -> Callable[[], object]:
        return lambda: Cluster.at(sizes, params=params, faults=faults)

    yield "no size", at({"Node": 2}, {}, {})
    yield "a misspelt sort", at({"Nod": 2}, {}, {})
    yield "an unknown sort", at({"Acceptor": 2}, {}, {})
    yield "a size of zero", at({"Node": 0}, {}, {})
    yield "a size that is a bool", at({"Node": True}, {}, {})
    yield "no parameter", at(whole, {}, {})
    yield "an unknown parameter", at(whole, {"horizont": 1}, {})
    yield "a parameter that is text", at(whole, {"horizon": "1"}, {})
    yield "an unknown fault", at(whole, {"horizon": 1}, {"crush": 1})
    yield "a negative budget", at(whole, {"horizon": 1}, {"crash": -1})
    yield "an empty range", lambda: Bounds.at({}, params={"limit": -1})
    yield "no model runs", lambda: list(Node)
    yield "a sort of another model", lambda: Scope({}, {}, {}).members(Stray)
    yield "a large domain", lambda: Undrawn.at({"Site": 4}).enabled()
    yield "no scope", lambda: Lease()
    yield "a Quorum without its sort", lambda: cluster().scope.quorums(Quorum)
    yield "a Quorum of no sort", lambda: Quorum[3]  # type: ignore[valid-type]  # a mistake on purpose


def records() -> Iterator[Mistake]:
    """Records that cannot be made."""
    ping: Any = Ping
    A, B = samples.A, samples.B  # as the module names its own
    yield "too few fields", lambda: ping(A)
    yield "too many fields", lambda: ping(A, B, True, A)
    yield "a field twice", lambda: ping(A, source=A)
    yield "a misspelt field", lambda: ping(A, B, agian=True)
    yield "an unknown field", lambda: ping(A, B, xyz=True)
    yield "reading an unknown field", lambda: ping(A, B).sorce
    yield "replacing an unknown field", lambda: replace(Ping(A, B), xyz=1)
    yield "assigning an unknown field", lambda: setattr(cluster().node[Node(1)], "trem", 1)
    yield "a field of the wrong type", lambda: ping(A, 1)
    yield "a bool that is an integer", lambda: Flag(1)  # type: ignore[arg-type]  # a mistake on purpose
    yield "a class with subclasses", lambda: Message(A)
    yield "deleting a field", lambda: ping(A, B).__delattr__("to")
    yield (
        "a field with a name that is taken",
        lambda: type("R", (Record,), {"__annotations__": {"record_names": bool}}),
    )
    yield "an annotation of a record", lambda: Lost(A)
    yield "a record of another model", lambda: ping(Node(1), B)
    yield "a member number", lambda: Node(0)
    yield "a member of Sort", lambda: Sort(1)
    yield "an attribute of a member", lambda: setattr(A, "x", 1)
    yield "a sort of a sort", lambda: type("Leader", (Node,), {})


def types() -> Iterator[Mistake]:
    """Annotations that the language does not have."""
    wrong: list[object] = [
        int, str, float, bytes, object, list[Node], dict[Node, bool], set[Node], frozenset[Node], None, type(None), Any,  # noqa: E501  # the table reads better whole
        Sort, Ordered, Record, Quorum, Map, Partial[Node, list[Node]], Seq[Node, Literal[1, 2]], Seq[Node, int], Bag[Node, None],  # noqa: E501  # the table reads better whole
        tuple[Node, ...], Node | None | bool, Node | Term, Ping | Node, Annotated[bool, Range(0, 1)], Range(0, 1),  # noqa: E501  # the table reads better whole
        Annotated[int, Range(3, 1)], Annotated[int, Range(0, 1.5)], Annotated[int, Range(0, 1), Range(0, 2)],  # type: ignore[arg-type]  # a mistake on purpose
        Set[Ghost[Node]], Level, Loop, Callable[[], int], Optional[Annotated[Node | None, "x"]], complex,  # noqa: UP045  # that is what is tested
    ]  # fmt: skip
    for one in wrong:
        yield (
            f"the type {one}".replace("typing.", "").replace(f"{__name__}.", ""),
            partial(resolve, one),
        )
    short: Any = Map
    yield "a map without its values", lambda: resolve(short[Node])


def make(annotations: dict[str, object], **members: object) -> type[Model]:
    """A model class from parts; its methods come from this file."""
    return type("Made", (Model,), {"__annotations__": annotations, "__module__": __name__, **members})


@action
def see(self: Any) -> None:
    """An action to be put into models."""


def unknown(self: Any, n: Missing) -> None:  # type: ignore[name-defined]  # noqa: F821  # a mistake on purpose
    """An action whose annotation cannot be read."""


def untyped(self, n):  # type: ignore[no-untyped-def]  # a mistake on purpose
    """An action without types."""


def unbounded(self: Any, n: int) -> None:
    """An action over all integers."""


def several(self: Any, *n: Site) -> None:
    """An action with parameters of no fixed number."""


def lockstep_fork(self: Any) -> None:
    """A method of a name that every model has."""


def declarations() -> Iterator[Mistake]:
    """Model classes that are refused."""

    def at(annotations: dict[str, object], **members: object) -> Callable[[], object]:
        return lambda: make(annotations, **members).at({"Site": 1} if Site in annotations.values() else {})

    yield "a variable that every model has", at({"at": bool})
    yield "a variable with a value", at({"x": bool}, x=True)
    yield "a parameter with a value", at({"x": Param}, x=1)
    yield "a variable and a method", at({"x": bool}, x=see)
    yield "an inherited variable and a method", lambda: declare(type("Sub", (make({"x": bool}),), {"x": see}))
    yield "a variable of an unknown type", at({"x": "Nowhere"})
    yield "a variable of a wrong type", at({"x": int})
    yield "a sort without a start", at({"x": Site})
    yield "a bound that is no parameter", at({"x": Annotated[int, Range(0, "y")]})
    yield "a parameter of an unknown type", at({}, a=action(unknown))
    yield "a parameter without a type", at({}, a=action(untyped))
    yield "a parameter of a wrong type", at({}, a=action(unbounded))
    yield "parameters of no fixed number", at({}, a=action(several))
    yield "a method that every model has", at({}, lockstep_fork=lockstep_fork)
    yield "two decorators", lambda: invariant(see)
    yield "a decorator on no method", lambda: action(3)  # type: ignore[type-var]  # a mistake on purpose
    yield "a fault without a budget", lambda: fault(see)  # type: ignore[arg-type]  # a mistake on purpose
    yield "a lemma that uses one name as text", lambda: lemma(uses="see")
    yield "a lemma without what it uses", lambda: lemma(uses=None)  # type: ignore[call-overload]  # a mistake on purpose
    other = type("Site", (Sort,), {})
    generic: Any = Map
    yield (
        "two sorts of one name",
        lambda: check_names(declare(make({"x": generic[Site, bool], "y": generic[other, bool]}))),
    )
    yield (
        "a model without a file",
        lambda: exec(
            "class M(Model):\n    x: bool\n    @action\n    def a(self): self.x = True",
            {"Model": Model, "action": action},
        ),
    )
    yield "no initial state", lambda: lease(Impossible)
    yield "a variable left without a value", lambda: lease(Forgets)
    yield "no such initial method", lambda: lease().start("give")


def instances() -> Iterator[Mistake]:
    """What a program does with a model."""
    m: Any = lease(crashes=1)
    yield "a misspelt variable", lambda: m.holdr
    yield "assigning a misspelt variable", lambda: setattr(m, "untl", 1)
    yield "assigning an unknown variable", lambda: setattr(m, "xyz", 1)
    yield "assigning a parameter", lambda: setattr(m, "length", 1)
    yield "deleting a variable", lambda: delattr(m, "term")
    yield "restoring an unknown variable", lambda: m.restore({"holdr": A})
    yield "restoring a budget", lambda: m.restore({"faults.crash": 3})
    bare: Any = Lease.lockstep_uninitialised({"Node": 1, "Term": 1, "Slot": 1}, params={"length": 1})
    yield "reading before @initial", lambda: bare.holder
    yield "an argument of another type", lambda: m.give(Term(1), A)
    yield "an argument beyond the scope", lambda: m.give(m.holder, type(m.holder)(4))
    yield "a quorum that is none", lambda: m.held_long(m.holder, {m.holder})
    yield "a budget that is used up", lambda: lease().crash(m.holder)
    yield "a property that writes", lambda: cluster().writes()


def _read(m: Any, key: object) -> Callable[[], object]:
    return lambda: m[key]


def evaluations() -> Iterator[Mistake]:
    """What is undefined."""
    for index, (_, change) in enumerate(test_stores.WRONG):
        yield f"store {index + 1}", _on_a_cluster(change)
    yield "a constant record", lambda: Bounds.at({}, params={"limit": 2}).take_constant()
    yield "a missing key", _read(Partial({A: 1}), B)
    yield "a missing key of many", _read(Map({Node(n): n for n in range(2, 12)}), A)
    yield "a missing key of none", _read(Partial(), A)
    m = cluster()
    yield "a position", _read(Seq([A]), 1)
    yield "a negative position", _read(Seq([A]), -2)
    yield "a negative end", _read(Seq([A]), slice(None, -1))
    yield "a step", _read(Seq([A]), slice(None, None, 2))
    yield "a key of a local table", lambda: lease(Undefined).looks_up(type(lease().holder)(1))  # type: ignore[attr-defined]  # a mistake on purpose
    yield "a position of a local list", lambda: lease(Undefined).counts_past()  # type: ignore[attr-defined]  # a mistake on purpose
    yield "a division", lambda: lease(Undefined).divides(type(lease().holder)(1))  # type: ignore[attr-defined]  # a mistake on purpose
    yield "the best of nothing", lambda: lease(Undefined).unguarded()  # type: ignore[attr-defined]  # a mistake on purpose
    yield "no condition", lambda: require(1)  # type: ignore[arg-type]  # a mistake on purpose
    yield "a write through a copy", lambda: m.through_a_copy(A, E)
    yield "a write through a loop", lambda: m.through_a_loop(A)
    yield "a change while changing", lambda: m.changes_twice(A, E)
    yield "an alias of a writing method", lambda: _alias(m)
    yield "an element of a sequence", lambda: _element(m)
    yield "a write without source", lambda: exec("m.log[n].append(e)", {"m": m, "n": A, "e": E})
    bare = FunctionType(_alias.__code__.replace(co_linetable=b""), globals())
    yield "no column positions", lambda: bare(cluster())
    undefined: Any = lease(Undefined)
    yield "a field of None", lambda: undefined.reads_none()
    yield "None and None", lambda: undefined.compares_none()
    yield "an element of None", lambda: undefined.indexes_none()
    for name, write in UNDEFINED.items():
        yield name, _on_a_cluster(write)
    with_scope: dict[str, Callable[[], object]] = {
        "no next": lambda: Term(2).next, "no prev": lambda: Term(1).prev, "no member at a place": lambda: Term.at(2),  # noqa: E501  # the table reads better whole
        "a member beyond the scope": lambda: Node(3),
        "None as the best key of several": lambda: cluster_max([1, 2], key=lambda one: None),
        "a tie": lambda: cluster_max([E, Entry(Term(1), Value(2))], key=lambda e: e.term),
    }  # fmt: skip
    for name, use in with_scope.items():
        yield name, partial(_inside, use)


def _on_a_cluster(change: Callable[[Any], object]) -> Callable[[], object]:
    return lambda: change(cluster())


def _call(value: Any, name: str) -> None:
    getattr(value, name)(A)


def _inside(use: Callable[[], object]) -> None:
    with cluster().running():
        use()


def cluster_max(items: object, key: object) -> object:
    """The strict `max`, which the language puts into this module."""
    strict: Any = globals().get("max", builtins.max)
    return strict(items, key=key)


def _alias(m: Cluster) -> None:
    add = m.votes[A].add
    add(B)


def _element(m: Cluster) -> None:
    m.log[A].append(E)
    m.log[A][0].term = Term(2)


def _remove(m: Cluster) -> None:
    m.votes[A].remove(A)


def _remove_from_bag(m: Cluster) -> None:
    m.inbox.remove(Ask(A, Term(1)))


def _truncate(m: Cluster) -> None:
    m.log[A].truncate(-1)


def _delete(m: Cluster) -> None:
    del m.leases[A]


def _assign_a_copy(m: Cluster) -> None:
    votes = m.votes
    votes[A] = Set()


def _assign_a_copied_field(m: Cluster) -> None:
    local: Local = m.node[A]
    local.term = Term(2)


def _write_an_element(m: Cluster) -> None:
    leases = m.votes[A]
    for one in leases:
        one.x = 1
    for log in m.log.values():
        log.append(E)


def _add_to_a_loop_variable(m: Cluster) -> None:
    m.message = Ask(A, Term(1))
    for log in m.logs:
        m.logs[log].append(E)
    m.logs[A].append(E)


UNDEFINED: dict[str, Callable[[Cluster], object]] = {
    "removing what is not in a set": _remove,
    "removing what is not in a bag": _remove_from_bag,
    "truncating to a negative length": _truncate,
    "deleting a key that is missing": _delete,
    "assigning to a copy": _assign_a_copy,
    "assigning a field of a copy": _assign_a_copied_field,
    "changing a loop variable": _write_an_element,
    "changing at a missing key": _add_to_a_loop_variable,
}


def foreign() -> Iterator[Mistake]:
    """What Python's collections have and the language does not."""
    some: Any = Map({A: 1})
    table: Any = Partial({A: 1})
    seq: Any = Seq([A])
    one: Any = Set({A})
    yield "Set.pop", lambda: one.pop()
    yield "Set.update", lambda: one.update({B})
    for name in ("update", "pop", "popitem", "setdefault", "fromkeys", "clear", "__delitem__"):
        yield f"Map.{name}", partial(_call, some, name)
    yield "Partial |", lambda: table | {B: 1}
    yield "Seq.pop", lambda: seq.pop()
    yield "Seq.insert", lambda: seq.insert(0, A)
    yield "Seq.remove", lambda: seq.remove(A)
    yield "s[i] = x", lambda: seq.__setitem__(0, A)
    yield "del s[i]", lambda: seq.__delitem__(0)
    yield "Bag.x", lambda: setattr(Bag(), "x", 1)


def refinements() -> Iterator[Mistake]:
    """States of an abstract model that there are not."""
    election = Election.at({"Voter": 3, "Choice": 2})
    decision: Any = Decision

    def stands_for(*values: object, **named: object) -> Callable[[], object]:
        def stand() -> None:
            with election.running():
                decision(*values, **named)

        return stand

    yield "no abstract model", lambda: refines(int)
    yield "a value without a name", stands_for(Set())
    yield "no value for a variable", stands_for()
    yield "a value for no variable", stands_for(choosen=Set())
    yield "a value of another type", stands_for(chosen=True)
    yield "a value beyond the scope", stands_for(chosen=Set({A}))


GROUPS: dict[str, Callable[[], Iterator[Mistake]]] = {
    "Scopes": scopes,
    "Records and members": records,
    "Types": types,
    "Declarations": declarations,
    "Instances": instances,
    "Evaluation": evaluations,
    "Refinements": refinements,
    "What Python has and the language does not": foreign,
    "Operations of one's own": changed,
    "Scopes out of all reach": too_large,
}
"""Every mistake, by what it is about."""
