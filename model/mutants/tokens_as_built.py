"""Global admission control as it was built, with one rule forgotten: the mistakes that code can have.

An implementation must go with none of them: `specs/tokens_as_built.toml`.
"""

from checker import Partial, action, require
from model.mutants import tokens as mutants
from model.tokens import AskTokens, GrantTokens, Number, Portion, Router, Vended
from model.tokens_as_built import TokensAsBuilt


class TakesGrantsAgain(mutants.TakesGrantsAgain, TokensAsBuilt):
    """A grant that comes twice counts twice."""


class TakesMoreThanGranted(mutants.TakesMoreThanGranted, TokensAsBuilt):
    """A router takes a whole portion, whatever it was granted."""


class LivesFromTheReceipt(mutants.LivesFromTheReceipt, TokensAsBuilt):
    """A portion's life begins when it arrives."""


class SpendsForNothing(TokensAsBuilt):
    """A request is let through and no token is taken for it."""

    def use(self, r: Router, n: Number) -> None:
        """As it should be, but the portion stays as it was."""


class VendsAgain(TokensAsBuilt):
    """A repeated request is granted anew."""

    def is_after(self, m: AskTokens, last: Number) -> bool:
        """As it should be, but the last request is new again."""
        return m.number == last or super().is_after(m, last)


class VendsForOldRequests(TokensAsBuilt):
    """A request from before the last is granted anew."""

    def is_after(self, m: AskTokens, last: Number) -> bool:
        """As it should be, but an older request is new again."""
        return m.number != last


class VendsWithoutTaking(TokensAsBuilt):
    """The bucket does not know what is vended."""

    @action
    def vend(self, m: AskTokens) -> None:
        """As it should be, but the bucket stays as it was."""
        require(m in self.network.of(AskTokens) and self.is_new(m))
        if self.now > self.filled_at:
            self.fill()
        tokens = self.share(m)
        self.vended[m.router] = Vended(m.number, tokens)
        self.network.add(GrantTokens(m.router, m.number, tokens))
        self.note_vended(m, tokens)


class VendsBeforeItFills(TokensAsBuilt):
    """Time passes for nothing."""

    def fill(self) -> None:
        """As it should be, but nothing is gained."""
        self.filled_at = self.now


class FillsAgainWhenTheClockIsSetBack(mutants.FillsAgainWhenTheClockIsSetBack, TokensAsBuilt):
    """After a clock has been set back the same time is filled for again."""


class RoutersNumbersStartAnew(mutants.RoutersNumbersStartAnew, TokensAsBuilt):
    """After a restart a router uses its numbers again, for which there are grants."""


class WaitsAnewAfterARestart(mutants.WaitsAnewAfterARestart, TokensAsBuilt):
    """When the service restarts, routers wait again for what they asked last."""


class TakesWhatIsLate(TokensAsBuilt):
    """What comes too late is spent."""

    def is_something(self, p: Portion) -> bool:
        """As it should be, however late."""
        return p.tokens > 0

    def life_left(self, r: Router) -> int:
        """As it should be, but a period at least."""
        return max(1, super().life_left(r))


class SpendsTheNewest(TokensAsBuilt):
    """The newest tokens are spent first, and the oldest expire."""

    def is_oldest(self, r: Router, n: Number) -> bool:
        """As it should be, from the other end."""
        return all(n >= k for k in self.portions[r])


class ForgetsWhatItHas(TokensAsBuilt):
    """A grant replaces what is left."""

    @action
    def receive(self, r: Router, m: GrantTokens) -> None:
        """As it should be, but older portions are gone."""
        require(m in self.network.of(GrantTokens))
        super().receive(r, m)
        self.portions[r] = Partial({n: p for n, p in self.portions[r].items() if n == m.number})
