from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from checker.traces.plain import PlainMap, PlainRecord
from checker.traces.python_form import Ending, PythonFormError, to_python
from checker.traces.trace import Attempt, Step, Trace
from tests.strategies.traces import traces
from tests.unit.traces.samples import LOG, PAXOS

ROLES = {"LEADER": "Role.LEADER", "FOLLOWER": "Role.FOLLOWER"}


def run(program: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(program, "the printed program", "exec"), names)
    return names


def test_golden_of_paxos(golden: Callable[[str, str], None]) -> None:
    golden("traces/paxos_program.txt", to_python(PAXOS))


def test_golden_of_log(golden: Callable[[str, str], None]) -> None:
    golden("traces/log_program.txt", to_python(LOG, ROLES))


def test_the_program_runs() -> None:
    names = run(to_python(LOG, ROLES))
    assert names["m"].clock == 2
    assert not names["m"].durable()


@pytest.mark.parametrize("number", range(len(LOG.steps)))
def test_the_program_fails_where_the_model_differs(number: int) -> None:
    """Dropping a step changes what a later assertion sees; the idle step alone changes nothing."""
    steps = (*LOG.steps[:number], *LOG.steps[number + 1 :])
    trace = dataclasses.replace(LOG, steps=steps)
    if LOG.steps[number].action == "idle":
        assert run(to_python(trace, ROLES))["m"].clock == 2
        return
    program = to_python(LOG, ROLES).split("\n")
    call = (
        next(i for i, line in enumerate(program) if line == f"# {number + 1}" or f"# {number + 1}," in line)
        + 1
    )
    del program[call]
    with pytest.raises((AssertionError, KeyError, IndexError)):
        run("\n".join(program))


@pytest.mark.parametrize("ending", ["step_invariant", "deadlock", "evaluation", "invariant"])
def test_endings_run(ending: Ending, capsys: pytest.CaptureFixture[str]) -> None:
    names = {"step_invariant": "never_shrinks", "evaluation": "shortest", "invariant": "durable"}
    trace = dataclasses.replace(LOG, property=names.get(ending))
    run(to_python(trace, ROLES, ending=ending))
    out = capsys.readouterr().out
    assert out == (
        "ZeroDivisionError: integer division or modulo by zero\n" if ending == "evaluation" else ""
    )


def test_a_property_that_holds_fails_the_program() -> None:
    trace = dataclasses.replace(LOG, steps=LOG.steps[:3])
    with pytest.raises(AssertionError):
        run(to_python(trace, ROLES))


def test_a_failing_call_is_the_last_one(capsys: pytest.CaptureFixture[str]) -> None:
    trace = dataclasses.replace(LOG, property=None, attempt=Attempt("crash", (("n", "Node1"),)))
    program = to_python(trace, ROLES)
    assert program.splitlines()[-6:-4] == ["try:", "    m.crash(Node(1))"]
    run(program)
    assert capsys.readouterr().out == "KeyError: Node(number=1)\n"
    succeeds = dataclasses.replace(trace, attempt=Attempt("tick", ()))
    with pytest.raises(AssertionError, match="expected to fail"):
        run(to_python(succeeds, ROLES))


def test_a_broken_assumption_stops_at_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    trace = dataclasses.replace(LOG, steps=(), params=(), property="lease_outlives_tick")
    program = to_python(trace, ROLES, ending="assumption")
    assert "m = " not in program
    run(program)
    assert "missing 1 required keyword-only argument: 'params'" in capsys.readouterr().out


def test_names_are_imported_from_their_modules() -> None:
    program = to_python(LOG, ROLES, modules={"Role": "elsewhere.roles"})
    assert "from elsewhere.roles import Role\n" in program
    assert "from tests.unit.traces.toy_model import Append, Entry, Log, Node, Term, Value\n" in program


def _go(action: str, value: str | PlainRecord) -> Trace:
    initial = Step("init", (), (("x", 1),))
    return Trace("m:M", (), (), (), initial, (Step(action, (("a", value),), (("x", 2),)),))


@pytest.mark.parametrize(
    ("trace", "message"),
    [
        (_go("go", "LEADER"), "LEADER is neither a numbered member nor in names"),
        (_go("a(); b", "A1"), r'"a\(\); b" is not a name of Python'),
        (_go("__init__", "A1"), "__init__ is a name that Python keeps for itself"),
        (_go("import", "A1"), '"import" is not a name of Python'),
        (_go("go", PlainRecord("R", (("a-b", 1),))), '"a-b" is not a name'),
        (dataclasses.replace(PAXOS, model="x.itf.json"), "does not name a model as module:Class"),
        (dataclasses.replace(PAXOS, model='a"""b:C'), "is not a name"),
        (dataclasses.replace(PAXOS, property="a()"), "is not a name"),
        (dataclasses.replace(PAXOS, scope=(('"', 1),)), "is not a name"),
        (dataclasses.replace(PAXOS, initial=Step("é", (), PAXOS.initial.state)), "is not a name"),
    ],
)
def test_what_cannot_be_written(trace: Trace, message: str) -> None:
    with pytest.raises(PythonFormError, match=message):
        to_python(trace)


def test_a_step_invariant_needs_a_step() -> None:
    with pytest.raises(PythonFormError, match="without steps"):
        to_python(dataclasses.replace(PAXOS, steps=()), ending="step_invariant")


def test_new_entries_are_asserted_part_by_part() -> None:
    value = PlainMap.of([("A1", (1, None))])
    trace = Trace(
        "m:M", (), (), (), Step("init", (), (("x", None),)), (Step("go", (), (("x", value),)),)
    )  # fmt: skip
    assert "assert len(m.x) == 1\nassert len(m.x[A(1)]) == 2\nassert m.x[A(1)][0] == 1\n" in to_python(trace)


@given(traces())
def test_a_program_is_printed_or_refused(trace: Trace) -> None:
    try:
        program = to_python(trace, dict.fromkeys(["LEADER", "None", "007"], "Role.LEADER"))
    except PythonFormError:
        return
    kinds = {type(node) for node in ast.parse(program).body}
    assert kinds <= {ast.Expr, ast.ImportFrom, ast.Assign, ast.Assert, ast.Try}
