"""Which method finds which seeded bug, and what it costs until then.

    python -m tests.conformance.methods [--family NAME] [--method NAME] [--results FILE] [--table]

A row a bug, a column a method: `steer` (walks), `negative` (the same walks with stimuli that the model
disables), `mutant` (where mutants leave the model), `state machine` (Hypothesis, on model and system),
`simulator` (seeds), `validation` (logs). In a cell are the steps, stimuli, partings, seeds or logs up to the
first finding, and the processor time; `-`: nothing was found, or not within PATIENCE; an empty cell: the
method does not apply.

A cell is kept in the file of results as soon as it is known, and is not made again, so that the table can be
made in parts; `--table` prints what there is, family by family, and what each method finds alone.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from checker.conformance.state_machines import Lockstep, state_machine
from checker.gates.check import Replay, Traces
from checker.gates.loading import load_model, load_system
from checker.gates.replay_run import Replayed, run_replay
from checker.gates.spec import load_spec
from reference.simulator.run import simulate
from tests.conformance import logs
from tests.reference.election_bugs import ELECTION_BUGS, LEASE_BUGS
from tests.reference.find_seeded_bugs import first_failure
from tests.reference.history_bugs import HISTORY_BUGS
from tests.reference.member_bugs import MEMBER_BUGS
from tests.reference.seeded_bugs import BUGS
from tests.reference.split_bugs import SPLIT_BUGS
from tests.reference.token_bugs import LIMIT_BUGS, SERVICE_BUGS, Plant

RESULTS = Path("build/methods.jsonl")
SPECS = Path(__file__).resolve().parents[2] / "specs"
LOGS = 200
EXAMPLES = 60
PATIENCE = 60.0
"""Seconds of a processor, after which a method is taken to find nothing."""
COLUMNS: tuple[str, ...] = ("steer", "negative", "mutant", "state machine", "simulator", "validation")


@dataclass(frozen=True, slots=True)
class Family:
    """Bugs of one part of the implementation, and the spec that it is bound by.

    Attributes:
        seeds: so many worlds of the simulator are tried, where the bug does not say how many.
        logs: which of `tests.conformance.logs` has its logs; nothing where there are none.
        replay: which replay of the spec; the first one without mutants unless it is named.
    """

    spec: str
    bugs: Mapping[str, Plant]
    walks: Traces
    seeds: int = 40
    logs: str = ""
    replay: str | None = None


FAMILIES: Mapping[str, Family] = {
    "replication": Family(
        "replication_as_built.toml",
        {name: bug.plant for name, bug in BUGS.items()},
        Traces(cover="walks", at_most=40, length=80, seed=2),
        logs="group",
    ),
    "histories": Family(
        "replication_as_built.toml",
        HISTORY_BUGS,
        Traces(cover="walks", at_most=40, length=80, seed=2),
        seeds=100,
        logs="group",
    ),
    "members": Family(
        "log_replicas_as_built.toml", MEMBER_BUGS, Traces(cover="walks", at_most=25, length=80)
    ),
    "elections": Family(
        "election_as_built.toml", ELECTION_BUGS, Traces(cover="walks", at_most=12, length=80)
    ),
    "leases": Family(
        "election_as_built.toml",
        LEASE_BUGS,
        Traces(cover="walks", at_most=12, length=80),
        replay="leases",
    ),
    "splits": Family("split_as_built.toml", SPLIT_BUGS, Traces(cover="walks", at_most=60, length=40)),
    "service": Family(
        "tokens_as_built.toml", SERVICE_BUGS, Traces(cover="walks", at_most=60, length=60), logs="tokens"
    ),
    "limits": Family(
        "partition_tokens_as_built.toml", LIMIT_BUGS, Traces(cover="walks", at_most=60, length=60)
    ),
}


class TimeIsOver(BaseException):
    """A method has used its time; no `except Exception` on the way takes that for a finding."""


def _end(*_: object) -> None:
    raise TimeIsOver


def timed(method: Callable[[], str]) -> str:
    """What a method found, and how long it took; a crash of the code is a finding too."""
    began = time.process_time()
    signal.signal(signal.SIGPROF, _end)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        found = method()
    except Exception as error:  # whatever a bug makes the code raise
        found = type(error).__name__
    except TimeIsOver:
        found = "-"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return found if found in ("", "-") else f"{found}, {time.process_time() - began:.1f} s"


def steered(replay: Replay) -> str:
    """Steps until the first difference."""
    found = run_replay(replace(replay, disabled=0, mutants=()))
    return "-" if found.difference is None or found.steered is None else f"{found.steered.steps} steps"


def negative(replay: Replay) -> str:
    """Stimuli until the first that the system should not have followed."""
    found: Replayed = run_replay(replace(replay, mutants=()))
    if found.difference is None or found.given is None or found.difference.stimulus is None:
        return "-"
    return f"{found.given.stimuli} stimuli"


def where_mutants_leave(replay: Replay) -> str:
    """Partings of all mutants up to the first that shows a difference."""
    few = Traces(cover="contexts", at_most=1, states=min(replay.traces.states, 400))
    found = run_replay(replace(replay, traces=few))
    return (
        "-"
        if not found.mutants or found.difference is None
        else f"{sum(n for _, n in found.mutants)} partings"
    )


def machine(replay: Replay) -> str:
    """Steps of all examples until the first that fails, without shrinking it."""
    model = load_model(replay.model, replay.origin.project, "model")
    system = load_system(replay.system, replay.origin.project, "system")
    made = state_machine(model, system, replay.scope, params=replay.params, faults=replay.faults)
    taken = [0]

    def take(self: Lockstep, action: str, index: int) -> None:
        taken[0] += 1
        Lockstep.take(self, action, index)

    budget = settings(
        max_examples=EXAMPLES,
        stateful_step_count=30,
        database=None,
        derandomize=True,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
    )
    try:
        with mock.patch.object(made, "take", take):
            run_state_machine_as_test(made, settings=budget)
    except Exception:  # a difference is an AssertionError; what the code raises is one, too
        return f"{taken[0]} steps"
    return "-"


def simulated(family: Family, name: str) -> str:
    """Seeds until the first failure; nothing where the simulator does not know of the bug's part."""
    if name in BUGS:
        found = first_failure(name, BUGS[name].within)
        return "-" if found is None else f"{found[0] + 1} seeds"
    with family.bugs[name]():
        for seed in range(family.seeds):
            if simulate(seed).failure is not None:
                return f"{seed + 1} seeds"
    return "-" if family.seeds else ""


