"""Refinements that say nothing, or too much."""

from checker import Set, action, refines
from checker.language.model import Model
from tests.models.refining import Decision, Election
from tests.models.unrefinable import Failing, Limited, Looping, Pairing, Removing, Terms


class NoState(Election):
    @refines(Decision)
    def decides(self):
        return self.vote


class NoEnd(Election):
    @refines(Decision)
    def decides(self) -> Decision:
        size = len(self.vote)


class Parameters(Election):
    @refines(Decision)
    def decides(self, n) -> Decision:
        return Decision(chosen=Set())


class Positions(Election):
    @refines(Decision)
    def decides(self) -> Decision:
        return Decision(Set())


class Names(Election):
    @refines(Decision)
    def decides(self) -> Decision:
        return Decision(choosen=Set())


class Missing(Election):
    @refines(Decision)
    def decides(self) -> Decision:
        return Decision()


class Types(Election):
    @refines(Decision)
    def decides(self) -> Decision:
        return Decision(chosen=self.vote)


class Writes(Election):
    @refines(Decision)
    def decides(self) -> Decision:
        self.vote.clear()
        return Decision(chosen=Set())


class States(Election):
    @action
    def copy(self) -> None:
        Decision(chosen=Set())


class Faults(Election):
    @refines(Failing)
    def fails(self) -> Failing:
        return Failing(up=True)


class Limits(Election):
    @refines(Limited)
    def limits(self) -> Limited:
        return Limited(up=True)


class Sorts(Election):
    @refines(Terms)
    def terms(self) -> Terms:
        return Terms(seen=Set())


class Loops(Election):
    @refines(Looping)
    def loops(self) -> Looping:
        return Looping(vote=self.vote, chosen=Set())


class Removes(Election):
    @refines(Removing)
    def removes(self) -> Removing:
        return Removing(chosen=Set())


class Pairs(Election):
    @refines(Pairing)
    def pairs(self) -> Pairing:
        return Pairing(chosen=Set())


class Unreadable(Model):
    up: int

    @action
    def rise(self) -> None:
        self.up = 1


class RefinesUnreadable(Election):
    @refines(Unreadable)
    def reads(self) -> Unreadable:
        return Unreadable(up=1)
