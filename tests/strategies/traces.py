"""Hypothesis strategies for plain values, states and traces; also arbitrary and damaged JSON documents."""

from __future__ import annotations

import functools
import keyword

from hypothesis import strategies as st

from checker.traces.document import Json
from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple
from checker.traces.trace import Attempt, State, Step, Trace


@functools.cache
def names() -> st.SearchStrategy[str]:
    """Names as models have them; no leading underscore, which the language and `itf-py` refuse in fields."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    plain = st.text(letters + letters.upper() + "0123456789_", min_size=1, max_size=6)
    return st.one_of(
        st.sampled_from(
            ["tag", "value", "to", "term", "network", "Vote", "Some", "Nothing", "set", "record"]
        ),
        plain.filter(lambda name: name[0].isalpha() and not keyword.iskeyword(name)),
    )


def texts() -> st.SearchStrategy[str]:
    """Members, enum members and any other text that UTF-8 can carry."""
    return st.one_of(
        st.builds("{}{}".format, st.sampled_from(["Acceptor", "Value"]), st.integers(1, 12)),
        st.sampled_from(["LEADER", "U_OF_UNIT", "1_OF_ACCEPTOR", "None", "#set", "007"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    )


def scalars() -> st.SearchStrategy[Plain]:
    """Values without parts; integers near the bounds of readers among them."""
    near = st.sampled_from([2**53 - 1, 2**53, -(2**53), 2**63, 10**40])
    return st.one_of(st.none(), st.booleans(), st.integers(-3, 12), near, texts())


def _fields(values: st.SearchStrategy[Plain]) -> st.SearchStrategy[State]:
    return st.lists(st.tuples(names(), values), max_size=2, unique_by=lambda item: item[0]).map(tuple)


def _parts(values: st.SearchStrategy[Plain]) -> st.SearchStrategy[Plain]:
    items = st.lists(values, max_size=3).map(tuple)
    pairs = st.lists(st.tuples(values, values), max_size=3, unique_by=lambda item: item[0])
    counts = st.lists(st.tuples(values, st.integers(1, 4)), max_size=3, unique_by=lambda item: item[0])
    return st.one_of(
        items,
        items.map(PlainTuple),
        st.frozensets(values, max_size=3),
        st.builds(PlainRecord, names(), _fields(values)),
        pairs.map(PlainMap.of),
        counts.map(PlainBag.of),
    )


@functools.cache  # building strategies costs more than drawing from them
def plain_values() -> st.SearchStrategy[Plain]:
    """Any plain value of moderate size, nested up to three levels."""
    inner = scalars() | _parts(scalars())
    return st.one_of(scalars(), _parts(inner), _parts(inner | _parts(inner)))


@functools.cache
def _arguments() -> st.SearchStrategy[State]:
    return _fields(scalars() | _parts(scalars()))


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    """A trace of any values; consecutive states often agree in some variables, as those of models do."""
    variables = draw(st.lists(names(), min_size=1, max_size=3, unique=True))
    arguments = _arguments()
    files = st.none() | st.just("model/paxos.py")
    lines = st.none() | st.integers(1, 99)
    kinds = st.sampled_from(["action", "fault:crash"])

    def step(before: State | None) -> Step:
        values = [
            draw(plain_values()) if before is None or draw(st.booleans()) else before[i][1]
            for i in range(len(variables))
        ]
        state = tuple(zip(variables, values, strict=True))
        return Step(draw(names()), draw(arguments), state, draw(files), draw(lines), draw(kinds))

    initial = step(None)
    steps: list[Step] = []
    for _ in range(draw(st.integers(0, 2))):
        steps.append(step(steps[-1].state if steps else initial.state))
    numbers = st.lists(st.tuples(names(), st.integers(0, 9)), max_size=2, unique_by=lambda item: item[0])
    return Trace(
        model=draw(st.sampled_from(["model.paxos:Paxos", "a.b:C"])),
        scope=tuple(draw(numbers)),
        params=tuple(draw(numbers)),
        faults=tuple(draw(numbers)),
        initial=initial,
        steps=tuple(steps),
        property=draw(st.none() | names()),
        loop=draw(st.none() | st.integers(0, len(steps))),
        attempt=draw(st.none() | st.builds(Attempt, names(), arguments, files, lines)),
    )


@functools.cache
def json_values() -> st.SearchStrategy[Json]:
    """Any JSON without fractions, with the words of our formats among the keys and texts."""
    words = st.sampled_from(
        [
            "#set",
            "#map",
            "#tup",
            "#bigint",
            "#meta",
            "tag",
            "value",
            "set",
            "map",
            "bag",
            "record",
            "fields",
            "int",
        ]
    )
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), words, st.text(max_size=4), st.just("12"))
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=12,
    )


@st.composite
def damaged(draw: st.DrawFn, document: Json) -> Json:
    """The document with one to three places replaced, removed or given a key too many."""
    for _ in range(draw(st.integers(1, 3))):
        document = _damage(draw, document)
    return document


def _damage(draw: st.DrawFn, node: Json) -> Json:
    here = draw(st.integers(0, 5)) == 0
    if isinstance(node, dict) and node and not here:
        key = draw(st.sampled_from(sorted(node)))
        if draw(st.integers(0, 9)) == 0:
            return {name: value for name, value in node.items() if name != key}
        return {name: _damage(draw, value) if name == key else value for name, value in node.items()}
    if isinstance(node, list) and node and not here:
        index = draw(st.integers(0, len(node) - 1))
        if draw(st.integers(0, 9)) == 0:
            return node[:index] + node[index + 1 :]
        return [_damage(draw, value) if number == index else value for number, value in enumerate(node)]
    if isinstance(node, dict) and draw(st.booleans()):
        return {**node, draw(st.text(max_size=5)): draw(json_values())}
    return draw(json_values())
