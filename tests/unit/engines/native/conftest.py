"""Compiled fixtures: models written by hand in the form of generated ones."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.engines.native.build import STORE_DEFINES, build
from checker.engines.native.compiler import COMMON_FLAGS
from checker.engines.native.library import Library

FIXTURES = Path(__file__).parent / "fixtures"

FLAGS = (*COMMON_FLAGS, "-O1")
"""Quicker to compile than what a search is compiled with, and searched quickly enough."""

Load = Callable[..., Library]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tests keep to a cache of their own."""
    home = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(home)
    yield home / "lockstep"
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(scope="session", params=["default", "compact"])
def store(request: pytest.FixtureRequest) -> str:
    """How states are kept: what is true with one store is true with the other."""
    return str(request.param)


@pytest.fixture(scope="session")
def load(cache: Path, store: str) -> Load:
    """Loads a fixture by its name, compiled with the given definitions."""
    assert cache.is_absolute()

    def loaded(name: str, *defines: str) -> Library:
        source = (FIXTURES / name).read_text(encoding="utf-8")
        return build(source, defines=(*STORE_DEFINES[store], *defines), flags=FLAGS).library

    return loaded
