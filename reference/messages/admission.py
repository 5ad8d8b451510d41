"""What routers and global admission control say to each other."""

from __future__ import annotations

from msgspec import Struct


class AskTokens(Struct, frozen=True, array_like=True, tag="ask_tokens"):
    """A router wants tokens. A number is used for one request and its repetitions, never again.

    `epoch` is drawn anew in each life of a router: numbers begin again with it.
    """

    epoch: int
    number: int
    tokens: int


class GrantTokens(Struct, frozen=True, array_like=True, tag="grant_tokens"):
    """So many tokens for that request, to be spent within `lifetime` of asking for them."""

    epoch: int
    number: int
    tokens: int
    lifetime: int
