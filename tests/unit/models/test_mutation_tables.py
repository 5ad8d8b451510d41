"""Every shipped spec says in which scopes mutants of its model are tested, or is listed with a reason."""

from __future__ import annotations

import importlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from checker import Model

SPECS = Path(__file__).parents[3] / "specs"

PROVED = "it is proved; mutants of it that a proof must refuse are in its file"
GROUP = "its rules are those of the group, whose specs test them; what clients were told is kept, too"
BUILT = "replays and logs hold its steps against those of the reference implementation"

WITHOUT = {
    "burst_proof": PROVED,
    "election_as_built": BUILT,
    "lease_rates": PROVED,
    "log_replicas_as_built": BUILT,
    "membership_proof": PROVED,
    "partition_tokens_as_built": BUILT,
    "raft_log_figure_8": "its rules are those of raft_log, started later",
    "range_proof": PROVED,
    "refined_durable_replication": GROUP,
    "refined_log_replicas": GROUP,
    "refined_replication": GROUP,
    "replication_as_built": BUILT,
    "replication_in_logs": BUILT,
    "slots_proof": PROVED,
    "split_as_built": BUILT,
    "timed_election": "its rules are those of free_election, beside a model without clocks",
    "token_proof": PROVED,
    "tokens_as_built": BUILT,
}
"""Specs that need no table, and why."""


@cache
def specs() -> dict[str, dict[str, Any]]:
    """The shipped specs by name."""
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(SPECS.glob("*.toml"))}


def modules_of(name: str) -> set[str]:
    """The modules whose classes a spec's model is made of."""
    module, cls = specs()[name]["model"].split(":")
    model: type[Model] = getattr(importlib.import_module(module), cls)
    return {one.__module__ for one in model.__mro__ if issubclass(one, Model) and one is not Model}


def test_every_spec_has_a_table_or_a_reason() -> None:
    without = {name for name, spec in specs().items() if "mutate" not in spec}
    assert without == set(WITHOUT), "what has no table needs a reason, and what has one needs none"


def test_what_a_proof_is_the_reason_for_has_proofs_that_refuse_mutants() -> None:
    for name, reason in WITHOUT.items():
        if reason is PROVED:
            proofs = specs()[name].get("prove", [])
            assert any("refused" in one.get("expect", {}) for one in proofs), name


def test_what_is_held_against_the_implementation_says_how() -> None:
    for name, reason in WITHOUT.items():
        if reason is BUILT:
            assert {"replay", "validate"} & set(specs()[name]), name


def test_what_is_left_to_the_specs_of_parts_is_in_one() -> None:
    tested, left = set[str](), dict[str, set[str]]()
    for name, spec in specs().items():
        for table in spec.get("mutate", ()):
            meant = set(table.get("modules", modules_of(name)))
            tested |= meant
            left[name] = modules_of(name) - meant
    assert any(left.values())
    for name, modules in left.items():
        assert modules <= tested, name
