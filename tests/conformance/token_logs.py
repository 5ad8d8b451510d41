"""`python -m tests.conformance.token_logs`: logs of correct runs under faults, and corrupted ones, judged.

It prints how many logs of correct runs are rejected (none should be), how fast they are judged, which steps
they take, what logging costs, and for each kind of corruption how many logs were rejected; of the first few
that were accepted, the steps that the model takes.
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
from typing import Any, TypeAlias, TypeGuard, cast

from checker.conformance.log_events import BadLog, in_causal_order, read_events
from checker.conformance.validation import BadReading, Validated, Validation
from checker.engines.request import Request
from checker.gates.spec import load_spec
from checker.running.runner import Runner
from model.tokens_as_built import TokensAsBuilt
from reference.conformance.token_log import TokenLog
from reference.conformance.token_run import TokenRun

SPEC = Path(__file__).resolve().parents[2] / "specs" / "tokens_as_built.toml"
SHOWN = 3
CORRUPTED = 200
"""So many logs are corrupted, in every way."""
Corrupt = Callable[[list[str], int, Random], list[str] | None]


def validation() -> Validation:
    """The one of the spec."""
    (table,) = load_spec(SPEC).validates
    runner = Runner(Request(TokensAsBuilt, table.scope, table.params, table.faults))
    return Validation(runner, TokenLog(), table.frontier)


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


def changed_state(lines: list[str], number: int, random: Random) -> list[str] | None:
    """A number in what a node holds is one more."""
    return _with(lines, number, lambda fields: _raise_a_number(fields["state"], random))


def changed_message(lines: list[str], number: int, random: Random) -> list[str] | None:
    """A message has another number in it: for a grant, one token more."""
    event = json.loads(lines[number])
    if event["ev"] != "send" or event["msg"][0] != "GrantTokens":
        return None
    return _with(lines, number, lambda fields: _raise_a_number(fields["msg"], random))


def changed_answer(lines: list[str], number: int, random: Random) -> list[str] | None:
    """A request that was let through was refused, or the reverse."""
    if json.loads(lines[number])["ev"] != "request":
        return None
    return _with(lines, number, _reverse)


def _reverse(fields: dict[str, Any]) -> bool:
    fields["value"] = not fields["value"]
    return True


def dropped(lines: list[str], number: int, random: Random) -> list[str] | None:
    """A line is missing, and not the last of its node's life."""
    key = _life(lines[number])
    later = any(_life(line) == key for line in lines[number + 1 :])
    return [*lines[:number], *lines[number + 1 :]] if later else None


def dropped_and_renumbered(lines: list[str], number: int, random: Random) -> list[str] | None:
    """A line is missing, and those after it count on as if it had never been."""
    key = _life(lines[number])
    kept = lines[:number]
    for line in lines[number + 1 :]:
        fields = json.loads(line)
        if _life(line) == key:
            fields["seq"] -= 1
        kept.append(json.dumps(fields, sort_keys=True))
    return kept


def repeated(lines: list[str], number: int, random: Random) -> list[str] | None:
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
MUST_BE_REJECTED = frozenset((changed_state, changed_message, changed_answer, dropped, repeated))
"""What is left when a line is gone without a trace may be a behaviour, too."""


def _life(line: str) -> tuple[str, int]:
    fields = json.loads(line)
    return fields["node"], fields["inc"]


def _with(lines: list[str], number: int, change: Callable[[dict[str, Any]], bool]) -> list[str] | None:
    fields = json.loads(lines[number])
    if not change(fields):
        return None
    return [*lines[:number], json.dumps(fields, sort_keys=True), *lines[number + 1 :]]


def _raise_a_number(value: Any, random: Random) -> bool:
    """One of the numbers in it, however deep; whether there is one."""
    places = list(_numbers(value))
    if not places:
        return False
    holder, key = random.choice(places)
    holder[key] += 1
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
        yield from _numbers(item)


# ---------------------------------------------------------------- the command


@dataclass
class Tally:
    """What came of the logs of one kind."""

    tried: int = 0
    rejected: int = 0
    accepted: list[str] = field(default_factory=list[str])


def corrupted(lines: list[str], judging: Validation, random: Random, tallies: dict[str, Tally]) -> None:
    """One log, corrupted in each way at one place."""
    for corrupt in CORRUPTIONS:
        places = list(range(len(lines)))
        random.shuffle(places)
        found = next((one for place in places if (one := corrupt(lines, place, random)) is not None), None)
        if found is None:
            continue
        tally = tallies.setdefault(corrupt.__name__, Tally())
        verdict = judged(found, judging)
        tally.tried += 1
        if is_accepted(verdict):
            shown = ", ".join(f"{action} {count}" for action, count in sorted(verdict.steps.items()))
            tally.accepted.append(f"run {json.loads(lines[0])['run']}: {shown}")
        else:
            tally.rejected += 1


def overhead(runs: int) -> tuple[float, float]:
    """Processor seconds of runs without a log and with one, by turns."""
    seconds = {False: 0.0, True: 0.0}
    for seed in range(runs):
        for logs in (False, True):
            began = time.process_time()
            TokenRun(seed, logs=logs).live()
            seconds[logs] += time.process_time() - began
    return seconds[False], seconds[True]


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if no correct log is rejected, and each corruption that must be is."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.token_logs", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="how many logs of correct runs")
    options = parser.parse_args(arguments)
    judging, steps, events, false = validation(), Counter[str](), 0, 0
    tallies: dict[str, Tally] = {}
    seconds = 0.0
    for seed in range(options.runs):
        lines = TokenRun(seed).live()
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
            corrupted(lines, judging, Random(seed), tallies)
    without, with_log = overhead(min(options.runs, 200))
    print(f"{options.runs} logs of correct runs, {events} events: {false} rejected")
    print(f"{events / max(seconds, 0.001):.0f} events a second of processor time")
    print("steps: " + ", ".join(f"{action} {count}" for action, count in steps.most_common()))
    print(f"a run takes {1000 * without / min(options.runs, 200):.2f} ms without a log, ", end="")
    print(f"{1000 * with_log / min(options.runs, 200):.2f} ms with one")
    missed = 0
    for corrupt in CORRUPTIONS:
        tally = tallies[corrupt.__name__]
        print(f"{corrupt.__name__}: {tally.rejected} of {tally.tried} rejected")
        for text in tally.accepted[:SHOWN]:
            print(f"    accepted as {text}")
        missed += len(tally.accepted) if corrupt in MUST_BE_REJECTED else 0
    return 21 if false or missed else 0


if __name__ == "__main__":
    sys.exit(main())
