"""The native engine beside other checkers and searches by hand on Paxos, by turns: equal counts, then times.

    python -m tests.bench.peers [--yardstick FILE.c] [--rumur]

Paxos with 3 acceptors, 2 values, 4 ballots, no symmetry: 8,220,065 states. Ratios are to the first line.
`--yardstick` names another search in C, compiled with -O3 -march=native and run with a table of 2^24 slots.
SPIN searches depth-first, its fastest exact way; its traces are not the shortest, the native engine's are.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.bench.measure import SEARCHES, Counts, Program, compiled, measure, native, table

PEERS = Path(__file__).resolve().parent / "peers"
SCOPE = {"Acceptor": 3, "Value": 2, "Ballot": 4}
SPIN = ("-DMEMLIM=16000", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR", "-DSFH", "-DNOVSZ", "-DNOCOMP")
RUMUR = (
    "--deadlock-detection",
    "off",
    "--symmetry-reduction",
    "off",
    "--threads",
    "2",
    "--pack-state",
    "off",
)


def spin_counts(text: str) -> Counts:
    """What pan prints: states stored, seconds to two places."""
    stored = re.search(r"(\d+) states, stored", text)
    seconds = re.search(r"elapsed time ([0-9.]+) seconds", text)
    errors = re.search(r"errors: (\d+)", text)
    assert stored is not None, text
    assert seconds is not None, text
    assert errors is not None, text
    assert errors[1] == "0", text
    return {"distinct": int(stored[1]), "seconds": float(seconds[1])}


def rumur_counts(text: str) -> Counts:
    """What a verifier made by rumur prints: states explored; it is measured whole."""
    found = re.search(r"(\d+) states, (\d+) rules fired in (\d+)s", text)
    assert found is not None, text
    assert "No error found" in text, text
    return {"distinct": int(found[1])}


def spin(place: Path) -> Program | None:
    """SPIN's verifier for Paxos; None where SPIN is not installed."""
    if shutil.which("spin") is None:
        return None
    subprocess.run(["spin", "-a", str(PEERS / "paxos.pml")], cwd=place, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cc", "-w", "-O3", "-march=native", *SPIN, "-o", "pan", "pan.c"], cwd=place, check=True)
    return Program("SPIN, depth-first", (str(place / "pan"), "-w24", "-m1000"), ("distinct",), spin_counts)


def rumur(place: Path) -> Program | None:
    """Rumur's verifier for Paxos, two threads; None where rumur is not installed."""
    if shutil.which("rumur") is None:
        return None
    made = str(place / "rumur.c")
    subprocess.run(
        ["rumur", *RUMUR, "--value-type", "int32_t", "--output", made, str(PEERS / "paxos.m")], check=True
    )
    flags = ["-w", "-std=c11", "-O3", "-march=native", "-mcx16", "-pthread"]
    subprocess.run(["cc", *flags, made, "-o", str(place / "rumur"), "-latomic"], check=True)
    return Program("rumur, 2 threads", (str(place / "rumur"),), ("distinct",), rumur_counts)


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--yardstick", type=Path, help="another search by hand, in C")
    parser.add_argument("--rumur", action="store_true", help="rumur too: half a minute a run")
    parser.add_argument("--runs", type=int, default=5, help="of each program (default 5)")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        programs: list[Program | None] = []
        if words.yardstick is not None:
            by_hand = compiled(words.yardstick, place / "yardstick")
            programs.append(
                Program(f"{words.yardstick.name}, yardstick", (by_hand, str(1 << 24)), ("distinct", "depth"))
            )
        by_hand = compiled(SEARCHES / "paxos.c", place / "paxos", ("BALLOTS=4",))
        programs += [
            native("native engine, 1 worker", "model.paxos:Paxos", SCOPE),
            native("native engine, 2 workers", "model.paxos:Paxos", SCOPE, workers=2),
            native("native engine, compact", "model.paxos:Paxos", SCOPE, store="compact"),
            spin(place),
            rumur(place) if words.rumur else None,
            Program("C by hand, for this scope", (by_hand,)),
        ]
        missing = [
            name for name in ("spin", *(["rumur"] if words.rumur else [])) if shutil.which(name) is None
        ]
        print(table(measure([one for one in programs if one is not None], words.runs)), flush=True)
        for name in missing:
            print(f"{name} is not installed, so it was not measured; it is a package of Debian's")


if __name__ == "__main__":
    main()
