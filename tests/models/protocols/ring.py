"""Leader election on a ring: Chang and Roberts."""

from __future__ import annotations

from checker import Map, Model, Ordered, Seq, action, initial, invariant, require, terminal


class Place(Ordered): ...


class Id(Ordered): ...


class Ring(Model):
    id: Map[Place, Id]
    inbox: Map[Place, Seq[Id, Place]]
    participant: Map[Place, bool]
    leader: Map[Place, Id | None]

    @initial
    def forwards(self) -> None:
        self.id = Map({p: Id.at(p.index) for p in Place})

    @initial
    def backwards(self) -> None:
        for p in Place:
            self.id[p] = Id.at(len(Id) - 1 - p.index)

    def next_place(self, p: Place) -> Place:
        return p.next if p < Place.last else Place.first

    def send(self, p: Place, i: Id) -> None:
        self.inbox[self.next_place(p)].append(i)

    @action
    def wake(self, p: Place) -> None:
        require(not self.participant[p])
        self.participant[p] = True
        self.send(p, self.id[p])

    @action
    def receive(self, p: Place) -> None:
        box = self.inbox[p]
        require(len(box) > 0)
        i = box[0]
        self.inbox[p] = box[1:]
        if i > self.id[p]:
            self.participant[p] = True
            self.send(p, i)
        elif i == self.id[p]:
            self.leader[p] = i
        elif self.passes(p):
            self.participant[p] = True
            self.send(p, self.id[p])

    def passes(self, p: Place) -> bool:
        return not self.participant[p]

    @invariant
    def one_leader(self) -> bool:
        leaders = {i for i in self.leader.values() if i is not None}
        return len(leaders) <= 1 and all(i == max(Id) for i in leaders)

    @terminal
    def elected(self) -> bool:
        return any(self.leader[p] is not None for p in Place)


class Forwards(Ring):
    """Forwards every id."""

    def receive(self, p: Place) -> None:
        require(len(self.inbox[p]) > 0)
        i = self.inbox[p][0]
        self.inbox[p] = self.inbox[p][1:]
        if i == self.id[p]:
            self.leader[p] = i
        else:
            self.send(p, i)
