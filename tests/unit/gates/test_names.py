"""The names of a check against those of its model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from checker.gates.check import Check, Origin
from checker.gates.names import wrong_names
from checker.gates.spec import read_spec
from tests.unit.gates.toy import Counter

SPEC = """model = "tests.unit.gates.toy:Counter"
[[check]]
name = "all wrong"
scope = { Nod = 2 }
params = { topp = 1 }
faults = { rest = 1 }
require = "exhausted_within(smal)"
only = ["lo", "step"]
accept = { never_fired = ["stp"], covers = ["low"], untested = ["lows"] }
[[check]]
name = "a control of nothing"
scope.Node = 1
params.top = 1
expect.violated = "lwo"
[[check]]
name = "a control that is left out"
scope.Node = 1
params.top = 1
only = ["grows"]
expect.violated = "low"
[[check]]
name = "right"
scope.Node = 1
params.top = 1
faults.reset = 1
require = "exhausted_within(small)"
only = ["low", "grows"]
accept = { never_fired = ["reset"], covers = ["at_top"], untested = ["low"] }
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
        assert bool(problems) == (not check.name.startswith("right"))
        text += f"{check.name}\n" + "".join([f"    {problem}\n" for problem in problems])
    command_line = Check("m:M", "m:M", Origin(None, Path()), scope={"Nodes": 1}, only=frozenset({"x"}))
    text += "on the command line\n" + "".join([f"    {one}\n" for one in wrong_names(command_line, Counter)])
    golden("cli/name_errors.txt", text)
