"""Two-phase commit, whose participants write their votes down before they send them.

Source: Gray, Notes on Data Base Operating Systems (1978), section 5.8.3.3. A crash of a participant loses
what was not written, and what waited for it; the coordinator does not fail.
"""

from checker import Map, Model, Record, Set, Sort, action, fault, invariant, present, require


class Participant(Sort):
    """Who takes part in the transaction."""


class Vote(Record):
    """Whether the participant is ready to commit; it has this on its disk."""

    participant: Participant
    yes: bool


class Decision(Record):
    """What the coordinator has decided."""

    commit: bool


class TwoPhase(Model):
    """One transaction."""

    vote: Map[Participant, bool | None]
    disk: Map[Participant, bool | None]
    outbox: Map[Participant, Set[Vote]]
    result: Map[Participant, bool | None]
    decided: bool | None
    network: Set[Vote | Decision]

    @action
    def cast(self, p: Participant, yes: bool) -> None:
        """A participant votes, once."""
        require(self.vote[p] is None)
        self.vote[p] = yes
        self.outbox[p].add(Vote(p, yes))

    @action
    def sync(self, p: Participant) -> None:
        """What was written is on the disk, and what waited for it is sent."""
        require(self.disk[p] != self.vote[p] or len(self.outbox[p]) > 0)
        self.disk[p] = self.vote[p]
        self.network |= self.outbox[p]
        self.outbox[p].clear()

    @action
    def remind(self, p: Participant) -> None:
        """A participant that hears nothing sends again what it has on its disk."""
        require(self.result[p] is None)
        self.network.add(Vote(p, present(self.disk[p])))

    @action
    def commit(self) -> None:
        """The coordinator has a yes of everyone."""
        require(self.decided is None)
        require(all(Vote(p, True) in self.network for p in Participant))
        self.decided = True
        self.network.add(Decision(True))

    @action
    def abort(self, m: Vote) -> None:
        """One no is enough."""
        require(m in self.network.of(Vote))
        require(self.decided is None and not m.yes)
        self.decided = False
        self.network.add(Decision(False))

    @action
    def learn(self, p: Participant, m: Decision) -> None:
        """A participant does what was decided."""
        require(m in self.network.of(Decision))
        self.result[p] = m.commit

    @fault("crash")
    def crash(self, p: Participant) -> None:
        """The participant begins again with its disk."""
        self.vote[p] = self.disk[p]
        self.outbox[p].clear()
        self.result[p] = None

    @invariant
    def all_agree(self) -> bool:
        """Nobody commits what another aborts."""
        results = set(self.result.values())
        return not (True in results and False in results)

    @invariant
    def commits_only_if_all_voted_yes(self) -> bool:
        """A commit stands on the disks of all."""
        return True not in set(self.result.values()) or set(self.disk.values()) == {True}
