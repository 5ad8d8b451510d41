"""Global admission control with one rule forgotten.

Each class overrides one rule of `model.tokens`; what it breaks, and how, is in `specs/tokens.toml`.
"""

from checker import fault, invariant, require
from model.tokens import (
    AskTokens,
    GlobalTokens,
    GrantTokens,
    Number,
    Question,
    Router,
    Tokens,
    Vended,
)


class TakesGrantsAgain(GlobalTokens):
    """A grant that comes twice counts twice. Breaks `conserve`."""

    def is_awaited(self, r: Router, m: GrantTokens) -> bool:
        """As it should be, whether the request is open or not."""
        return m.number.index < self.asked[r]


class WaitsAnewAfterARestart(GlobalTokens):
    """When the service restarts, routers wait again for what they asked last. Breaks `over_admission`."""

    def restart_service(self) -> None:
        """As it should be, but what was answered counts as open, and its grant may come again."""
        super().restart_service()
        for r in Router:
            if self.asked[r] > 0:
                self.question[r] = Question(Number.at(self.asked[r] - 1), self.life)


class TakesMoreThanGranted(GlobalTokens):
    """A router takes a whole portion, whatever it was granted. Breaks `conserve`."""

    def taken(self, r: Router, m: GrantTokens) -> Tokens:
        """As it should be, but what was asked for."""
        return self.portion


class TakesLateGrants(GlobalTokens):
    """A grant that is counted as lost is taken, and spent. Breaks `conserve`."""

    def expire_question(self, r: Router) -> None:
        """As it should be, but the router goes on waiting."""
        mine = self.question[r]
        if mine is not None and mine.left > 1:
            self.question[r] = Question(mine.number, mine.left - 1)


class RefundsWhatExpired(GlobalTokens):
    """Tokens that have expired go back to the bucket, too. Breaks `conserve`."""

    def tick(self) -> None:
        """As it should be, with a refund."""
        late = sum(p.tokens for r in Router for p in self.portions[r].values() if p.left == 1)
        super().tick()
        self.remaining = min(self.size, self.remaining + late)


class LivesFromTheReceipt(GlobalTokens):
    """A portion's life begins when it arrives, however late. Breaks `spend_window`."""

    def life_left(self, r: Router) -> int:
        """As it should be, but from now."""
        return self.life


class SpendsForNothing(GlobalTokens):
    """A request is let through and no token is taken for it. Breaks `conserve`."""

    def use(self, r: Router, n: Number) -> None:
        """As it should be, but the portion stays as it was."""


class VendsAgain(GlobalTokens):
    """A repeated request is granted anew. Breaks `one_grant_a_request`."""

    def is_new(self, m: AskTokens) -> bool:
        """As it should be, but the last request is new again."""
        return m.router not in self.vended or self.vended[m.router].number <= m.number


class VendsForOldRequests(GlobalTokens):
    """A request from before the last is granted anew. Breaks `one_grant_a_request`."""

    def is_new(self, m: AskTokens) -> bool:
        """As it should be, but an older request is new again."""
        return m.router not in self.vended or self.vended[m.router].number != m.number


class VendsWithoutTaking(GlobalTokens):
    """The bucket does not know what is vended. Breaks `conserve`."""

    def vend(self, m: AskTokens) -> None:
        """As it should be, but the bucket stays as it was."""
        require(m in self.network.of(AskTokens))
        require(self.is_new(m) and self.is_filled())
        tokens = self.share(m)
        self.vended[m.router] = Vended(m.number, tokens)
        self.network.add(GrantTokens(m.router, m.number, tokens))
        self.note_vended(m, tokens)


class VendsWhatIsNotThere(GlobalTokens):
    """A portion is granted whole, though the bucket has less. Its bucket falls below nothing."""

    def share(self, m: AskTokens) -> Tokens:
        """As it should be, whatever there is."""
        return self.portion


class VendsBeforeItFills(GlobalTokens):
    """Tokens are vended before the bucket has run over for the time that has passed. Breaks `vend_window`."""

    def is_filled(self) -> bool:
        """As it should be, without a look at the clock."""
        return True


class FillsWithoutNoting(GlobalTokens):
    """The bucket is filled for the same time again and again. Breaks `issue_follows_time`."""

    def mint(self) -> None:
        """As it should be, but up to when is not written down."""
        require(self.now > self.filled_at)
        gain = min(self.rate * (self.now - self.filled_at), self.size - self.remaining)
        self.remaining += gain
        self.issued += gain


class FillsAgainWhenTheClockIsSetBack(GlobalTokens):
    """After a clock has been set back the same time is filled for again. Breaks `issue_follows_time`."""

    def look_at_clock(self) -> None:
        """As it should be, but filling goes on from the earlier time."""
        self.filled_at = min(self.filled_at, self.now)


class ConservesStrictly(GlobalTokens):
    """No rule is forgotten, but too much is promised: a restart vends again what was vended. Breaks
    `conserve`."""

    @invariant
    def conserve(self) -> bool:
        """As it should be, restarts or not."""
        return self.accounted() == self.size + self.issued


class RoutersNumbersStartAnew(GlobalTokens):
    """After a restart a router uses its numbers again, for which there are grants. Breaks `conserve`."""

    @fault("router_restart")
    def restart_router(self, r: Router) -> None:
        """As it should be, but the first number comes again."""
        super().restart_router(r)
        self.asked[r] = 0


class AsksWhileItWaits(GlobalTokens):
    """A router asks again before the last request has ended. Breaks `one_question_at_a_time`."""

    def ask(self, r: Router) -> None:
        """As it should be, whether something is open or not."""
        require(self.asked[r] < len(Number))
        number = Number.at(self.asked[r])
        self.asked[r] += 1
        self.question[r] = Question(number, self.life)
        self.network.add(AskTokens(r, number))


class FillsForThePastAfterARestart(GlobalTokens):
    """A service that begins anew does not note when. Breaks `restarts_fill_for_no_past`."""

    def restart_service(self) -> None:
        """As it should be, but what time was filled for is what the disk had at first."""
        super().restart_service()
        self.filled_at = 0
