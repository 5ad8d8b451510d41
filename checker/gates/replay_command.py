"""`lockstep replay`: behaviours of models replayed on implementations; a difference becomes a test."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from checker.conformance.reproduction import pytest_file
from checker.exit_codes import ExitCode
from checker.gates.check import TIERS, Replay, Spec, Tier
from checker.gates.gate_command import load_specs, spec_files
from checker.gates.outcome import PRECEDENCE
from checker.gates.problems import Problem, SpecError, nearest
from checker.gates.replay_report import replay_report, replay_row, status_of
from checker.gates.replay_run import Replayed, run_replay
from checker.gates.terminal_output import Terminal
from checker.report.gate_table import gate_row
from checker.report.lines import line, wrapped
from checker.report.output import write_file, write_out

REPLAY_FORMAT = "lockstep-replay"
REPLAY_VERSION = 1
_OURS = '"""Found by `lockstep replay'


@dataclass(frozen=True, slots=True)
class ReplayCommand:
    """The words of the command line.

    Attributes:
        only: the replay of this name, or whose name begins so; None for all.
        test_out: the file that a difference is written to, as a test; None for one named after the replay.
    """

    targets: tuple[Path, ...] = ()
    tier: Tier = "default"
    only: str | None = None
    test_out: Path | None = None
    json: bool = False


def replay_command(command: ReplayCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    replays = _wanted(command, load_specs(spec_files(command.targets)))
    terminal = Terminal(command.json)
    began = time.perf_counter()
    found: list[Replayed] = []
    width = max([len(replay.name) for replay in replays])
    with terminal.running():
        for replay in replays:
            found.append(run_replay(replay))
            terminal.say([*replay_report(found[-1]), line()])
    tests = [(one, _write_test(command, one)) for one in found if one.difference is not None]
    terminal.say([row for one in found for row in gate_row(replay_row(one), width)])
    for one, path in tests:
        terminal.say(wrapped(f"{one.replay.name}: the difference is a test now: pytest {path.as_posix()}"))
    code = _code(found)
    good = sum([one.exit_code is ExitCode.OK for one in found])
    counted = "1 replay" if len(found) == 1 else f"{len(found)} replays"
    text = f"{counted} in {time.perf_counter() - began:.1f} s: {good} without a difference."
    terminal.say([line(), *wrapped(text, role="good" if code is ExitCode.OK else "bad")])
    if code is not ExitCode.OK:
        terminal.say(wrapped(f"Exit code {int(code)}: {code.meaning}"))
    if command.json:
        write_out(_to_json(found, {one.replay.name: path for one, path in tests}, code))
    return int(code)


def _wanted(command: ReplayCommand, specs: Sequence[Spec]) -> list[Replay]:
    every = [replay for spec in specs for replay in spec.replays]
    if not every:
        files = ", ".join([spec.file for spec in specs])
        fix = 'add a table [[replay]] with name = "...", system = "module:Class" and scope = { ... }'
        raise SpecError([Problem(files, "there is no [[replay]], so nothing would be replayed", fix)])
    if command.only is not None:
        exact = [one for one in every if one.name == command.only]
        chosen = exact or [one for one in every if one.name.startswith(command.only)]
        if not chosen:
            fact = f"no replay is called {command.only!r}"
            raise SpecError([Problem("--only", fact, nearest(command.only, [one.name for one in every]))])
        return chosen
    tiers = TIERS[: TIERS.index(command.tier) + 1]
    chosen = [one for one in every if one.tier in tiers]
    if not chosen:
        fact = f"no replay belongs to the tier {command.tier}, so nothing would be replayed"
        known = ", ".join(sorted(dict.fromkeys([one.tier for one in every])))
        raise SpecError([Problem("--tier", fact, f"the replays of these specs are in: {known}")])
    return chosen


def _write_test(command: ReplayCommand, one: Replayed) -> Path:
    """Where the difference is, as a test. What is there and not ours is left alone."""
    replay, difference = one.replay, one.difference
    assert difference is not None
    slug = re.sub(r"[^a-z0-9]+", "_", replay.name.lower()).strip("_") or "difference"
    path = command.test_out or Path(f"test_{slug}.py")
    if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(_OURS):
        fact = "the file is there, and was not written by lockstep replay"
        raise SpecError([Problem(str(path), fact, "name another with --test-out FILE")])
    words = f"lockstep replay {replay.origin.file} --only {json.dumps(replay.name)}"
    numbers = {"scope": replay.scope, "params": replay.params, "faults": replay.faults}
    write_file(path, pytest_file(difference, words, replay.model, replay.system, numbers))
    return path


def _code(found: Sequence[Replayed]) -> ExitCode:
    codes = [one.exit_code for one in found]
    return next((code for code in PRECEDENCE if code in codes), ExitCode.OK)


def _to_json(found: Sequence[Replayed], tests: dict[str, Path], code: ExitCode) -> str:
    document = {
        "format": REPLAY_FORMAT,
        "version": REPLAY_VERSION,
        "exit_code": int(code),
        "replays": [_object(one, tests.get(one.replay.name)) for one in found],
    }
    return json.dumps(document, indent=1) + "\n"


def _object(one: Replayed, test: Path | None) -> dict[str, object]:
    replay, choice, steered, difference = one.replay, one.choice, one.steered, one.difference
    return {
        "replay": replay.name,
        "spec": replay.origin.file,
        "model": replay.model,
        "system": replay.system,
        "scope": dict(replay.scope),
        "params": dict(replay.params),
        "faults": dict(replay.faults),
        "traces": asdict(replay.traces),
        "status": status_of(one),
        "exit_code": int(one.exit_code),
        "problems": [asdict(problem) for problem in one.problems],
        "seconds": round(one.seconds, 3),
        "paths": None if steered is None else steered.paths,
        "steps": None if steered is None else steered.steps,
        "done": None if steered is None else dict(sorted(steered.by_action.items())),
        "refused": None if steered is None else dict(sorted(steered.refused.items())),
        "never_done": [*one.never_done],
        "mutants": dict(one.mutants),
        "disabled": None
        if one.given is None
        else {
            "stimuli": one.given.stimuli,
            "contexts": len(one.given.contexts),
            "outcomes": dict(sorted(one.given.outcomes.items())),
            "explained": one.given.explained,
        },
        "states": None if choice is None else choice.states,
        "whole": None if choice is None else choice.whole,
        "edges": None if choice is None else {"taken": choice.edges_taken, "all": choice.edges},
        "contexts": None if choice is None else {"taken": choice.contexts_taken, "all": choice.contexts},
        "difference": None
        if difference is None
        else {
            "kind": difference.kind,
            "step": difference.step,
            "place": difference.place,
            "model": difference.expected,
            "system": difference.shown,
            "calls": [[name, repr(dict(arguments))] for name, arguments in difference.steps],
            "stimulus": None
            if difference.stimulus is None
            else [difference.stimulus[0], repr(dict(difference.stimulus[1]))],
            "test": None if test is None else str(test),
        },
    }
