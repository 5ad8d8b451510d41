"""`lockstep gate`: which checks run, what is printed, what the exit code is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.light import CONTROL, CUT, GOOD, IDLE, LOOSE, MISSPELT, VACUOUS, make, spec
from tests.unit.cli.process import lockstep, without_measures


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path)


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ((GOOD,), 0),
        ((GOOD, CONTROL), 0),
        ((GOOD, IDLE), 23),
        ((IDLE, CUT), 23),
        ((GOOD, CUT), 20),
        ((GOOD, LOOSE, CUT), 21),
        ((LOOSE, MISSPELT), 21),
        ((GOOD, MISSPELT, CUT), 151),
    ],
)
def test_the_exit_code_is_the_first_by_precedence(project: Path, checks: tuple[str, ...], code: int) -> None:
    spec(project, *checks)
    assert lockstep("gate", cwd=project).code == code


def test_a_violation_comes_first(project: Path) -> None:
    spec(project, LOOSE, CUT)
    (project / "specs" / "dark.toml").write_text(
        'model = "light.light:Dark"\n[[check]]\nname = "violated"\naccept.never_fired = ["never", "power"]\n'
    )
    assert lockstep("gate", cwd=project).code == 12


def test_the_output_reads_like_this(project: Path, golden: Callable[[str, str], None]) -> None:
    spec(project, GOOD, VACUOUS, IDLE, CONTROL, LOOSE, CUT, MISSPELT)
    done = lockstep("gate", "--no-cache", cwd=project)
    assert done.err == ""
    golden("cli/gate.txt", without_measures(done.out))


def test_quiet_lists_only_what_does_not_pass(project: Path) -> None:
    spec(project, GOOD, CONTROL)
    done = lockstep("gate", "--quiet", cwd=project)
    assert without_measures(done.out) == (
        "\n2 checks in N s: 2 passed.\n"
        "Counts were not compared: there is no specs/lockstep.lock (--update writes it).\n"
    )
    spec(project, GOOD, CUT)
    done = lockstep("gate", "--quiet", cwd=project)
    assert "good" not in done.out
    assert "INCOMPLETE  cut" in done.out


def test_json_is_one_object(project: Path) -> None:
    spec(project, GOOD, LOOSE, MISSPELT)
    done = lockstep("gate", "--json", cwd=project)
    assert done.code == 21
    found = json.loads(done.out)
    assert (found["format"], found["version"]) == ("lockstep-gate", 1)
    assert (found["passed"], found["exit_code"]) == (False, 21)
    assert [(one["check"], one["status"], one["exit_code"]) for one in found["checks"]] == [
        ("good", "pass", 0),
        ("loose control", "fail", 21),
        ("misspelt", "error", 151),
    ]
    assert found["checks"][1]["trace"]["steps"][0]["action"] == "toggle"
    assert [(one["check"], one["about"], one["status"]) for one in found["specs"]] == [
        ("all checks together", "spec", "incomplete")
    ]
    assert "3 checks in" in done.err


@pytest.mark.parametrize(
    ("tier", "names"),
    [("quick", ["q"]), ("default", ["q", "d"]), ("nightly", ["q", "d", "n"])],
)
def test_a_tier_includes_those_before_it(project: Path, tier: str, names: list[str]) -> None:
    tiers = {"q": "quick", "d": "default", "n": "nightly"}
    spec(
        project,
        *[GOOD.replace('"good"', f'"{name}"') + f'tier = "{tier_of}"\n' for name, tier_of in tiers.items()],
    )
    done = lockstep("gate", "--tier", tier, "--json", cwd=project)
    assert done.code == 0
    assert [one["check"] for one in json.loads(done.out)["checks"]] == names


def test_specs_are_named_or_in_a_folder_or_in_specs(project: Path) -> None:
    spec(project, GOOD, name="a")
    spec(project, GOOD, name="b")
    for words in ((), ("specs",), (".",), ("specs/a.toml", "specs/b.toml"), ("specs/a.toml", "specs")):
        done = lockstep("gate", *words, "--json", cwd=project)
        assert done.code == 0
        assert [one["spec"] for one in json.loads(done.out)["checks"]] == ["specs/a.toml", "specs/b.toml"]


def test_it_works_from_another_folder(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = spec(project, GOOD, CONTROL)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert lockstep("gate", str(path), cwd=elsewhere).code == 0


def test_every_message(project: Path, golden: Callable[[str, str], None]) -> None:
    text = ""

    def told(case: str, *words: str) -> None:
        nonlocal text
        done = lockstep("gate", *words, cwd=project)
        assert done.code == 151
        assert done.out == ""
        text += f"{case}\n" + "".join([f"    {row}\n" for row in done.err.splitlines()])

    told("no specs")
    (project / "empty").mkdir()
    told("an empty folder", "empty")
    told("no such file", "specs/nothing.toml")
    spec(project, GOOD)
    told("an empty tier", "--tier", "quick")
    (project / "specs" / "a.toml").write_text("[[chek]]\n")
    (project / "specs" / "b.toml").write_text("model = 3\n")
    told("two wrong specs")
    golden("cli/gate_errors.txt", text)


def test_what_a_gate_does_not_run_is_told(project: Path) -> None:
    tables = '[[replay]]\nname = "a"\nsystem = "a:A"\n[[replay]]\nname = "b"\nsystem = "b:B"\n'
    spec(project, GOOD, tables + '[[validate]]\nname = "c"\nmapping = "c:C"\n')
    told = "Not run by a gate: 2 [[replay]] (lockstep replay), 1 [[validate]] (lockstep validate)."
    assert " ".join(lockstep("gate", cwd=project).out.split()).endswith(told)
    assert "[[replay]]" not in lockstep("gate", "--quiet", cwd=project).out
