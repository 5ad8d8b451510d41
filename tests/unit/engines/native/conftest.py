"""Compiled fixtures: models written by hand in the form of generated ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.engines.native.build import STORE_DEFINES, build
from checker.engines.native.compiler import COMMON_FLAGS
from checker.engines.native.library import Library

FIXTURES = Path(__file__).parent / "fixtures"

FLAGS = (*COMMON_FLAGS, "-O0")
"""Quick to compile; what these models reach is searched at once."""

Load = Callable[..., Library]


@pytest.fixture(scope="session", params=["default", "compact"])
def store(request: pytest.FixtureRequest) -> str:
    """How states are kept: what is true with one store is true with the other."""
    return str(request.param)


@pytest.fixture(scope="session")
def load(store: str) -> Load:
    """Loads a fixture by its name, compiled with the given definitions."""

    def loaded(name: str, *defines: str) -> Library:
        source = (FIXTURES / name).read_text(encoding="utf-8")
        return build(source, defines=(*STORE_DEFINES[store], *defines), flags=FLAGS).library

    return loaded
