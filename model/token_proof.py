"""Why no token is in two places, and no window admits too much: for any number of routers, and any numbers.

Source: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), section 4.3; the protocol itself, with its
messages and restarts, is `model.tokens`. Here is what its accounts come to: each step moves tokens from one
account to another. What all routers hold is a sum over as many as there may be.
"""

from typing import Annotated

from checker import Map, Model, Param, Range, Sort, action, assume, initial, invariant, lemma, require


class Router(Sort):
    """Who spends tokens."""


Tokens = Annotated[int, Range(0, "most")]
"""Tokens in an account."""

Period = Annotated[int, Range(0, "horizon")]
"""How many periods have passed."""


def least(a: int, b: int) -> int:
    """The smaller of two numbers."""
    return a if a <= b else b


def not_below_zero(a: int) -> int:
    """The number, or zero."""
    return a if a >= 0 else 0


class TokenAccounts(Model):
    """A bucket that fills with time, grants under way, routers that spend, and what is gone."""

    horizon: Param
    most: Param
    size: Param
    rate: Param

    now: Period
    filled_at: Period
    remaining: Tokens
    flying: Map[Router, Tokens]
    held: Map[Router, Tokens]

    issued: Tokens
    spent: Tokens
    expired: Tokens
    vended_lately: Tokens

    @assume
    def numbers_make_sense(self) -> bool:
        """Buckets and rates are not below zero."""
        return self.size >= 0 and self.rate >= 0 and self.horizon >= 0

    @initial
    def begin(self) -> None:
        """The bucket is full."""
        self.remaining = self.size

    @action
    def tick(self) -> None:
        """A period passes; a window moves on."""
        require(self.now < self.horizon)
        self.now += 1
        self.vended_lately = not_below_zero(self.vended_lately - self.rate)

    @action
    def mint(self) -> None:
        """The bucket is filled for the periods that have passed since; it runs over."""
        require(self.now > self.filled_at)
        gain = least(self.rate * (self.now - self.filled_at), self.size - self.remaining)
        require(self.issued + gain <= self.most)
        self.remaining += gain
        self.issued += gain
        self.filled_at = self.now

    @action
    def vend(self, r: Router, tokens: Tokens) -> None:
        """A router without a grant under way gets some, of what there is."""
        require(self.filled_at == self.now and self.flying[r] == 0 and 0 <= tokens <= self.remaining)
        require(self.vended_lately + tokens <= self.most)
        self.remaining -= tokens
        self.flying[r] = tokens
        self.vended_lately += tokens

    @action
    def receive(self, r: Router) -> None:
        """The grant arrives, and is under way no more."""
        require(self.held[r] + self.flying[r] <= self.most)
        self.held[r] += self.flying[r]
        self.flying[r] = 0

    @action
    def spend(self, r: Router) -> None:
        """A request is let through for a token."""
        require(self.held[r] > 0 and self.spent < self.most)
        self.held[r] -= 1
        self.spent += 1

    @action
    def expire(self, r: Router, tokens: Tokens) -> None:
        """Tokens that were not spent in time are gone."""
        require(0 <= tokens <= self.held[r] and self.expired + tokens <= self.most)
        self.held[r] -= tokens
        self.expired += tokens

    @action
    def lose(self, r: Router) -> None:
        """A grant does not arrive in time, and will not be taken."""
        require(self.expired + self.flying[r] <= self.most)
        self.expired += self.flying[r]
        self.flying[r] = 0

    @lemma
    def conserve(self) -> bool:
        """Every token is in just one place."""
        under_way = sum(self.flying[r] for r in Router)
        at_routers = sum(self.held[r] for r in Router)
        return self.remaining + under_way + at_routers + self.spent + self.expired == self.size + self.issued

    @lemma
    def accounts_are_not_overdrawn(self) -> bool:
        """No account is below zero, and time goes forward."""
        return (
            0 <= self.remaining <= self.size
            and self.vended_lately >= 0
            and self.filled_at <= self.now
            and all(self.flying[r] >= 0 and self.held[r] >= 0 for r in Router)
        )

    @lemma
    def window_leaves_room(self) -> bool:
        """What was vended lately and what the bucket has, once filled, fit into one bucket."""
        filled = least(self.size, self.remaining + self.rate * (self.now - self.filled_at))
        return self.vended_lately + filled <= self.size

    @invariant
    def vend_window(self) -> bool:
        """In any window no more is vended than is made meanwhile, and one bucket."""
        return self.vended_lately <= self.size
