"""What the members of a group say to each other."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.ballot import Ballot
from reference.messages.configuration import Configuration
from reference.messages.values import SlotValue, Value


class Prepare(Struct, frozen=True, array_like=True, tag="prepare"):
    """Phase 1: will you follow this ballot, and what have you accepted from this slot on?"""

    ballot: Ballot
    first: int


class Promise(Struct, frozen=True, array_like=True, tag="promise"):
    """A promise, and a page of what was accepted from `first` on. `rest` is where the next page begins."""

    ballot: Ballot
    first: int
    accepted: tuple[SlotValue, ...]
    rest: int | None


class Accept(Struct, frozen=True, array_like=True, tag="accept"):
    """Phase 2: accept this value. Every slot up to `commit` is chosen."""

    ballot: Ballot
    slot: int
    value: Value
    commit: int


class Accepted(Struct, frozen=True, array_like=True, tag="accepted"):
    """The value is on my disk."""

    ballot: Ballot
    slot: int


class Rejected(Struct, frozen=True, array_like=True, tag="rejected"):
    """I have promised a higher ballot."""

    promised: Ballot


class NotMember(Struct, frozen=True, array_like=True, tag="not_member"):
    """I do not vote: the slots I know to be chosen, up to `commit`, do not make me a member."""

    commit: int


class Heartbeat(Struct, frozen=True, array_like=True, tag="heartbeat"):
    """The leader asks for a lease, counted from when it sent this by its own clock.

    Every storage member has applied the slots up to `stable` durably: nobody needs them in a log.
    """

    ballot: Ballot
    sent_at: int
    commit: int
    stable: int


class HeartbeatAck(Struct, frozen=True, array_like=True, tag="heartbeat_ack"):
    """The lease is granted. `stable` is how far this replica's table is durable, -1 without a table."""

    ballot: Ballot
    sent_at: int
    commit: int
    stable: int


class Release(Struct, frozen=True, array_like=True, tag="release"):
    """The leader of this ballot no longer serves, and never will in this ballot."""

    ballot: Ballot


class Query(Struct, frozen=True, array_like=True, tag="query"):
    """Do you still hear a leader? Asked before an election."""

    number: int


class QueryAnswer(Struct, frozen=True, array_like=True, tag="query_answer"):
    """Whether a leader was heard within the election timeout. Only ever delays an election."""

    number: int
    hears_leader: bool


class CatchUp(Struct, frozen=True, array_like=True, tag="catch_up"):
    """Send me what is chosen, from this slot on."""

    first: int


class Learn(Struct, frozen=True, array_like=True, tag="learn"):
    """These values are chosen. True whoever says it, in whatever ballot."""

    chosen: tuple[SlotValue, ...]


class Rebuild(Struct, frozen=True, array_like=True, tag="rebuild"):
    """To a log replica: fetch the table and become a storage replica."""

    ballot: Ballot


class FetchTable(Struct, frozen=True, array_like=True, tag="fetch_table"):
    """Send a page of the snapshot at `slot` (None: a new snapshot), after the key `after`."""

    slot: int | None
    after: bytes | None


class TablePage(Struct, frozen=True, array_like=True, tag="table_page"):
    """Entries of the table at `slot`, after the key `after`. `complete` on the last page."""

    slot: int
    after: bytes | None
    entries: tuple[tuple[bytes, bytes], ...]
    complete: bool


class Removed(Struct, frozen=True, array_like=True, tag="removed"):
    """The configuration chosen in `slot` has no such member: stop for ever.

    A leader says that this is `settled` to a replica that was to join: it serves, so nothing that an earlier
    leader proposed will be chosen any more, and it does not want this replica itself.
    """

    slot: int
    configuration: Configuration
    settled: bool = False
