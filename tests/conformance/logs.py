"""`python -m tests.conformance.logs [FAMILY]`: logs of correct runs under faults, and corrupted ones, judged.

It prints how many logs of correct runs are rejected (none should be), how fast they are judged, which steps
they take and how much of the model, what logging costs, and for each kind of corruption how many logs were
rejected; of the first few that were accepted, what the model did at the line that was corrupted and after it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeAlias, TypeGuard, cast

from checker.conformance.accepting import Coverage, meant, trace_of
from checker.conformance.log_events import BadLog, in_causal_order, read_events
from checker.conformance.validation import BadReading, Validated, Validation
from checker.engines.request import Request
from checker.gates.loading import load_mapping, load_model
from checker.gates.spec import load_spec
from checker.running.runner import Runner
from reference.conformance.group_run import GroupRun
from reference.conformance.token_run import TokenRun

SPECS = Path(__file__).resolve().parents[2] / "specs"
SHOWN = 3
CORRUPTED = 200
"""So many logs are corrupted, in every way."""
COVERED = 100
"""Of so many it is counted what they take of the model."""
Corrupt = Callable[[list[str], int, Random, str], list[str] | None]


class Run(Protocol):
    """A run of an implementation under faults, of a seed."""

    def __init__(self, seed: int, *, logs: bool = True) -> None: ...

    def live(self) -> list[str]:
        """Its log."""
        ...


@dataclass(frozen=True)
class Family:
    """An implementation whose logs are judged.

    Attributes:
        spec: where the table is.
        run: makes logs.
        answer: the key under which a log says whether a request was served.
        idle: actions that need not occur: another spec has them.
    """

    spec: str
    run: type[Run]
    answer: str
    idle: frozenset[str]


FAMILIES: dict[str, Family] = {
    "tokens": Family("tokens_as_built.toml", TokenRun, "value", frozenset({"mint"})),
    "group": Family("replication_in_logs.toml", GroupRun, "served", frozenset({"renew_lease"})),
}


def validation(family: Family) -> Validation:
    """The one of the spec."""
    (table,) = load_spec(SPECS / family.spec).validates
    origin = table.origin
    model = load_model(table.model, origin.project, origin.place("model"))
    mapping = load_mapping(table.mapping, origin.project, origin.place("mapping"))
    return Validation(
        Runner(Request(model, table.scope, table.params, table.faults)), mapping(), table.frontier
    )


Verdict: TypeAlias = Validated | BadLog | BadReading


def judged(lines: list[str], judging: Validation) -> Verdict:
    """What comes of a log; that lines are missing, or that it has values which the model has not."""
    try:
        events = list(read_events("run.log", [line.encode() for line in lines]))
        return judging.of(in_causal_order(events))
    except (BadLog, BadReading) as error:
        return error


def is_accepted(found: Verdict) -> TypeGuard[Validated]:
    """Neither rejected nor unknown."""
    return isinstance(found, Validated) and found.rejected is None and not found.unknown


# ---------------------------------------------------------------- corruptions


def changed_state(lines: list[str], number: int, random: Random, answer: str) -> list[str] | None:
    """A number in what a node holds is one more, also that of a name."""
    return _with(lines, number, lambda fields: _raise_a_number(fields["state"], random))


def changed_message(lines: list[str], number: int, random: Random, answer: str) -> list[str] | None:
    """What a node sends has another number in it."""
    if json.loads(lines[number])["ev"] != "send":
        return None
    return _with(lines, number, lambda fields: _raise_a_number(fields["msg"], random))


def changed_answer(lines: list[str], number: int, random: Random, answer: str) -> list[str] | None:
    """A request that was refused was served."""
    fields = json.loads(lines[number])
    if fields["ev"] != "request" or fields[answer]:
        return None
    return _with(lines, number, lambda of: bool(of.update({answer: True})) or True)


def dropped(lines: list[str], number: int, random: Random, answer: str) -> list[str] | None:
    """A line is missing, and not the last of its node's life."""
    key = _life(lines[number])
    later = any(_life(line) == key for line in lines[number + 1 :])
    return [*lines[:number], *lines[number + 1 :]] if later else None


def dropped_and_renumbered(lines: list[str], number: int, random: Random, answer: str) -> list[str] | None:
    """A line is missing, and those after it count on as if it had never been."""
    key = _life(lines[number])
    kept = lines[:number]
    for line in lines[number + 1 :]:
        fields = json.loads(line)
        if _life(line) == key:
            fields["seq"] -= 1
        kept.append(json.dumps(fields, sort_keys=True))
    return kept


def repeated(lines: list[str], number: int, random: Random, answer: str) -> list[str] | None:
    """A line comes twice."""
    return [*lines[: number + 1], *lines[number:]]


CORRUPTIONS: tuple[Corrupt, ...] = (
    changed_state,
    changed_message,
    changed_answer,
    dropped,
    repeated,
    dropped_and_renumbered,
)
MUST_BE_REJECTED = frozenset((changed_state, changed_answer, dropped, repeated))
"""What is left when a line is gone without a trace may be a behaviour, too; and what is said to be sent may
have been sent before."""


def _life(line: str) -> tuple[str, int]:
    fields = json.loads(line)
    return fields["node"], fields["inc"]


def _with(lines: list[str], number: int, change: Callable[[dict[str, Any]], bool]) -> list[str] | None:
    fields = json.loads(lines[number])
    if not change(fields):
        return None
    return [*lines[:number], json.dumps(fields, sort_keys=True), *lines[number + 1 :]]


