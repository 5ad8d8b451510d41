"""The plugin of pytest, in projects of its own and in processes of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.cli.light import CONTROL, CUT, GOOD, IDLE, VIOLATED, make, spec
from tests.unit.cli.process import environment

pytest_plugins = ["pytester"]

TOP = 'model = "light.light:Light"\naccept.never_fired = ["never", "fail"]\n'
NIGHTLY = GOOD.replace('"good"', '"large"') + 'tier = "nightly"\n'
QUICK = CONTROL + 'tier = "quick"\n'


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    folder = make(pytester.path)
    (folder / "test_own.py").write_text("def test_own():\n    pass\n")
    return folder


def test_nothing_is_collected_unless_it_is_asked_for(project: Path, pytester: pytest.Pytester) -> None:
    spec(project, VIOLATED, head='model = "light.light:Dark"\n')
    (project / "specs" / "broken.toml").write_text("this is no spec")
    pytester.runpytest_subprocess("-q", "--strict-markers").assert_outcomes(passed=1)
    pytester.runpytest_subprocess("-q", "specs/light.toml").assert_outcomes()


def test_each_check_is_a_test_and_a_failure_shows_the_trace(project: Path, pytester: pytest.Pytester) -> None:
    spec(project, GOOD, QUICK, IDLE, CUT, NIGHTLY, head=TOP)
    dark = VIOLATED.replace('"violated"', '"violated :: here"')
    spec(project, dark, name="dark", head=TOP.replace("Light", "Dark"))
    done = pytester.runpytest_subprocess("-v", "--lockstep", "--junitxml=junit.xml")
    done.assert_outcomes(passed=5, failed=3, deselected=1)
    done.stdout.fnmatch_lines(
        [
            "specs/dark.toml::violated : here FAILED*",
            "specs/light.toml::good PASSED*",
            "specs/light.toml::control PASSED*",
            "*The invariant fine is false after 1 step.",
            "How it happens:",
            "  1  toggle()*light/light.py:7",
            "  fine is false at light/light.py:26: self.on is True",
            "The search ended early because the depth allowed was reached*",
            "FAILED specs/dark.toml::violated : here - The invariant fine is false*",
        ]
    )
    done.stdout.no_fnmatch_line("*Traceback*")
    cases = ElementTree.parse(project / "junit.xml").getroot().iter("testcase")
    found = {
        case.attrib["name"]: {one.attrib["name"]: one.attrib["value"] for one in case.iter("property")}
        for case in cases
    }
    assert found["good"] == {"lockstep_verdict": "exhausted", "lockstep_generated": "3"}


def test_words_tiers_and_markers_choose_checks(project: Path, pytester: pytest.Pytester) -> None:
    spec(project, GOOD, QUICK, NIGHTLY, head=TOP)
    pytester.makeini("[pytest]\nlockstep_specs = specs/*.toml\nlockstep_tier = quick\n")
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=2, deselected=2)
    pytester.runpytest_subprocess("-q", "--lockstep-tier=nightly", "-k", "large or Dark").assert_outcomes(
        passed=2, deselected=3
    )
    pytester.runpytest_subprocess("-q", "-m", "not lockstep").assert_outcomes(passed=1, deselected=3)
    named = pytester.runpytest_subprocess("-q", "--lockstep-tier=default", "specs/light.toml::good")
    named.assert_outcomes(passed=1)


def test_processes_share_the_checks(project: Path, pytester: pytest.Pytester) -> None:
    spec(project, GOOD, CONTROL, IDLE, head=TOP)
    pytester.runpytest_subprocess("-q", "--lockstep", "-n", "2").assert_outcomes(passed=4, failed=1)


def test_a_wrong_spec_is_one_clear_error(project: Path, pytester: pytest.Pytester) -> None:
    spec(project, GOOD, 'teir = "quick"\n', head=TOP)
    done = pytester.runpytest_subprocess("-q", "--lockstep")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["specs/light.toml:6: check 'good': 'teir' is not a key*did you mean 'tier'?"])
    done.stdout.no_fnmatch_line("*Traceback*")
    spec(project, GOOD, head=TOP)
    pytester.makeini("[pytest]\nlockstep_specs = specs/*.toml\nlockstep_tier = weekly\n")
    done = pytester.runpytest_subprocess("-q")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: lockstep_tier is 'weekly'; write one of: quick, default, nightly"])


def test_importing_it_imports_nothing_heavy() -> None:
    script = (
        "import sys, pytest; import checker.gates.pytest_plugin\n"
        "heavy = ('checker.capture', 'checker.engines', 'checker.ir', 'checker.verdicts', 'checker.traces',\n"
        "         'checker.running', 'checker.report', 'rich', 'click', 'msgspec')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    # pytest itself uses rich where it is there.
    assert [name for name in eval(done.stdout) if not name.startswith("rich")] == []
