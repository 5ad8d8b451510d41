"""`python -m tests.conformance.unit_tests`: the unit tests of the implementation with each seeded bug.

A bug that they notice needs no model. For each the tests are told that fail with it; the seeds of the
simulator and the tests of the bindings are no unit tests and are left out.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance.methods import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
UNIT_TESTS = tuple(
    f"tests/reference/test_{name}.py"
    for name in (
        "disks_and_tables",
        "frames",
        "joining",
        "log",
        "nodes",
        "rebuilding",
        "routing_and_admission",
        "stale_messages",
    )
)
PLANTED = "LOCKSTEP_PLANTED_BUG"
UNNOTICED = 25
"""So many bugs at least must be none that unit tests find."""


@contextmanager
def planted() -> Generator[None]:
    """The bug that the environment names is there, if it names one."""
    family, _, name = os.environ.get(PLANTED, "").partition(":")
    if not family:
        yield
        return
    with FAMILIES[family].bugs[name]():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """As a plugin of pytest: all tests run with the bug."""
    with planted():
        return (yield)


def failing(family: str, name: str) -> list[str]:
    """The unit tests that fail with a bug. Raises RuntimeError where they do not run."""
    words = ["-m", "pytest", "-q", "-p", "tests.conformance.unit_tests", "-p", "no:cacheprovider", "--tb=no"]
    done = subprocess.run(
        [sys.executable, *words, *UNIT_TESTS],
        cwd=ROOT,
        env={**os.environ, PLANTED: f"{family}:{name}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the tests do not run with {name}:\n{done.stdout}{done.stderr}")
    return re.findall(r"(?m)^(?:FAILED|ERROR) (\S+)", done.stdout)


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if bugs enough are none that unit tests notice, else 21."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.unit_tests", description=__doc__)
    parser.add_argument("--family", choices=list(FAMILIES), help="the bugs of one part only")
    options = parser.parse_args(arguments)
    unnoticed = total = 0
    print("| bug | unit tests that fail |\n|---|---|")
    for title, family in FAMILIES.items():
        if options.family not in (None, title):
            continue
        for name in family.bugs:
            found = failing(title, name)
            total += 1
            unnoticed += not found
            print(f"| {name} | {', '.join(one.rpartition('::')[2] for one in found)} |", flush=True)
    print(f"\n{unnoticed} of {total} are noticed by none.")
    return 0 if unnoticed >= min(UNNOTICED, total) or options.family is not None else 21


if __name__ == "__main__":
    sys.exit(main())
