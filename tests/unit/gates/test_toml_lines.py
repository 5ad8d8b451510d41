"""The lines of keys, against what tomllib reads from the same text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checker.gates.toml_lines import KeyPath, key_lines, line_of

TEXT = '''model = "a" # = [x]
[[check]]
name = """two
lines ]]"""   # "
scope = { A = 1, "b c" = 2, d.e = 3 }

[[check]]
only = [
  "x", # one
  'y]',
]
limits.seconds = 1
[check.accept]
covers = ["a\\"b"]
'quo"ted' = 1979-05-27 07:32:00
'''


def test_each_key_has_its_line() -> None:
    lines = key_lines(TEXT)
    assert {path: lines[path] for path in _paths(tomllib.loads(TEXT), ())} == {
        ("model",): 1,
        ("check",): 2,
        ("check", 0): 2,
        ("check", 0, "name"): 3,
        ("check", 0, "scope"): 5,
        ("check", 0, "scope", "A"): 5,
        ("check", 0, "scope", "b c"): 5,
        ("check", 0, "scope", "d"): 5,
        ("check", 0, "scope", "d", "e"): 5,
        ("check", 1): 7,
        ("check", 1, "only"): 8,
        ("check", 1, "only", 0): 9,
        ("check", 1, "only", 1): 10,
        ("check", 1, "limits"): 12,
        ("check", 1, "limits", "seconds"): 12,
        ("check", 1, "accept"): 13,
        ("check", 1, "accept", "covers"): 14,
        ("check", 1, "accept", "covers", 0): 14,
        ("check", 1, "accept", 'quo"ted'): 15,
    }


def test_windows_line_ends_count_as_one() -> None:
    assert key_lines(TEXT.replace("\n", "\r\n")) == key_lines(TEXT)


def test_an_unknown_key_has_the_line_around_it() -> None:
    lines = key_lines(TEXT)
    assert line_of(lines, ("check", 1, "limits", "depth")) == 12
    assert line_of(lines, ("nothing",)) == 1


def _paths(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    if path:
        yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # any document
    elif isinstance(value, list):
        items = enumerate(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any document
    for key, item in items:
        yield from _paths(item, (*path, key))


_KEYS = st.sampled_from(["a", "b-c", '"d.e"', "'f=['", "a.b", '"\\"q"', '"\\u00e9"'])
_STRINGS = st.sampled_from(
    ['"x"', "'['", '"""a\n]"""', "'''\n}'''", '"\\\\"', '""', '"""""x"""""', "'''a'''''"]
)
_SCALARS = st.one_of(_STRINGS, st.sampled_from(["1", "-2.5", "true", "1979-05-27 07:32:00", "0x1F"]))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + " , # c ]\n".join(items) + "]"),
        st.lists(
            st.tuples(st.sampled_from(["x", "'y z'", "w.v"]), inner), max_size=3, unique_by=lambda one: one[0]
        ).map(lambda pairs: "{ " + ", ".join([f"{key} = {value}" for key, value in pairs]) + " }"),
    ),
    max_leaves=6,
)
_ROWS = st.one_of(
    st.tuples(_KEYS, _VALUES).map(lambda pair: f"{pair[0]} = {pair[1]} # note"),
    st.sampled_from(["[t]", "[[u]]", "[u.v]", "[t . w]", "[[u.x]]", "", "  # comment = [", "[ 'p q' ]"]),
)


@given(st.lists(_ROWS, max_size=12).map("\n".join))
def test_every_key_that_tomllib_reads_has_a_line_that_names_it(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = key_lines(text)
    rows = text.split("\n")
    for path in _paths(document, ()):
        assert path in lines
        name = path[-1]
        if isinstance(name, str) and name.isascii() and name.isalpha():
            assert name in rows[lines[path] - 1]