def validated(family: logs.Family) -> str:
    """Logs until the first that is rejected."""
    judging = logs.validation(family)
    for seed in range(LOGS):
        if not logs.is_accepted(logs.judged(family.run(seed).live(), judging)):
            return f"{seed + 1} logs"
    return "-"


def cell(family: Family, name: str, column: str) -> str:
    """What a method finds of one bug."""
    replays = load_spec(SPECS / family.spec).replays
    plain = next(one for one in replays if not one.mutants and family.replay in (None, one.name))
    walks = replace(plain, traces=family.walks)
    mutants = next(one for one in replays if one.mutants)
    methods: dict[str, Callable[[], str]] = {
        "steer": lambda: steered(walks),
        "negative": lambda: negative(walks),
        "mutant": lambda: where_mutants_leave(mutants),
        "state machine": lambda: machine(walks),
        "simulator": lambda: simulated(family, name),
        "validation": lambda: validated(logs.FAMILIES[family.logs]) if family.logs else "",
    }
    if column == "simulator":
        return timed(methods[column])  # plants the bug itself
    with family.bugs[name]():
        return timed(methods[column])


# ------------------------------------------------------------------ the table

Cells = dict[tuple[str, str, str], str]
"""By family, bug and method."""


def kept(results: Path) -> Cells:
    """The cells that are known."""
    if not results.exists():
        return {}
    rows = map(json.loads, results.read_text().splitlines())
    return {(row["family"], row["bug"], row["method"]): row["cell"] for row in rows}


def finds(known: Cells, title: str, name: str) -> list[str]:
    """The methods that find a bug."""
    return [one for one in COLUMNS if known.get((title, name, one), "") not in ("", "-")]


def table(known: Cells) -> str:
    """Family by family, and then how many bugs each method finds, and how many it finds alone."""
    lines: list[str] = []
    found = dict.fromkeys(COLUMNS, 0)
    alone = dict.fromkeys(COLUMNS, 0)
    for title, family in FAMILIES.items():
        lines += [f"| {title} | {' | '.join(COLUMNS)} |", f"|{'---|' * (1 + len(COLUMNS))}"]
        for name in family.bugs:
            row = (known.get((title, name, one), "?") for one in COLUMNS)
            lines.append(f"| {name} | {' | '.join(row)} |")
            by = finds(known, title, name)
            for one in by:
                found[one] += 1
                alone[one] += len(by) == 1
        lines.append("")
    lines += [f"| bugs found | {' | '.join(COLUMNS)} |", f"|{'---|' * (1 + len(COLUMNS))}"]
    lines.append(f"| in all | {' | '.join(map(str, found.values()))} |")
    lines.append(f"| by this method alone | {' | '.join(map(str, alone.values()))} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if each bug that was tried is found by one method at least, else 21."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", choices=list(FAMILIES), help="the bugs of one part only")
    parser.add_argument("--bug", help="one bug only")
    parser.add_argument("--method", choices=COLUMNS, action="append", help="these methods only")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="print what is known; run nothing")
    options = parser.parse_args(arguments)
    known = kept(options.results)
    options.results.parent.mkdir(parents=True, exist_ok=True)
    tried: set[tuple[str, str]] = set()
    for column in () if options.table else COLUMNS:
        for title, family in FAMILIES.items():
            for name in family.bugs:
                if options.family not in (None, title) or options.bug not in (None, name):
                    continue
                if options.method is not None and column not in options.method:
                    continue
                tried.add((title, name))
                if (title, name, column) in known:
                    continue
                made = known[title, name, column] = cell(family, name, column)
                print(f"{title}: {name}: {column}: {made}", file=sys.stderr, flush=True)
                with options.results.open("a") as out:
                    row = {"family": title, "bug": name, "method": column, "cell": made}
                    out.write(json.dumps(row) + "\n")
    print(table(known))
    return 0 if all(finds(known, *one) for one in tried) else 21


if __name__ == "__main__":
    sys.exit(main())
