"""Elections as built, each of which forgets one rule that code can forget."""

from checker import Set, fault, present, require
from model.election_as_built import ElectionAsBuilt
from model.election_messages import Granted, Released, Replica


class VotesWhileBound(ElectionAsBuilt):
    """A node votes for whoever asks, whatever it has granted. Breaks `no_early_vote`."""

    def is_free_for(self, n: Replica, candidate: Replica) -> bool:
        """Always."""
        return True


class VotesAtOnceAfterRestart(ElectionAsBuilt):
    """A node that has forgotten what it granted takes itself for free. Breaks `grants_last`."""

    def bind_after_restart(self, n: Replica) -> None:
        """It waits for nothing."""
        self.bound[n] = 0
        self.granted[n] = None


class GrantsForALease(ElectionAsBuilt):
    """A grant lasts as long as a lease, as if all clocks were right. Breaks `lease_disjoint`."""

    def bind(self, n: Replica) -> None:
        """As it should be, without the margin."""
        super().bind(n)
        self.bound[n] = self.lease_ticks


class CountsAnswersToOthers(ElectionAsBuilt):
    """The ballot of an answer is not looked at. Breaks `lease_disjoint`."""

    def is_mine(self, n: Replica, m: Granted) -> bool:
        """It leads."""
        return self.elected[n]


class ServesOn(ElectionAsBuilt):
    """A leader does not look at its clock. Breaks `leaders_stay`."""

    def let_pass(self, n: Replica) -> None:
        """As it should be, but a lease has no end."""
        lease = self.lease[n]
        super().let_pass(n)
        self.lease[n] = lease


class AnyReleaseFrees(ElectionAsBuilt):
    """A node is free when any ballot is given up. Breaks `grants_last`."""

    def is_released(self, n: Replica, m: Released) -> bool:
        """Whatever it is."""
        return True


class HandsOverAndLeadsOn(ElectionAsBuilt):
    """A leader says that it no longer serves, and serves on. Breaks `lease_disjoint`."""

    @fault("hand_over")
    def relinquish(self, n: Replica) -> None:
        """It is only said."""
        require(self.elected[n])
        self.bound[n] = 0
        self.granted[n] = None
        self.send(n, Released(present(self.promised[n])))


class OneVoteIsEnough(ElectionAsBuilt):
    """A candidate leads with its own vote. Breaks `lease_disjoint`."""

    def is_enough(self, n: Replica, voters: Set[Replica]) -> bool:
        """It is there."""
        return n in voters


class IsNeverFenced(ElectionAsBuilt):
    """A leader that nobody answers goes on for ever. Breaks `deaf_leaders_fall_silent`."""

    def tick(self, n: Replica) -> None:
        """As it should be, but the silence is not counted."""
        fence = self.fence[n]
        super().tick(n)
        self.fence[n] = fence


class StandsWhilePeersHear(ElectionAsBuilt):
    """A node stands whatever its peers have said. Breaks `elections_have_a_cause`."""

    def may_stand(self, n: Replica) -> bool:
        """When the time for answers is over."""
        mine = self.inquiry[n]
        return mine is not None and mine.left == 0
