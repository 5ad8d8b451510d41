"""Abstract models that are fine alone, and that no other model can refine."""

from checker import Map, Model, Ordered, Param, Set, action, assume, constraint, fault, require
from tests.models.refining import Choice, Voter


class Term(Ordered):
    """What the models that refine do not have."""


class Failing(Model):
    """Has a budget."""

    up: bool

    @fault("crash")
    def crash(self) -> None:
        """Down."""
        self.up = False


class Limited(Model):
    """Has a parameter, an assumption and a constraint."""

    most: Param
    up: bool

    @assume
    def some(self) -> bool:
        """A condition on the scope."""
        return self.most > 0

    @constraint
    def near(self) -> bool:
        """A cut."""
        return not self.up

    @action
    def rise(self) -> None:
        """Up."""
        require(self.most > 1)
        self.up = True


class Terms(Model):
    """Has a sort of its own."""

    seen: Set[Term]

    @action
    def see(self, t: Term) -> None:
        """One more."""
        self.seen.add(t)


class Looping(Model):
    """Writes in a loop."""

    vote: Map[Voter, Choice | None]
    chosen: Set[Choice]

    @action
    def reset(self) -> None:
        """All at once."""
        for n in Voter:
            self.vote[n] = None


class Removing(Model):
    """Removes."""

    chosen: Set[Choice]

    @action
    def remove(self, c: Choice) -> None:
        """One less."""
        self.chosen.remove(c)


class Pairing(Model):
    """Takes a tuple."""

    chosen: Set[Choice]

    @action
    def both(self, cs: tuple[Choice, bool]) -> None:
        """The first of them."""
        self.chosen.add(cs[0])
