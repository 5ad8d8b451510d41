"""Accounts of tokens with one rule forgotten."""

from checker import require
from model.token_proof import Router, TokenAccounts, Tokens, least


class ReceivesTwice(TokenAccounts):
    """A grant that has arrived stays under way."""

    def receive(self, r: Router) -> None:
        """As it should be, but the grant can arrive again."""
        require(self.held[r] + self.flying[r] <= self.most)
        self.held[r] += self.flying[r]


class VendsWithoutTaking(TokenAccounts):
    """The bucket does not know what is vended."""

    def vend(self, r: Router, tokens: Tokens) -> None:
        """As it should be, but nothing leaves the bucket."""
        require(self.filled_at == self.now and self.flying[r] == 0 and 0 <= tokens <= self.remaining)
        require(self.vended_lately + tokens <= self.most)
        self.flying[r] = tokens
        self.vended_lately += tokens


class VendsOverAGrant(TokenAccounts):
    """A new grant takes the place of one that is under way."""

    def vend(self, r: Router, tokens: Tokens) -> None:
        """As it should be, without a look at what is under way."""
        require(self.filled_at == self.now and 0 <= tokens <= self.remaining)
        require(self.vended_lately + tokens <= self.most)
        self.remaining -= tokens
        self.flying[r] = tokens
        self.vended_lately += tokens


class VendsBeforeItFills(TokenAccounts):
    """Tokens are vended before the bucket is filled for the time that has passed."""

    def vend(self, r: Router, tokens: Tokens) -> None:
        """As it should be, whenever the bucket was filled."""
        require(self.flying[r] == 0 and 0 <= tokens <= self.remaining)
        require(self.vended_lately + tokens <= self.most)
        self.remaining -= tokens
        self.flying[r] = tokens
        self.vended_lately += tokens


class RunsOver(TokenAccounts):
    """The bucket has no size."""

    def mint(self) -> None:
        """As it should be, without an end."""
        require(self.now > self.filled_at)
        gain = least(self.rate * (self.now - self.filled_at), self.most - self.remaining)
        require(self.issued + gain <= self.most)
        self.remaining += gain
        self.issued += gain
        self.filled_at = self.now
