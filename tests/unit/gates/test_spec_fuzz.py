"""Specs from strangers: whatever the bytes, a Spec or a SpecError comes out."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from checker.gates.check import Spec
from checker.gates.problems import SpecError
from checker.gates.spec import read_spec
from tests.unit.gates.spec_samples import VALID


def outcome(data: bytes) -> Spec | SpecError:
    try:
        return read_spec(data, "specs/x.toml", Path())
    except SpecError as error:
        for problem in error.problems:
            assert str(problem).isprintable()
        return error


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(outcome(data), Spec | SpecError)


@given(st.text(alphabet="[]{}=\"'.,#\n a1-_\\é", max_size=80))
def test_any_text_that_looks_like_toml(text: str) -> None:
    assert isinstance(outcome(text.encode()), Spec | SpecError)


@given(
    st.integers(0, len(VALID)),
    st.integers(0, 12),
    st.sampled_from(
        ["", '"', "[", "]", "{", "}", "=", "\n", "1", "-", "true", "[[", '"""', "é", "\x00", "inf", "nan"]
    ),
)
def test_a_valid_spec_with_a_piece_replaced(start: int, length: int, piece: str) -> None:
    text = VALID[:start] + piece + VALID[start + length :]
    assert isinstance(outcome(text.encode()), Spec | SpecError)


_VALUES = st.one_of(
    st.sampled_from(["1", "-1", "0", "1.5", "nan", "inf", "true", "9999999999999999999999"]),
    st.sampled_from(['""', '"x"', '"\\u0000"', '"m:M"', '"exhausted"', "1979-05-27", "07:32:00"]),
    st.sampled_from(["[{ scope = { A = [1, 2] } }]", "[{ params.a = [0, 0] }]", "[{ faults = {} }]"]),
    st.sampled_from(["[]", '["a"]', "[1]", "[[1]]", "[{}]", '["x", "x"]', "{}", "{ a = 1 }", '{ a = "b" }']),
)
_KEYS = st.one_of(
    st.sampled_from(["name", "scope", "params", "faults", "mutant", "require", "expect", "only", "deadlock"]),
    st.sampled_from(["limits", "tier", "accept", "x", "scope.A", "limits.seconds", "limits.memory"]),
    st.sampled_from(["expect.violated", "expect.steps", "expect.actions", "accept.covers", "accept.no_step"]),
    st.sampled_from(["matrix", "constraints", "symmetry"]),
)


@given(st.lists(st.tuples(_KEYS, _VALUES), max_size=6), _VALUES)
def test_any_value_under_any_key(pairs: list[tuple[str, str]], model: str) -> None:
    rows = "".join([f"{key} = {value}\n" for key, value in pairs])
    assert isinstance(outcome(f"model = {model}\n[[check]]\n{rows}".encode()), Spec | SpecError)
