"""What all tests share: golden files, a cache of their own, and how much is searched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.long_tests import LONG

# How long an example takes says how much else the machine does.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files instead of comparing"
    )
    parser.addoption(
        "--long",
        action="store_true",
        help="search also what takes minutes where a sample is searched otherwise",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "long: takes so long that it runs with --long alone, in `make nightly`"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    named = {f"{file}::{name}": file for file, names in LONG.items() for name in names}
    there = {item.nodeid for item in items}
    files = {item.nodeid.split("::")[0] for item in items}
    for name, file in named.items():
        # A file of which some tests were chosen does not have them all.
        if name not in there and file in files and not any("::" in one for one in config.args):
            raise pytest.UsageError(f"tests/long_tests.py: there is no test {name}")
    for item in items:
        if item.nodeid in named:
            item.add_marker(pytest.mark.long)
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long") is not None]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Objects are compiled quickly, once for all processes that run tests, and go with them.

    What is searched here is small; `make gate` and `make bench` search what is compiled as users have it.
    """
    own = tmp_path_factory.getbasetemp()
    home = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    settings = {"XDG_CACHE_HOME": str(home / "cache"), "LOCKSTEP_CFLAGS": "-O1 -DLS_ROLLED"}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("traces/paxos.mmd", text)` compares a text with tests/golden/traces/paxos.mmd."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.exists(), f"{path} is missing; run pytest --update-golden and read what it wrote"
        assert text == path.read_bytes().decode("utf-8")

    return compare
