"""What the compact store keeps together: every bit in one leaf, the bits of a member in leaves of its own."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from checker.capture.model import capture
from checker.engines.native.build import RUNTIME
from checker.engines.native.layout import Layout
from checker.engines.native.leaves import LEAF_BITS, Leaf, leaves_of, masks_of
from checker.engines.native.plain_universe import PlainUniverse
from checker.engines.native.program import generate
from checker.engines.native.ranks import Ranks
from checker.engines.native.sizes import Sizes
from checker.language.model import Model
from model.lease import Lease
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.models.counters import Counter
from tests.models.entries import Entries
from tests.models.shapes import Shapes

FIXTURES = Path(__file__).parent / "fixtures"
LEASE = {"horizon": 3, "drift": 1, "lease_ticks": 2, "grant_ticks": 3, "asks_max": 2}


def leaves(
    model: type[Model], sorts: dict[str, int], params: dict[str, int] | None = None
) -> tuple[Layout, tuple[Leaf, ...]]:
    """The layout of a model in a scope, and its leaves."""
    captured, sizes = capture(model), Sizes(sorts, params or {})
    layout = generate(captured, sizes, dict.fromkeys(captured.faults, 1)).layout
    return layout, leaves_of(layout, Ranks(PlainUniverse(captured, sizes), sizes))


@pytest.mark.parametrize(
    ("model", "sorts", "params"),
    [
        (Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 4}, {}),
        (Paxos, {"Acceptor": 5, "Value": 3, "Ballot": 5}, {}),
        (RaftLog, {"Node": 3, "Value": 2, "Term": 3, "Slot": 2}, {}),
        (Lease, {"Node": 3}, LEASE),
        (Shapes, {"Node": 2, "Era": 2}, {}),
        (Entries, {"Node": 3, "Kind": 3}, {}),
        (Counter, {}, {}),
    ],
)
def test_every_bit_is_in_one_leaf(model: type[Model], sorts: dict[str, int], params: dict[str, int]) -> None:
    layout, found = leaves(model, sorts, params)
    assert sorted(bit for leaf in found for bit in leaf) == list(range(layout.bits))
    assert all(0 < len(leaf) <= LEAF_BITS and list(leaf) == sorted(leaf) for leaf in found) or not layout.bits
    assert (len(found) > 1) == (layout.words > 1)
    for leaf, masks in zip(found, masks_of(found, layout.words), strict=True):
        assert sum(1 << bit for bit in leaf) == sum(mask << 64 * word for word, mask in enumerate(masks))


def test_what_paxos_says_of_an_acceptor_stands_together() -> None:
    """Three bits of the ballot promised, four of the vote; 36 promises, 8 votes. Last what is nobody's."""
    layout, found = leaves(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 4})
    places = {place.name: place.offset for place in layout.places}
    assert [len(leaf) for leaf in found] == [3 + 4 + 36 + 8] * 3 + [8 + 4]
    for acceptor in range(3):
        promised, vote = places["promised"] + 3 * acceptor, places["vote"] + 4 * acceptor
        assert {*range(promised, promised + 3), *range(vote, vote + 4)} <= set(found[acceptor])


X86 = [("-march=native",), ("-mno-bmi2", "-fsanitize=address,undefined")]


@pytest.mark.parametrize("flags", X86 if platform.machine() == "x86_64" else [()])
def test_bits_are_taken_out_and_put_back(tmp_path: Path, flags: tuple[str, ...]) -> None:
    program = tmp_path / "leaf"
    command = ["cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror", f"-I{RUNTIME}", *flags]
    subprocess.run([*command, str(FIXTURES / "leaf.c"), "-o", str(program)], check=True)
    assert (
        subprocess.run([program], capture_output=True, text=True, check=True).stdout == "1d93142622fcfaa3\n"
    )
