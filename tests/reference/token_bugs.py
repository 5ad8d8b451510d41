"""Bugs in the counting of tokens that a careful person could write, as patches of the implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias
from unittest import mock

from reference.admission import partition_admission
from reference.admission.global_admission import GlobalAdmission, Grant
from reference.admission.partition_admission import PartitionAdmission
from reference.admission.router_tokens import Portion, RouterTokens
from reference.admission.token_bucket import PARTS, TokenBucket
from reference.conformance import partition_limits
from reference.messages.admission import AskTokens, GrantTokens
from reference.messages.client import Operation, Put
from reference.node import Effect, Send
from tests.reference.seeded_bugs import BUGS

Plant: TypeAlias = Callable[[], AbstractContextManager[Any]]


def _patched(owner: object, name: str, value: object) -> Plant:
    return lambda: mock.patch.object(owner, name, value)


def _answers_every_request(self: Any, source: str, ask: AskTokens, now: int) -> list[Effect]:
    """A repeated request is vended anew, whatever its number."""
    granted: int = self._vend(ask.tokens, now)
    self.grants[source] = Grant(ask.epoch, ask.number, granted)
    return [Send(source, GrantTokens(ask.epoch, ask.number, granted, self._lifetime))]


def _answers_old_requests(self: Any, source: str, ask: AskTokens, now: int) -> list[Effect]:
    """A request from before the last is new, for its number is another."""
    last: Grant | None = self.grants.get(source)
    if last is not None and (last.epoch, last.number) == (ask.epoch, ask.number):
        return [Send(source, GrantTokens(ask.epoch, ask.number, last.tokens, self._lifetime))]
    return _answers_every_request(self, source, ask, now)


def _vends_a_whole_portion(self: Any, tokens: int, now: int) -> int:
    """What is granted is what was asked for; the bucket gives what it has."""
    assert self.bucket is not None
    self.bucket.take(min(tokens, self.bucket.tokens(now)), now)
    return tokens


def _fills_after_the_clock_went_back(self: Any, now: int) -> int:
    """A clock that goes back is followed, and the time after it counts again."""
    gained = max(0, now - self.filled_at) * self.rate
    self.filled_at = now
    over: int = self.put(gained)
    return over


def _lives_from_the_receipt(self: Any, grant: GrantTokens, now: int) -> bool:
    """The life of a portion begins when it arrives."""
    if grant.epoch != self._epoch or grant.number != self.open:
        return False
    self.open = None
    self.received += grant.tokens
    if grant.tokens:
        self.portions.append(Portion(grant.number, grant.tokens, now + grant.lifetime))
    return True


def _takes_grants_of_other_lives(self: Any, grant: GrantTokens, now: int) -> bool:
    """Numbers begin again in each life, and only they are compared."""
    return _on_grant(self, GrantTokens(self._epoch, grant.number, grant.tokens, grant.lifetime), now)


_on_grant = RouterTokens.on_grant


def _spends_the_newest(self: Any, cost: int, now: int) -> bool:
    """The newest portion is used up first."""
    self.portions.reverse()
    spent = _spend(self, cost, now)
    self.portions.reverse()
    return spent


_spend = RouterTokens.spend


def _waits_for_one_grant_only(self: Any, now: int) -> AskTokens | None:
    """A router asks whenever it has little, and waits for the last request only."""
    if self.left(now) >= self._low:
        return None
    self.number += 1
    self.open = self.number
    self.asked_at = now
    return AskTokens(self._epoch, self.number, self._portion)


def _owes_nothing(self: Any, tokens: int, now: int) -> None:
    """A node without tokens is not charged for what is allocated."""
    self.take(tokens, now)


def _bursts_without_the_node(self: Any, cost: int, now: int) -> str:
    """A burst takes what was saved, and the node pays if it can."""
    self._burst.put(self._allocated.fill(now))
    if not self._allocated.take(cost, now) and not self._burst.take(cost, now):
        return "partition"
    self._node.charge(cost, now)
    self.admitted += cost
    return "admitted"


def _bursts_are_free(self: Any, cost: int, now: int) -> str:
    """A burst looks at what was saved, and leaves it."""
    burst = self._burst.tokens(now)
    found = _admit(self, cost, now)
    self._burst.put((burst - self._burst.tokens(now)) * PARTS)
    return found


_admit = PartitionAdmission.admit


def _keeps_its_size(self: Any, rate: int, size: int, now: int) -> None:
    """After a split the bucket fills more slowly, and holds as much as before."""
    self.fill(now)
    self.rate = rate


def _begins_full(*arguments: Any, full: bool, **options: Any) -> PartitionAdmission:
    """A partition that was split off begins with a second's tokens."""
    return PartitionAdmission(*arguments, full=True, **options)


def _fills_anew(self: Any, rate: int, now: int) -> None:
    """A split gives the parent new buckets."""
    self.rate = rate
    self._allocated = TokenBucket(rate, rate, now)
    self._burst = TokenBucket(0, self._burst_seconds * rate, now, full=False)


def _rounds_down(operation: Operation) -> int:
    """A write pays for the kilobytes that it fills."""
    assert isinstance(operation, Put)
    return max(1, (len(operation.key) + len(operation.value)) // partition_admission.WRITE_UNIT_BYTES)


SERVICE_BUGS: Mapping[str, Plant] = {
    "a grant of tokens counts twice": BUGS["a grant of tokens counts twice"].plant,
    "a repeated request is vended anew": _patched(GlobalAdmission, "_ask", _answers_every_request),
    "an old request is vended anew": _patched(GlobalAdmission, "_ask", _answers_old_requests),
    "more is granted than there is": _patched(GlobalAdmission, "_vend", _vends_a_whole_portion),
    "a clock that went back fills again": _patched(TokenBucket, "fill", _fills_after_the_clock_went_back),
    "a portion lives from its receipt": _patched(RouterTokens, "on_grant", _lives_from_the_receipt),
    "grants of a former life are taken": _patched(RouterTokens, "on_grant", _takes_grants_of_other_lives),
    "the newest tokens are spent first": _patched(RouterTokens, "spend", _spends_the_newest),
    "a router asks while it waits": _patched(RouterTokens, "ask", _waits_for_one_grant_only),
}
"""Of global admission control, and the routers' tokens."""

LIMIT_BUGS: Mapping[str, Plant] = {
    "a node owes nothing for what is allocated": _patched(TokenBucket, "charge", _owes_nothing),
    "a burst does not look at its node": _patched(PartitionAdmission, "admit", _bursts_without_the_node),
    "a burst is free": _patched(PartitionAdmission, "admit", _bursts_are_free),
    "a bucket keeps its size after a split": _patched(TokenBucket, "resize", _keeps_its_size),
    "a child begins with full buckets": _patched(partition_limits, "PartitionAdmission", _begins_full),
    "a split fills the parent's buckets": _patched(PartitionAdmission, "resize", _fills_anew),
    "writes are rounded down": _patched(partition_limits, "units", _rounds_down),
}
"""Of what a partition and its node admit."""
