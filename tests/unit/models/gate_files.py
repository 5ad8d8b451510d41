"""The checks of `specs/`, with a second search of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.gates.check import Check, Spec
from checker.gates.loading import load_model
from checker.gates.spec import load_spec
from checker.language.model import Model
from tests.unit.models.breadth_first import Found, search

SPECS = Path(__file__).parents[3] / "specs"


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One check, with the class that it runs."""

    spec: Spec
    check: Check
    model: type[Model]

    @property
    def name(self) -> str:
        """What it is called, with its file."""
        return f"{Path(self.spec.file).stem}: {self.check.name}"

    def run(self) -> Found:
        """What the second search finds."""
        only = sorted(self.check.only or ())
        assert len(only) <= 1, "the second search checks one property, or all"
        return search(
            self.model,
            self.check.scope,
            params=self.check.params,
            faults=self.check.faults,
            only=only[0] if only else None,
            deadlock=self.check.deadlock,
        )


def gate_checks() -> list[GateCheck]:
    """Every check of every spec of a protocol in `model/`."""
    return [
        GateCheck(spec, check, load_model(check.target, SPECS.parent, spec.file))
        for spec in map(load_spec, sorted(SPECS.glob("*.toml")))
        for check in spec.checks
    ]
