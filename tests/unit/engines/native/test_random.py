"""runtime/random.h draws what checker/running/random_stream.py draws."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.engines.native.build import RUNTIME
from checker.running.random_stream import RandomStream

SOURCE = """
#include "random.h"
uint64_t draws(uint64_t seed, uint64_t walk, uint64_t n, uint64_t count, uint64_t *out) {
  ls_random random = ls_random_of(seed, walk);
  for (uint64_t i = 0; i < count; i++) out[i] = ls_below(&random, n);
  return ls_next(&random);
}
"""

Draw = Callable[[int, int, int], "tuple[list[int], int]"]


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Draw:
    folder = tmp_path_factory.mktemp("random")
    (folder / "draws.c").write_text(SOURCE)
    flags = ["-std=c11", "-O1", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function"]
    command = ["cc", *flags, f"-I{RUNTIME}", str(folder / "draws.c"), "-o", str(folder / "draws.so")]
    subprocess.run(command, check=True)
    function = ctypes.CDLL(str(folder / "draws.so")).draws
    function.restype = ctypes.c_uint64
    function.argtypes = (*(ctypes.c_uint64,) * 4, ctypes.c_void_p)

    def drawn(seed: int, walk: int, n: int) -> tuple[list[int], int]:
        out = (ctypes.c_uint64 * 8)()
        after = int(function(seed, walk, n, 8, out))
        return list(out), after

    return drawn


@given(
    seed=st.integers(0, 2**64 - 1),
    walk=st.integers(1, 2**64 - 1),
    # A bound of about 2**63 has half of all numbers drawn again.
    n=st.one_of(st.integers(1, 100), st.integers(2**63, 2**63 + 100), st.integers(1, 2**64 - 1)),
)
def test_the_draws_are_the_same(draw: Draw, seed: int, walk: int, n: int) -> None:
    stream = RandomStream(seed, walk)
    numbers = [stream.below(n) for _ in range(8)]
    assert draw(seed, walk, n) == (numbers, stream.next())
