"""Global admission control with the choices that the reference implementation has made.

The service fills its bucket when it is asked, and at no other time. A router waits for an answer for ever,
and what comes too late is gone at once; it asks when it has little left, spends the oldest tokens first, and
begins its numbers anew in each life. Lives have no order: a request of another life than the last is a new
one. So a request that was long on its way is granted again, and its tokens are lost; none are made.
"""

from typing import Annotated

from checker import Map, Param, Partial, Range, Set, action, assume, fault, require
from model.tokens import (
    AskTokens,
    GlobalTokens,
    GrantTokens,
    Number,
    Portion,
    Question,
    Router,
)

Used = Annotated[int, Range(0, 5)]
"""How many numbers a router has used."""


class TokensAsBuilt(GlobalTokens):
    """`began` has, for each life of a router but the first, how many numbers had been used before it."""

    low: Param

    began: Map[Router, Set[Used]]

    @assume
    def something_is_asked_for(self) -> bool:
        """A router without tokens asks for some."""
        return self.low >= 1

    # ---------------------------------------------------------------- the service

    @action
    def mint(self) -> None:
        """Never by itself."""
        require(self.now < 0)
        super().mint()

    @action
    def vend(self, m: AskTokens) -> None:
        """The bucket is filled when somebody is to get something."""
        require(m in self.network.of(AskTokens) and self.is_new(m))
        if self.now > self.filled_at:
            self.fill()
        super().vend(m)

    def is_new(self, m: AskTokens) -> bool:
        """It is later than the last request of its life, or of another life."""
        return m.router not in self.vended or self.is_after(m, self.vended[m.router].number)

    def is_after(self, m: AskTokens, last: Number) -> bool:
        """Of one life, the later one."""
        return last < m.number or any(m.number.index < b <= last.index for b in self.began[m.router])

    # ---------------------------------------------------------------- routers

    def dies(self, r: Router, n: Number) -> bool:
        """A request never ends but with its answer."""
        return False

    def expire_question(self, r: Router) -> None:
        """It is waited for when its tokens would be gone already, too."""
        mine = self.question[r]
        if mine is not None:
            self.question[r] = Question(mine.number, max(0, mine.left - 1))

    @action
    def ask(self, r: Router) -> None:
        """A router asks when it has less than `low` tokens."""
        require(sum(p.tokens for p in self.portions[r].values()) < self.low)
        super().ask(r)

    @action
    def receive(self, r: Router, m: GrantTokens) -> None:
        """What comes too late is gone, and nothing is no portion."""
        require(m in self.network.of(GrantTokens))
        super().receive(r, m)
        self.expired += sum(p.tokens for p in self.portions[r].values() if p.left == 0)
        self.portions[r] = Partial({n: p for n, p in self.portions[r].items() if self.is_something(p)})

    def is_something(self, p: Portion) -> bool:
        """It can be spent."""
        return p.tokens > 0 and p.left > 0

    @action
    def spend(self, r: Router, n: Number) -> None:
        """The oldest first."""
        require(self.is_oldest(r, n))
        super().spend(r, n)

    def is_oldest(self, r: Router, n: Number) -> bool:
        """The router has no older portion."""
        return all(n <= k for k in self.portions[r])

    def use(self, r: Router, n: Number) -> None:
        """Nothing is no portion."""
        super().use(r, n)
        if self.portions[r][n].tokens == 0:
            del self.portions[r][n]

    @fault("router_restart")
    def restart_router(self, r: Router) -> None:
        """As there, in a new life."""
        super().restart_router(r)
        self.began[r].add(self.asked[r])

    # ---------------------------------------------------------------- properties

    def may_grant_again(self) -> bool:
        """Or has heard of another life of a router meanwhile."""
        return self.restarts > 0 or any(len(self.began[r]) > 0 for r in Router)
