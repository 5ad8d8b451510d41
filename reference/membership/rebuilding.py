"""How a log replica becomes a storage replica: it fetches the leader's table as of one slot, page by page."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.records import Installed
from reference.messages.replication import FetchTable, TablePage
from reference.node import Checkpoint
from reference.paxos.journal import Journal
from reference.paxos.learner import Learner
from reference.paxos.settings import Settings
from reference.state_machine.sealed import unseal
from reference.storage.table import Snapshot


class Fetch(Struct):
    """A copy in progress.

    `after` is the last key received; `installing` once all is here and being written.
    """

    source: str
    began: int
    slot: int | None = None
    after: bytes | None = None
    complete: bool = False
    installing: bool = False
    asked: int = 0


class Rebuilding:
    """Both sides: what this replica fetches, and the snapshots it holds open for others."""

    def __init__(self, journal: Journal, learner: Learner, settings: Settings) -> None:
        self.journal = journal
        self.learner = learner
        self._settings = settings
        self._wait = settings.join_wait
        self._fetch: Fetch | None = None
        self._entries: list[tuple[bytes, bytes]] = []
        self._open: dict[str, tuple[Snapshot, int]] = {}

    def on_rebuild(self, source: str, now: int) -> None:
        """The leader wants this replica to hold a table.

        It says so again and again: a stuck copy begins anew.
        """
        fetch = self._fetch
        if self.learner.partition is not None or (fetch is not None and fetch.installing):
            return
        if fetch is not None and fetch.source == source and now - fetch.began < self._wait:
            self._go_on(fetch)
            return
        if fetch is not None:
            self.journal.probe("table_copy_begun_again")
        self._fetch = Fetch(source, now)
        self._entries = []
        self.learner.hold = None
        self._ask(self._fetch)

    def on_fetch(self, source: str, message: FetchTable, now: int) -> None:
        """Another replica wants a page."""
        if self.learner.partition is None:
            return
        if message.slot is None:
            self._close(source)
            self._open[source] = self.learner.table.snapshot(), now
        snapshot, _ = self._open.get(source, (None, 0))
        if snapshot is None or (message.slot is not None and snapshot.slot != message.slot):
            return  # closed meanwhile: whoever asks begins anew
        self._open[source] = snapshot, now
        self.journal.tell(source, _page(snapshot, message.after, self._settings))

    def on_page(self, source: str, message: TablePage) -> None:
        """A page has come."""
        fetch = self._fetch
        if fetch is None or fetch.source != source or fetch.complete or message.after != fetch.after:
            return
        if fetch.slot is None:
            fetch.slot = message.slot
            self.learner.hold = message.slot
        if message.slot != fetch.slot:
            return
        self._entries.extend(message.entries)
        fetch.complete = message.complete
        if message.entries:
            fetch.after = message.entries[-1][0]
        self._go_on(fetch)

    def checkpointed(self, slot: int) -> None:
        """The table is durable: the copy, if there is one."""
        fetch = self._fetch
        if fetch is None or not fetch.installing:
            return
        self._fetch = None
        self.learner.hold = None
        self.journal.append(Installed(slot))
        self.learner.installed(slot)
        self.journal.probe("table_rebuilt")

    def expire(self, now: int) -> None:
        """Closes the snapshots that nobody asks about any more."""
        for name in [name for name, (_, used) in self._open.items() if now - used >= 2 * self._wait]:
            self._close(name)

    def _go_on(self, fetch: Fetch) -> None:
        if not fetch.complete:
            self._ask(fetch)
            return
        ledger = self.learner.ledger
        assert fetch.slot is not None
        if ledger.commit < fetch.slot or self.learner.checkpointing:
            return  # the log must know every slot of the table: wait for it
        if ledger.base > fetch.slot:
            self._fetch = None  # the log goes on after the copy's slot: a newer copy is needed
            return
        fetch.installing = True
        self.learner.table.install(fetch.slot, self._entries)
        self._entries = []
        self.journal.add(Checkpoint())

    def _ask(self, fetch: Fetch) -> None:
        self.journal.tell(fetch.source, FetchTable(fetch.slot, fetch.after))

    def _close(self, source: str) -> None:
        found = self._open.pop(source, None)
        if found is not None:
            found[0].close()


def _page(snapshot: Snapshot, after: bytes | None, settings: Settings) -> TablePage:
    entries: list[tuple[bytes, bytes]] = []
    size = 0
    for key, value in snapshot.scan(b"" if after is None else after + b"\0"):
        if entries and (len(entries) >= settings.page_slots or size + len(value) > settings.page_bytes):
            return TablePage(snapshot.slot, after, tuple(entries), complete=False)
        unseal(key, value)  # a copy must not spread what is damaged here
        entries.append((key, value))
        size += len(key) + len(value)
    return TablePage(snapshot.slot, after, tuple(entries), complete=True)
