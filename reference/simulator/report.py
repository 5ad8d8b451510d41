"""What many seeds did, in figures."""

from __future__ import annotations

from collections import Counter

from reference.probes import PROBES
from reference.simulator.run import Report


def show(reports: list[Report], seconds: float, clock: str) -> list[str]:
    """Prints the figures; the probes that were never reached."""
    events = sum([report.events for report in reports])
    operations = sum([report.operations for report in reports])
    probes = _sum([report.probes for report in reports])
    missed = [name for name in PROBES if not probes[name]]
    print(f"seeds {len(reports)}, failed {sum([report.failure is not None for report in reports])}")
    print(f"events {events}, {events / seconds:,.0f} a second of {clock}")
    print(f"operations {operations}, {operations / seconds:,.0f} a second of {clock}")
    print(
        f"acknowledged writes {sum([report.acknowledged_writes for report in reports])},"
        f" lost {sum([report.lost_writes for report in reports])},"
        f" ambiguous operations {sum([report.ambiguous for report in reports])}"
    )
    print(f"rare branches reached {len(PROBES) - len(missed)} of {len(PROBES)}")
    _table("linearizability, keys by verdict", _sum([report.verdicts for report in reports]))
    _table("faults", _sum([report.faults for report in reports]))
    _table("rare branches", probes)
    return missed


def _sum(counters: list[Counter[str]]) -> Counter[str]:
    return sum(counters, Counter[str]())


def _table(title: str, counts: Counter[str]) -> None:
    print(f"{title}:")
    for name, count in sorted(counts.items()):
        print(f"  {count:>9}  {name}")
