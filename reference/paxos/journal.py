"""Writing down and speaking: the effects of one call of a replica, in order."""

from __future__ import annotations

from reference.messages.client import Answer, Response, Token
from reference.messages.records import Record
from reference.messages.union import Message
from reference.node import Append, Effect, Probe, Reply, Send, SetTimer, Sync
from reference.paxos.ledger import Ledger


class Journal:
    """The ledger, and what is to be done about it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._effects: list[Effect] = []
        self._sync = False

    def append(self, record: Record, *, sync: bool = True) -> int:
        """Writes a record; its LSN."""
        self.ledger.fold(record)
        self._effects.append(Append(self.ledger.lsn, record))
        self._sync = self._sync or sync
        return self.ledger.lsn

    def vouch(self, to: str, message: Message, lsn: int | None = None) -> None:
        """Sends a message whose truth rests on the log: up to `lsn`, without one on all that is written."""
        after = self.ledger.lsn if lsn is None else lsn
        self._effects.append(Send(to, message, after))
        self._sync = True

    def tell(self, to: str, message: Message) -> None:
        """Sends a message that is true whatever the log says."""
        self._effects.append(Send(to, message))

    def answer(self, to: str, token: Token, answer: Answer) -> None:
        """Answers a client."""
        self._effects.append(Reply(to, Response(token, answer)))

    def set_timer(self, name: str, delay: int) -> None:
        """Sets or resets a timer."""
        self._effects.append(SetTimer(name, delay))

    def probe(self, name: str) -> None:
        """A branch that is seldom taken."""
        self._effects.append(Probe(name))

    def add(self, effect: Effect) -> None:
        """Any other effect."""
        self._effects.append(effect)

    def drain(self) -> list[Effect]:
        """The effects so far, then one sync for all that needs it."""
        effects = self._effects
        if self._sync:
            effects.append(Sync(self.ledger.lsn))
        self._effects = []
        self._sync = False
        return effects
