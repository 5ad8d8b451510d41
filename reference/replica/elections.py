"""When a replica tries to lead: it hears no leader, its peers hear none, and nobody it voted for has a
lease.
"""

from __future__ import annotations

from random import Random

from reference.membership.suspicion import Suspicion
from reference.messages.ballot import Ballot
from reference.messages.configuration import Kind
from reference.messages.records import Issued
from reference.messages.replication import NotMember, Query, QueryAnswer
from reference.paxos.acceptor import Acceptor
from reference.paxos.journal import Journal
from reference.paxos.leadership import Leadership
from reference.paxos.learner import Learner
from reference.paxos.settings import Settings

QUESTIONS_IN_A_LIFE = 1 << 16
"""So far apart the numbers of two lives begin: an answer to a question of an earlier life is none to any of
this one.
"""
LIVES = 1 << 32
"""So many beginnings are told apart: a number takes 48 bits, whatever the entropy is."""


class Elections:
    """Timers: "election" while a leader is heard, "query" while peers are asked, "campaign" as a
    candidate.
    """

    def __init__(
        self, journal: Journal, settings: Settings, acceptor: Acceptor, learner: Learner, entropy: int
    ) -> None:
        self.journal = journal
        self.ledger = journal.ledger
        self.suspicion = Suspicion(0, number=entropy % LIVES * QUESTIONS_IN_A_LIFE)
        self._settings = settings
        self._acceptor = acceptor
        self._learner = learner
        self._random = Random(entropy)
        self._round_seen = 0

    def start(self, now: int) -> None:
        """Waits for a leader first."""
        self.suspicion.heard_at = now
        self.await_leader()

    def await_leader(self) -> None:
        """Looks again after a time that differs from replica to replica."""
        least, most = self._settings.election_min, self._settings.election_max
        self.journal.set_timer("election", self._random.randint(least, most))

    def jitter(self, most: int) -> int:
        """A duration between half of this and this."""
        return self._random.randint(most // 2, most)

    def released(self, now: int) -> None:
        """The leader has given up its lease: no need to wait for its silence."""
        self.suspicion.forget(now, self._settings.election_max)
        self.journal.set_timer("election", self.jitter(self._settings.query_wait))

    def waited_in_vain(self, now: int) -> bool:
        """Whether this replica was made to join a group that has not been heard of for long."""
        return not self.ledger.joined and now - self.suspicion.heard_at > 2 * self._settings.join_wait

    def ask_whether_it_joins(self) -> None:
        """Tells the members that it is here. It may not end by itself: a leader may have proposed it long
        ago, and a later one may find that proposal, and choose it."""
        for name in self.ledger.configuration.ids():
            self.journal.vouch(name, NotMember(self.ledger.commit))

    def suspect(self, now: int) -> None:
        """If no leader is heard, asks the peers. A log replica asks too: it may have been removed."""
        if self.suspicion.hears(now, self._settings.election_min) or not self.ledger.joined:
            self.await_leader()
            return
        number = self.suspicion.ask()
        for name in self.ledger.configuration.ids():
            if name != self.ledger.me:
                self.journal.tell(name, Query(number))
        self.journal.set_timer("query", self._settings.query_wait)

    def on_query(self, source: str, number: int, now: int, *, leads: bool, serves: bool) -> None:
        """A peer asks whether a leader is heard here. A leader that may not serve is none."""
        hears = serves if leads else self.suspicion.hears(now, self._settings.election_min)
        self.journal.tell(source, QueryAnswer(number, hears))

    def see(self, ballot: Ballot) -> None:
        """Someone has promised this ballot."""
        self._round_seen = max(self._round_seen, ballot.round)

    def campaign_unless_healthy(self, now: int) -> Leadership | None:
        """The peers had their time to answer: a new candidacy, unless one of them hears the leader."""
        if self.suspicion.drop() or not self._may_campaign(now):
            self.journal.probe("election_dropped")
            self.await_leader()
            return None
        rounds = (self.ledger.issued.round, self.ledger.promised.round, self._round_seen)
        ballot = Ballot(max(rounds) + 1, self.ledger.me)
        self.journal.append(Issued(ballot))
        candidacy = Leadership(self.journal, self._settings, ballot, now)
        candidacy.stand(self._acceptor.page)
        self.journal.set_timer("campaign", self._settings.campaign_wait // 3)
        return candidacy

    def go_on(self, candidacy: Leadership, now: int) -> bool:
        """Asks again those who have not answered; whether it is worth it."""
        if now - candidacy.began >= self._settings.campaign_wait:
            self.journal.probe("campaign_given_up")
            return False
        candidacy.resend()
        self.journal.set_timer("campaign", self._settings.campaign_wait // 3)
        return True

    def _may_campaign(self, now: int) -> bool:
        """Only a storage member leads, and none that has granted a lease to another."""
        ledger = self.ledger
        member = ledger.configuration.member(ledger.me)
        return (
            member is not None
            and member.kind is Kind.STORAGE
            and self._learner.partition is not None
            and self._acceptor.has_room
            and self._acceptor.may_promise(Ballot(0, ledger.me), now)
        )
