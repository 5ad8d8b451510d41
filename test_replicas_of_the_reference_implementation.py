"""Found by `lockstep replay specs/replication_as_built.toml --only 'replicas of the reference implementation'`.

step 14: outbox[Replica2]: the model has no Accept(ballot=Ballot1, slot=Slot1, value=None), the system Accept(ballot=Ballot1, slot=Slot1, value=None)
"""

from checker.conformance.reproduction import follows
from model.replication_as_built import ReplicationAsBuilt
from reference.conformance.group import ReplicationGroup

STEPS = [
    ("crash", {"n": "Replica3"}),
    ("lose_disk", {"n": "Replica1"}),
    ("prepare", {"n": "Replica2", "b": "Ballot1"}),
    ("writeback", {"n": "Replica2"}),
    ("fsync", {"n": "Replica2"}),
    ("promise", {"n": "Replica3", "m": ("Prepare", "Ballot1", 0)}),
    ("fsync", {"n": "Replica3"}),
    ("lead", {"n": "Replica2", "q": frozenset({"Replica2", "Replica3"}), "leased": True}),
    ("prepare", {"n": "Replica2", "b": "Ballot2"}),
    ("fsync", {"n": "Replica2"}),
    ("promise", {"n": "Replica3", "m": ("Prepare", "Ballot2", 0)}),
    ("fsync", {"n": "Replica3"}),
    ("lead", {"n": "Replica2", "q": frozenset({"Replica2", "Replica3"}), "leased": True}),
    ("propose", {"n": "Replica2", "v": None}),
]


def test_the_implementation_follows_the_model() -> None:
    follows(
        ReplicationAsBuilt,
        ReplicationGroup,
        STEPS,
        scope={"Replica": 3, "Value": 1, "Ballot": 2, "Slot": 2},
        faults={"crash": 1, "disk_loss": 1, "writeback": 1},
    )
