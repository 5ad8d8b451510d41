"""The checks of `specs/`, as far as the tests of the models need them."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.language.model import Model
from tests.unit.models.breadth_first import Found, search

SPECS = Path(__file__).parents[3] / "specs"


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One `[[check]]`, with the model that it names."""

    file: str
    model: type[Model]
    table: dict[str, Any]

    @property
    def tier(self) -> str:
        """How often it is run."""
        tier: str = self.table.get("tier", "default")
        return tier

    @property
    def name(self) -> str:
        """What it is called, with its file."""
        return f"{self.file}: {self.table['name']}"

    def run(self) -> Found:
        """What the second search finds."""
        only = self.table.get("only", [None])
        assert len(only) == 1, "the second search checks one property, or all"
        return search(
            self.model,
            self.table["scope"],
            params=self.table.get("params"),
            faults=self.table.get("faults"),
            only=only[0],
            deadlock=self.table.get("deadlock") != "accept",
        )


def gate_checks() -> list[GateCheck]:
    """Every check of every spec of a protocol in `model/`."""
    found: list[GateCheck] = []
    for path in sorted(SPECS.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for table in document["check"]:
            module, _, name = table.get("mutant", document["model"]).partition(":")
            found.append(GateCheck(path.stem, getattr(importlib.import_module(module), name), table))
    return found
