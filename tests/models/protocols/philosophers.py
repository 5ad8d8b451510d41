"""Dining philosophers: a deadlock, and the order of forks that avoids it."""

from __future__ import annotations

from checker import Model, Ordered, Partial, Set, action, cover, invariant, require


class Seat(Ordered): ...


def right_of(s: Seat) -> Seat:
    return Seat.at((s.index + 1) % len(Seat))


class Philosophers(Model):
    fork: Partial[Seat, Seat]
    eating: Set[Seat]

    def first_fork(self, s: Seat) -> Seat:
        return min(s, right_of(s))

    def second_fork(self, s: Seat) -> Seat:
        return max(s, right_of(s))

    @action
    def take_first(self, s: Seat) -> None:
        f = self.first_fork(s)
        require(f not in self.fork)
        require(self.fork.get(self.second_fork(s)) != s)
        self.fork[f] = s

    @action
    def take_second(self, s: Seat) -> None:
        require(self.fork.get(self.first_fork(s)) == s and self.second_fork(s) not in self.fork)
        self.fork[self.second_fork(s)] = s
        self.eating.add(s)

    @action
    def put_down(self, s: Seat) -> None:
        require(s in self.eating)
        for f in [self.first_fork(s), self.second_fork(s)]:
            del self.fork[f]
        self.eating -= {s}

    @invariant
    def neighbours_do_not_eat(self) -> bool:
        return not any(s in self.eating and right_of(s) in self.eating for s in Seat)

    @cover
    def somebody_eats(self) -> bool:
        return len(self.eating) > 0


class LeftFirst(Philosophers):
    def first_fork(self, s: Seat) -> Seat:
        return s

    def second_fork(self, s: Seat) -> Seat:
        return right_of(s)
