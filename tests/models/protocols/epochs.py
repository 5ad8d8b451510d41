"""The handshake of epochs as in Zab: discovery, synchronisation, broadcast."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal, Self

from checker import (
    Ghost,
    Map,
    Model,
    Ordered,
    Partial,
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    cover,
    invariant,
    maxima,
    present,
    require,
    step_invariant,
)


class Node(Sort): ...


class Epoch(Ordered): ...


class Zxid(Record):
    epoch: Epoch
    counter: Annotated[int, Range(0, 1)]


class State(Enum):
    LOOKING = "looking"
    LEADING = "leading"
    SYNCED = "synced"


class Peer(Record):
    accepted: Epoch | None
    current: Epoch | None
    history: Seq[Zxid, Literal[2]]


class AckEpoch(Record):
    epoch: Epoch
    sender: Node
    current: Epoch | None
    history: Seq[Zxid, Literal[2]]


class NewLeader(Record):
    epoch: Epoch
    history: Seq[Zxid, Literal[2]]


class AckLeader(Record):
    epoch: Epoch
    sender: Node


class Zab(Model):
    peer: Map[Node, Peer]
    state: Map[Node, State]
    leading: Map[Node, Epoch | None]
    messages: Set[AckEpoch | NewLeader | AckLeader]
    established: Ghost[Partial[Epoch, Seq[Zxid, Literal[2]]]]

    @action
    def look(self, n: Node, e: Epoch) -> None:
        require(all(self.leading[m] != e for m in Node))
        accepted = self.peer[n].accepted
        require(accepted is None or e > accepted)
        self.leading[n] = e
        self.state[n] = State.LOOKING
        self.accept(n, e)

    @action
    def follow(self, n: Node, leader: Node) -> None:
        e = present(self.leading[leader])
        accepted = self.peer[n].accepted
        require(accepted is None or e > accepted)
        self.leading[n] = None
        self.accept(n, e)

    def accept(self, n: Node, e: Epoch) -> None:
        self.peer[n].accepted = e
        self.messages.add(AckEpoch(e, n, self.peer[n].current, self.peer[n].history))

    @action
    def new_leader(self, n: Node, q: Quorum[Node]) -> None:
        e = present(self.leading[n])
        require(self.state[n] == State.LOOKING)
        acks = Set({m for m in self.messages.of(AckEpoch) if m.epoch == e and m.sender in q})
        require({m.sender for m in acks} == q)
        self.peer[n].history = self.select(acks)
        self.peer[n].current = e
        self.state[n] = State.LEADING
        self.messages.add(NewLeader(e, self.peer[n].history))
        self.messages.add(AckLeader(e, n))

    def select(self, acks: Set[AckEpoch]) -> Seq[Zxid, Literal[2]]:
        best = maxima(acks, key=lambda m: -1 if m.current is None else m.current.index)
        longest = max(len(m.history) for m in best)
        return max({m.history for m in best if len(m.history) == longest}, key=len)

    @action
    def sync(self, n: Node, m: NewLeader) -> None:
        require(m in self.messages)
        require(self.peer[n].accepted == m.epoch and self.peer[n].current != m.epoch)
        self.peer[n] = Peer(m.epoch, m.epoch, m.history)
        self.messages.add(AckLeader(m.epoch, n))

    @action
    def establish(self, n: Node) -> None:
        e = present(self.leading[n])
        require(self.state[n] == State.LEADING)
        acked = {m.sender for m in self.messages.of(AckLeader) if m.epoch == e}
        require(len(acked) * 2 > len(Node))
        self.state[n] = State.SYNCED
        self.established[e] = self.peer[n].history

    @action
    def broadcast(self, n: Node) -> None:
        require(self.state[n] == State.SYNCED)
        e = present(self.leading[n])
        require(len(self.peer[n].history) < 2)
        require(all(z.epoch < e for z in self.peer[n].history))
        following = Set({m for m in Node if self.peer[m].accepted == e and self.peer[m].current == e})
        require(any(q <= following for q in Quorum[Node]))
        for m in following:
            self.peer[m].history.append(Zxid(e, 0))
        self.established[e] = self.peer[n].history

    @invariant
    def later_epochs_extend(self) -> bool:
        return all(
            self.established[a].is_prefix_of(self.established[b])
            for a in self.established
            for b in self.established
            if a < b
        )

    @step_invariant
    def promises_grow(self, old: Self) -> bool:
        for n in Node:
            before, now = old.peer[n].accepted, self.peer[n].accepted
            if before is not None and (now is None or now < before):
                return False
        return True

    @cover
    def two_established(self) -> bool:
        return len(self.established) == 2


class OwnHistory(Zab):
    def select(self, acks: Set[AckEpoch]) -> Seq[Zxid, Literal[2]]:
        return Seq()
