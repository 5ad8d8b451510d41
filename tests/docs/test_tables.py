"""Tables that repeat what the code says are the same as the code."""

from __future__ import annotations

import enum
import inspect
import json
import re
from pathlib import Path
from typing import get_args

import msgspec

import checker
from checker.engines.python.search import explore
from checker.engines.request import Request
from checker.exit_codes import ExitCode
from checker.gates.check import Check, Origin
from checker.gates.outcome import PRECEDENCE, judge
from checker.gates.outcome_json import checks_to_json, gate_to_json
from checker.gates.tables import (
    AcceptTable,
    CheckTable,
    ExpectTable,
    LimitsTable,
    ProveAcceptTable,
    ProveTable,
    RefusalTable,
)
from checker.ir import nodes
from checker.language.errors import KINDS
from checker.verdicts import Verdict
from model.paxos import Paxos
from tests.docs.pages import DOCS, table

RUNNING = DOCS / "running.md"


def _words(cell: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", cell) if word]


def test_exit_codes() -> None:
    expected = [[str(int(code)), code.name, code.meaning] for code in ExitCode]
    assert table(RUNNING, "exit-codes") == expected
    order = ", ".join(str(int(code)) for code in PRECEDENCE)
    assert f"    {order}\n" in RUNNING.read_text(encoding="utf-8")


def test_keys_of_a_check() -> None:
    rows = {key: (meaning, missing) for key, meaning, missing in table(RUNNING, "specs")}
    assert set(rows) == {field.name for field in msgspec.structs.fields(CheckTable)}
    for key, kind in (("expect", ExpectTable), ("limits", LimitsTable), ("accept", AcceptTable)):
        for field in msgspec.structs.fields(kind):
            assert field.name in rows[key][0], f"{key}.{field.name}"


def test_keys_of_a_proof() -> None:
    text = RUNNING.read_text(encoding="utf-8")
    rows = text[text.index("| key of a proof |") : text.index("The file has the keys")].splitlines()[2:]
    named = {name: row for row in rows for name in re.findall(r"`([a-z]+)`", row.split("|")[1] if row else "")}
    assert set(named) == {field.name for field in msgspec.structs.fields(ProveTable)}
    for key, kind in (("expect", RefusalTable), ("accept", ProveAcceptTable)):
        for field in msgspec.structs.fields(kind):
            assert f"`{field.name}`" in named[key], f"{key}.{field.name}"


def test_keys_of_the_json() -> None:
    scope = {"Acceptor": 1, "Value": 1, "Ballot": 1}
    result = explore(Request(Paxos, scope))
    outcome = judge(Check("a", "model.paxos:Paxos", Origin(None, Path()), scope=scope), result)
    text = RUNNING.read_text(encoding="utf-8")
    start, middle, end = (
        text.index(f"## {name}") for name in ("JSON of a check", "JSON of a gate", "Exit codes")
    )
    named = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (`[^|]*) \|", text[start:middle], re.M))))
    assert named == set(json.loads(checks_to_json([outcome])))
    assert set(json.loads(gate_to_json([outcome]))) <= set(re.findall(r"`([a-z_]+)`", text[middle:end]))


def test_verdicts() -> None:
    names = {kind.name for kind in get_args(Verdict)}
    shown = {
        name.strip().replace(" ", "_")
        for row in table(DOCS / "semantics.md", "what-a-verdict-says")
        for name in [row[0]]
    }
    assert shown == names


def test_kinds_of_evaluation_errors() -> None:
    rows = table(DOCS / "semantics.md", "evaluation-errors")
    assert {kind for kind, _ in rows} == KINDS


def test_the_reference_names_everything_that_a_model_imports() -> None:
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    missing = [name for name in checker.__all__ if not re.search(rf"`[^`]*\b{name}\b[^`]*`", text)]
    assert missing == []


def test_the_list_of_nodes_is_that_of_its_record() -> None:
    rows = table(DOCS / "decisions" / "0003-ir-node-list.md", "choice")
    recorded = [name for row in rows for name in _words(row[1])]
    defined = [
        name
        for name, value in vars(nodes).items()
        if inspect.isclass(value) and value.__module__ == nodes.__name__ and name != "Span"
    ]
    assert len(recorded) == len(set(recorded)), "a node stands in two groups"
    assert set(recorded) == set(defined)
    assert all(issubclass(vars(nodes)[name], enum.Enum) for name in _words(rows[-1][1]))


def test_every_decision_is_in_the_index() -> None:
    text = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for record in sorted((DOCS / "decisions").glob("0*.md")):
        title = record.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{title}]({record.name})" in text
        sections = re.findall(r"^## (.*)$", record.read_text(encoding="utf-8"), re.M)
        assert sections == ["Context", "Choice", "Alternatives", "Evidence", "What would reverse it"]
