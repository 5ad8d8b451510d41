"""Traces written by hand: one of Paxos, one that has every kind of value and change."""

from __future__ import annotations

from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple
from checker.traces.trace import State, Step, Trace


def record(name: str, **fields: Plain) -> PlainRecord:
    return PlainRecord(name, tuple(fields.items()))


PREPARE = record("Prepare", ballot="Ballot1")
PROMISES = [record("Promise", acceptor=f"Acceptor{n}", ballot="Ballot1", vote=None) for n in (1, 2)]
ACCEPT = record("Accept", ballot="Ballot1", value="Value2")
ACCEPTED = record("Accepted", acceptor="Acceptor2", ballot="Ballot1", value="Value2")


def _paxos(promised: tuple[Plain, Plain, Plain], vote: Plain, *network: Plain) -> State:
    members = ("Acceptor1", "Acceptor2", "Acceptor3")
    return (
        ("promised", PlainMap.of(zip(members, promised, strict=True))),
        ("vote", PlainMap.of(zip(members, (None, vote, None), strict=True))),
        ("network", frozenset(network)),
    )


_QUORUM: Plain = frozenset({"Acceptor1", "Acceptor2"})
PAXOS = Trace(
    model="model.paxos:Paxos",
    scope=(("Acceptor", 3), ("Value", 2), ("Ballot", 2)),
    params=(),
    faults=(),
    initial=Step("init", (), _paxos((None, None, None), None), "model/paxos.py", 40),
    steps=(
        Step("prepare", (("b", "Ballot1"),), _paxos((None, None, None), None, PREPARE), "model/paxos.py", 46),
        Step(
            "promise",
            (("a", "Acceptor1"), ("b", "Ballot1")),
            _paxos(("Ballot1", None, None), None, PREPARE, PROMISES[0]),
            "model/paxos.py",
            50,
        ),
        Step(
            "promise",
            (("a", "Acceptor2"), ("b", "Ballot1")),
            _paxos(("Ballot1", "Ballot1", None), None, PREPARE, *PROMISES),
            "model/paxos.py",
            50,
        ),
        Step(
            "propose",
            (("b", "Ballot1"), ("v", "Value2"), ("q", _QUORUM)),
            _paxos(("Ballot1", "Ballot1", None), None, PREPARE, *PROMISES, ACCEPT),
            "model/paxos.py",
            58,
        ),
        Step(
            "accept",
            (("a", "Acceptor2"), ("b", "Ballot1"), ("v", "Value2")),
            _paxos(
                ("Ballot1", "Ballot1", None),
                record("Vote", ballot="Ballot1", value="Value2"),
                PREPARE,
                *PROMISES,
                ACCEPT,
                ACCEPTED,
            ),
            "model/paxos.py",
            67,
        ),
    ),
    property="agreement",
)


def _log(
    role: str,
    log: tuple[Plain, ...],
    leases: dict[Plain, Plain],
    inbox: dict[Plain, int],
    clock: int,
    crashed: bool,
) -> State:
    return (
        ("role", PlainMap.of([("Node1", role), ("Node2", "FOLLOWER")])),
        ("log", PlainMap.of([("Node1", log), ("Node2", ())])),
        ("leases", PlainMap.of(leases.items())),
        ("inbox", PlainBag.of(inbox.items())),
        ("clock", clock),
        ("pair", PlainTuple(("Node1", crashed))),
    )


def entry(term: int) -> PlainRecord:
    return record("Entry", term=f"Term{term}", value="Value1")


APPEND = record("Append", to="Node2", entries=(entry(1),))
LOG = Trace(
    model="tests.unit.traces.toy_model:Log",
    scope=(("Node", 2), ("Term", 2), ("Value", 1)),
    params=(("lease_ticks", 3),),
    faults=(("crash", 1),),
    initial=Step("start_at", (("tick", 1),), _log("FOLLOWER", (), {}, {}, 1, False)),
    steps=(
        Step("lead", (("n", "Node1"),), _log("LEADER", (), {"Node1": 4}, {}, 1, False)),
        Step(
            "append",
            (("n", "Node1"), ("e", entry(1))),
            _log("LEADER", (entry(1),), {"Node1": 4}, {}, 1, False),
        ),
        Step("send", (("n", "Node1"),), _log("LEADER", (entry(1),), {"Node1": 4}, {APPEND: 1}, 1, False)),
        Step("send", (("n", "Node1"),), _log("LEADER", (entry(1),), {"Node1": 4}, {APPEND: 2}, 1, False)),
        Step("tick", (), _log("LEADER", (entry(1),), {"Node1": 4}, {APPEND: 2}, 2, False)),
        Step("idle", (), _log("LEADER", (entry(1),), {"Node1": 4}, {APPEND: 2}, 2, False)),
        Step("crash", (("n", "Node1"),), _log("FOLLOWER", (), {}, {APPEND: 2}, 2, True), kind="fault:crash"),
    ),
    property="durable",
    loop=None,
)
