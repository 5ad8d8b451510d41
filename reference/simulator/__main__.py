"""`python -m reference.simulator`: run worlds under faults, one for each seed, and say what they did."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from reference.probes import PROBES
from reference.simulator.event_log import EventLog
from reference.simulator.report import show
from reference.simulator.run import Report, simulate
from reference.simulator.trace import TraceRecorder

OK, USAGE, VIOLATION, INCONCLUSIVE, SYSTEM = 0, 2, 12, 20, 153
CHUNK = 8


def main(arguments: list[str] | None = None) -> int:
    """The exit code: see docs/reference/simulator.md."""
    options = _parser().parse_args(arguments)
    if (options.trace or options.events) and options.seeds != 1:
        print("--trace and --events are of one seed: leave --seeds out", file=sys.stderr)
        return USAGE
    if options.trace and options.events:
        print("--trace or --events: one at a time", file=sys.stderr)
        return USAGE
    begun = time.process_time(), time.perf_counter()
    if options.trace or options.events:
        reports = [_watched(options.seed, options.steps, options.trace, options.events)]
        if reports[0] is None:
            return SYSTEM
    else:
        reports = list(_reports(range(options.seed, options.seed + options.seeds), options.jobs))
    found = [report for report in reports if report is not None]
    for report in found:
        if report.failure is not None:
            print(f"seed {report.seed}: {report.failure}")
            print(f"again: python -m reference.simulator --seed {report.seed}")
    seconds = time.process_time() - begun[0] if options.jobs == 1 else time.perf_counter() - begun[1]
    missed = show(found, seconds, "processor time" if options.jobs == 1 else "wall-clock time")
    return _exit_code(found, missed if options.every_probe else [])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reference.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    parser.add_argument("--every-probe", action="store_true", help="fail if a rare branch is never reached")
    parser.add_argument("--trace", type=Path, help="write the end of the seed's history for `lockstep show`")
    parser.add_argument("--events", type=Path, help="write what each replica did, one event a line")
    parser.add_argument("--steps", type=int, default=300, help="how many steps of it (default 300)")
    return parser


def _reports(seeds: range, jobs: int) -> Iterator[Report]:
    """In the order of the seeds, whoever is first."""
    if jobs == 1:
        yield from map(simulate, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(simulate, seeds, chunksize=CHUNK)


def _watched(seed: int, steps: int, trace: Path | None, events: Path | None) -> Report | None:
    """One of the two paths is given."""
    recorder, log = TraceRecorder(steps), EventLog()
    report = simulate(seed, watcher=recorder if trace else log)
    path = trace or events
    assert path is not None
    try:
        text = recorder.document(report.failure) if trace else "".join([line + "\n" for line in log.lines])
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{path}: cannot be written: {error.strerror}", file=sys.stderr)
        return None
    return report


def _exit_code(reports: list[Report], missed: list[str]) -> int:
    if any(report.failure is not None for report in reports):
        return VIOLATION
    if missed or any(report.unknown for report in reports):
        for name in missed:
            print(f"never reached: {name}: {PROBES[name]}")
        return INCONCLUSIVE
    return OK


if __name__ == "__main__":
    sys.exit(main())