def _raise_a_number(value: Any, random: Random) -> bool:
    """One of the numbers and numbered names in it, however deep; whether there is one."""
    places = list(_numbers(value))
    if not places:
        return False
    holder, key = random.choice(places)
    held = holder[key]
    holder[key] = held + 1 if isinstance(held, int) else f"{held[:-1]}{int(held[-1]) + 1}"
    return True


def _numbers(value: Any) -> Iterator[tuple[Any, Any]]:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(cast("dict[Any, Any]", cast(Any, value)).items())
    elif isinstance(value, list):
        items = list(enumerate(cast("list[Any]", cast(Any, value))))
    for key, item in items:
        if isinstance(item, int) and not isinstance(item, bool):
            yield cast(Any, value), key
        if isinstance(item, str) and item[-1:].isdigit():
            yield cast(Any, value), key
        yield from _numbers(item)


# ---------------------------------------------------------------- the command


@dataclass
class Tally:
    """What came of the logs of one kind."""

    tried: int = 0
    rejected: int = 0
    accepted: list[str] = field(default_factory=list[str])


def corrupted(
    lines: list[str], family: Family, judging: Validation, random: Random, tallies: dict[str, Tally]
) -> None:
    """One log, corrupted in each way at one place."""
    for corrupt in CORRUPTIONS:
        places = list(range(len(lines)))
        random.shuffle(places)
        tried = ((place, corrupt(lines, place, random, family.answer)) for place in places)
        place, found = next(((place, one) for place, one in tried if one is not None), (0, None))
        if found is None:
            continue
        tally = tallies.setdefault(corrupt.__name__, Tally())
        verdict = judged(found, judging)
        tally.tried += 1
        if is_accepted(verdict):
            tally.accepted.append(accepted_as(found, place, judging, verdict))
        else:
            tally.rejected += 1


def accepted_as(lines: list[str], place: int, judging: Validation, found: Validated) -> str:
    """What the model did from the corrupted line on, up to the third event in which it did something."""
    assert found.way is not None
    ordered = in_causal_order(list(read_events("run.log", [line.encode() for line in lines])))
    told = list(meant(ordered, found.way, trace_of(judging.runner, found.way)))
    after = [one for one in told if int(one.event.place.rpartition(":")[2]) > place]
    shown = [f"{one.event.place} {', '.join(one.calls)}" for one in after if one.calls]
    return f"run {json.loads(lines[0])['run']}, from line {place + 1}: {'; '.join(shown[:3]) or 'no step'}"


def overhead(family: Family, runs: int) -> tuple[float, float]:
    """Processor seconds of runs without a log and with one, by turns."""
    seconds = {False: 0.0, True: 0.0}
    for seed in range(runs):
        for logs in (False, True):
            began = time.process_time()
            family.run(seed, logs=logs).live()
            seconds[logs] += time.process_time() - began
    return seconds[False], seconds[True]


def judge_family(name: str, family: Family, runs: int) -> bool:
    """Prints what came of the logs of one implementation; whether all is as it must be."""
    judging, steps, events, false = validation(family), Counter[str](), 0, 0
    coverage = Coverage(judging.runner)
    tallies: dict[str, Tally] = {}
    seconds = 0.0
    for seed in range(runs):
        lines = family.run(seed).live()
        began = time.process_time()
        found = judged(lines, judging)
        seconds += time.process_time() - began
        events += len(lines)
        if is_accepted(found):
            steps.update(found.steps)
        else:
            false += 1
            print(f"run {seed}: {found}")
        if seed < CORRUPTED:
            corrupted(lines, family, judging, Random(seed), tallies)
        if seed < COVERED and is_accepted(found) and found.way is not None:
            coverage.add(found.way)
    timed = min(runs, 200)
    without, with_log = overhead(family, timed)
    print(f"{name}: {runs} logs of correct runs, {events} events: {false} rejected")
    print(f"{events / max(seconds, 0.001):.0f} events a second of processor time")
    print("steps: " + ", ".join(f"{action} {count}" for action, count in steps.most_common()))
    of = coverage.covered
    print(
        f"the first {min(runs, COVERED)} take {of.edges} of {of.leaving} edges of {of.states} states, ",
        end="",
    )
    print(f"{of.contexts} of {of.contexts_leaving} contexts")
    print(f"a run takes {1000 * without / timed:.2f} ms without a log, ", end="")
    print(f"{1000 * with_log / timed:.2f} ms with one")
    missed = 0
    for corrupt in CORRUPTIONS:
        tally = tallies[corrupt.__name__]
        print(f"{corrupt.__name__}: {tally.rejected} of {tally.tried} rejected")
        for text in tally.accepted[:SHOWN]:
            print(f"    accepted as {text}")
        missed += len(tally.accepted) if corrupt in MUST_BE_REJECTED else 0
    return not false and not missed


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if no correct log is rejected, and each corruption that must be is."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.logs", description=__doc__)
    parser.add_argument(
        "families", nargs="*", metavar="FAMILY", help=f"of {', '.join(FAMILIES)}; default all"
    )
    parser.add_argument("--runs", type=int, default=1000, help="how many logs of correct runs")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.families if name not in FAMILIES]
    if unknown:
        parser.error(f"no family {', '.join(unknown)}; there are {', '.join(FAMILIES)}")
    good = [judge_family(name, FAMILIES[name], options.runs) for name in options.families or FAMILIES]
    return 0 if all(good) else 21


if __name__ == "__main__":
    sys.exit(main())
