"""Compiled fixtures: models written by hand in the form of generated ones."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.engines.native.build import build
from checker.engines.native.library import Library

FIXTURES = Path(__file__).parent / "fixtures"

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


@pytest.fixture(scope="session")
def load(cache: Path) -> Load:
    """Loads a fixture by its name, compiled with the given definitions."""
    assert cache.is_absolute()

    def loaded(name: str, *defines: str) -> Library:
        return build((FIXTURES / name).read_text(encoding="utf-8"), defines=defines).library

    return loaded
