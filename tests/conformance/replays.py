"""Replays of the two-phase commit, as tests run them."""

from __future__ import annotations

from pathlib import Path

from checker.gates.check import Origin, Replay, Traces
from checker.gates.replay_run import Replayed, run_replay
from tests.conformance.two_phase_system import TwoPhaseSystem

ROOT = Path(__file__).resolve().parents[2]
MODEL = "tests.conformance.two_phase_model:TwoPhase"
EVERY_STEP = Traces(cover="transitions", at_most=500)


def named(system: type) -> str:
    """`module:Class`."""
    return f"{system.__module__}:{system.__name__}"


def replayed(
    system: type = TwoPhaseSystem,
    *,
    traces: Traces = EVERY_STEP,
    disabled: int = 30,
    crashes: int = 1,
    mutants: tuple[type, ...] = (),
) -> Replayed:
    """Two participants."""
    replay = Replay(
        name="two participants",
        model=MODEL,
        system=named(system),
        origin=Origin(None, ROOT),
        scope={"Participant": 2},
        faults={"crash": crashes},
        traces=traces,
        disabled=disabled,
        mutants=tuple([named(mutant) for mutant in mutants]),
    )
    return run_replay(replay)
