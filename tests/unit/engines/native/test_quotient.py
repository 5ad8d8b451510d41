"""The compact store's arithmetic: keys come back from what is kept of them, and that fits its field."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.engines.native.build import RUNTIME

FIXTURES = Path(__file__).parent / "fixtures"
FIELD = 28

Long, Number = ctypes.c_uint64, ctypes.c_uint


@pytest.fixture(scope="module")
def quotient(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The functions of quotient.h."""
    made = tmp_path_factory.mktemp("quotient") / "quotient.so"
    command = ["cc", "-std=c11", "-O2", "-shared", "-fPIC", f"-I{RUNTIME}", str(FIXTURES / "quotient.c")]
    subprocess.run([*command, "-o", str(made)], check=True)
    library = ctypes.CDLL(str(made))
    for name, kinds in {
        "range_of": (Number, Long, Number),
        "lines_of": (Number, Long, Number),
        "lines_least": (Number, Number),
        "mixed": (Number, Long),
        "unmixed": (Number, Long),
        "line_and_remainder": (Number, Long, Long, ctypes.POINTER(Long)),
        "key_at": (Number, Long, Long, Long),
    }.items():
        getattr(library, name).argtypes, getattr(library, name).restype = kinds, Long
    library.fits.argtypes, library.fits.restype = (Number, Long, Number), ctypes.c_bool
    return library


@st.composite
def keys(draw: st.DrawFn) -> tuple[int, int]:
    """A number of bits, and a key with so many, often at one of its ends."""
    bits = draw(st.integers(1, 64))
    last = 2**bits - 1
    near = st.sampled_from(sorted({0, 1 & last, last // 2, last - 1 if last > 1 else last, last}))
    return bits, draw(near | st.integers(0, last))


LINES = st.integers(2, 2**34) | st.integers(2, 300)


@given(keys())
def test_a_key_comes_back_from_its_mix(quotient: ctypes.CDLL, given_key: tuple[int, int]) -> None:
    bits, key = given_key
    mixed = quotient.mixed(bits, key)
    assert mixed < 2**bits
    assert quotient.unmixed(bits, mixed) == key
    assert quotient.mixed(bits, quotient.unmixed(bits, key)) == key


@pytest.mark.parametrize("bits", range(1, 15))
def test_no_two_keys_are_mixed_alike(quotient: ctypes.CDLL, bits: int) -> None:
    assert len({quotient.mixed(bits, key) for key in range(2**bits)}) == 2**bits


@given(keys(), LINES)
def test_line_and_remainder_are_those_of_the_division(
    quotient: ctypes.CDLL, given_key: tuple[int, int], lines: int
) -> None:
    bits, key = given_key
    remainder = Long()
    line = quotient.line_and_remainder(bits, lines, key, ctypes.byref(remainder))
    keys_a_line = quotient.range_of(bits, lines, FIELD)
    assert (line, remainder.value) == divmod(key, keys_a_line)
    assert line < quotient.lines_of(bits, lines, FIELD) <= lines
    assert quotient.key_at(bits, lines, line, remainder.value) == key


@given(keys(), LINES, st.data())
def test_a_multiple_of_the_range_begins_a_line(
    quotient: ctypes.CDLL, given_key: tuple[int, int], lines: int, data: st.DataObject
) -> None:
    """Where an estimate of the quotient would be wrong first."""
    bits, _ = given_key
    keys_a_line = quotient.range_of(bits, lines, FIELD)
    line = data.draw(st.integers(0, quotient.lines_of(bits, lines, FIELD) - 1))
    remainder = Long()
    for key in (line * keys_a_line, min(line * keys_a_line + keys_a_line - 1, 2**bits - 1)):
        assert quotient.line_and_remainder(bits, lines, key, ctypes.byref(remainder)) == line
        assert remainder.value == key - line * keys_a_line


@given(st.integers(1, 64), LINES, st.sampled_from([28, 60]))
def test_what_fits_leaves_no_remainder_out(quotient: ctypes.CDLL, bits: int, lines: int, field: int) -> None:
    """The largest remainder and one, and never 0, are numbers of the field; with a line less than the least,
    they are not."""
    most = quotient.range_of(bits, lines, field)
    assert quotient.fits(bits, lines, field) == (most < 2**field)
    least = max(quotient.lines_least(bits, field), 2)
    assert quotient.fits(bits, least, field)
    if least > 2:
        assert not quotient.fits(bits, least - 1, field)


def _roots(to: Path, *flags: str) -> Path:
    command = ["cc", "-std=c11", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-pthread"]
    subprocess.run([*command, f"-I{RUNTIME}", *flags, str(FIXTURES / "roots.c"), "-o", str(to)], check=True)
    return to


CASES = (
    (1024, 5, 5, False),  # all the keys there are
    (128, 1, 6, False),
    (50_000, 10, 6, False),
    (60_000, 18, 18, False),
    (60_000, 20, 26, True),
    (60_000, 32, 32, True),
    (60_000, 1, 32, False),
)


@pytest.mark.parametrize(
    "flags", [("-O2",), ("-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover")]
)
def test_a_table_that_grows_keeps_each_key_once(tmp_path: Path, flags: tuple[str, ...]) -> None:
    program = _roots(tmp_path / "roots", *flags)
    for keys_in, left, right, wide in CASES:
        done = subprocess.run([program, str(keys_in), str(left), str(right)], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, f"kept {keys_in}, wide {int(wide)}\n"), done.stderr


def test_a_remainder_that_is_one_bit_too_wide_loses_keys(tmp_path: Path) -> None:
    """The table is planned as if an entry had a bit more than it has: the check above would notice."""
    program = _roots(tmp_path / "roots", "-O2", "-DLS_FIELD=29")
    done = subprocess.run([program, "60000", "18", "18"], capture_output=True, text=True)
    assert done.returncode in (3, 4, 5, 6)
