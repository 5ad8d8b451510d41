"""The names of a check against those of its model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from checker.gates.check import Accept, Check, Origin
from checker.gates.names import wrong_accepted, wrong_names
from checker.gates.spec import read_spec
from model.paxos import Paxos
from tests.unit.gates.toy import Counter

SPEC = """model = "tests.unit.gates.toy:Counter"
[[check]]
name = "all wrong"
scope = { Nod = 2 }
params = { topp = 1 }
faults = { rest = 1 }
require = "exhausted_within(smal)"
only = ["lo", "step"]
constraints = ["smol"]
symmetry = ["Nodes", "Node"]
accept = { never_fired = ["stp"], covers = ["low"], untested = ["lows"], unpruned = ["smalls"] }
[[check]]
name = "a control of nothing"
scope.Node = 1
params.top = 1
expect = { violated = "lwo", actions = ["step", "stepp"] }
[[check]]
name = "a control that is left out"
scope.Node = 1
params.top = 1
only = ["grows"]
expect.violated = "low"
[[check]]
name = "a constraint that is left out"
scope.Node = 1
params.top = 1
constraints = []
require = "exhausted_within(small)"
[[check]]
name = "one of a matrix"
scope.Node = 1
params.top = 1
matrix = [
    { params.top = 2 },
    { params.top = 3, faults.rset = 1 },
]
[[check]]
name = "right"
scope.Node = 1
params.top = 1
faults.reset = 1
require = "exhausted_within(small)"
only = ["low", "grows"]
constraints = ["small"]
symmetry = ["Node"]
accept = { never_fired = ["reset"], covers = ["at_top"], untested = ["low"], unpruned = ["small"] }
[[check]]
name = "right, a control"
scope.Node = 1
params.top = 1
only = ["low"]
expect.violated = "top_fits"
[[check]]
name = "right, a deadlock"
scope.Node = 1
params.top = 1
expect.violated = "deadlock"
"""


def test_every_message(golden: Callable[[str, str], None]) -> None:
    text = ""
    for check in read_spec(SPEC.encode(), "specs/toy.toml", Path()).checks:
        problems = wrong_names(check, Counter)
        assert bool(problems) == (not check.name.startswith(("right", "one of a matrix [top=2]")))
        text += f"{check.name}\n" + "".join([f"    {problem}\n" for problem in problems])
    command_line = Check("m:M", "m:M", Origin(None, Path()), scope={"Nodes": 1}, only=frozenset({"x"}))
    text += "on the command line\n" + "".join([f"    {one}\n" for one in wrong_names(command_line, Counter)])
    text += "accepted by a spec\n"
    wrong = Accept(
        never_fired=frozenset({"stepx", "reset"}),
        covers=frozenset({"at_topx"}),
        untested=frozenset({"lowx"}),
        unpruned=frozenset({"smallx"}),
        unchecked=frozenset({"growsx"}),
    )
    text += "".join([f"    {one}\n" for one in wrong_accepted(wrong, Origin("s.toml", Path()), Counter)])
    golden("cli/name_errors.txt", text)


def test_ordered_members_are_not_interchangeable() -> None:
    check = Check("c", "m:M", Origin(None, Path()), scope={"Acceptor": 1, "Value": 1, "Ballot": 1})
    (problem,) = wrong_names(replace(check, symmetry=("Acceptor", "Ballot")), Paxos)
    assert "Ballot are ordered" in problem.fact
    assert wrong_names(replace(check, symmetry=()), Paxos) == []
