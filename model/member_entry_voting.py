"""How a group votes whose members are named by entries of its log.

Source: Lamport, Paxos Made Simple (2001), section 3: the members are part of the state, and those that vote
for a slot are named by the slots before. Here by all slots before: nothing is proposed after an entry that
changes the members before it is chosen, and then phase 1 is run again, in the same ballot, with the new
members.

A disk writes at once; `model.replication_as_built` has the rules about disks that take their time. The
network loses, repeats and reorders messages: it is the set of all messages ever sent. Leases are given by
the world.
"""

from checker import (
    Map,
    Model,
    Param,
    Partial,
    Seq,
    Set,
    action,
    assume,
    fault,
    initial,
    majority,
    present,
    replace,
    require,
)
from model.log_replica_messages import Kinds
from model.member_entry_messages import (
    Accept,
    Accepted,
    Attempt,
    Beat,
    CatchUp,
    Copy,
    Entry,
    Kind,
    Learn,
    Life,
    Log,
    Members,
    Part,
    Prepare,
    Promise,
    Ready,
    Rebuild,
    Removed,
    Stranger,
    Told,
    Write,
)
from model.replication_messages import Ballot, Length, Replica, Slot, Value


class MemberEntryVoting(Model):
    """Elections, votes, and learning what is chosen."""

    members_at_start: Param
    logs_at_start: Param

    origin: Kinds
    life: Map[Replica, Life]
    promised: Map[Replica, Ballot | None]
    log: Map[Replica, Log]
    chosen: Map[Replica, Length]
    kinds: Map[Replica, Kinds]
    has_items: Map[Replica, bool]
    table: Map[Replica, Seq[Value | None, Slot]]
    attempt: Map[Replica, Attempt | None]
    owner: Partial[Ballot, Replica]
    network: Set[
        Prepare
        | Promise
        | Accept
        | Accepted
        | Beat
        | Ready
        | Stranger
        | CatchUp
        | Learn
        | Removed
        | Rebuild
        | Copy
    ]

    @assume
    def there_is_room(self) -> bool:
        """`Length` counts to seven; the members are among the replicas; one log replica at most."""
        return (
            len(Slot) <= 7
            and self.logs_at_start <= 1
            and self.logs_at_start < self.members_at_start
            and self.members_at_start <= len(Replica)
        )

    @initial
    def begin(self, leader: Replica, members: Set[Replica], log: Replica) -> None:
        """A group at work: its leader has a no-op chosen in the first slot, and all know it. One member
        is a log replica, or none: then `log` is the leader.
        """
        require(len(members) == self.members_at_start and leader in members and log in members)
        require((log == leader) == (self.logs_at_start == 0))
        first = Entry(Ballot.first, None, learned=False)
        kinds: Kinds = Partial({n: Kind.LOG if n == log and n != leader else Kind.STORAGE for n in members})
        self.origin = kinds
        self.life = Map({n: Life.MEMBER if n in members else Life.FREE for n in Replica})
        self.promised = Map({n: Ballot.first if n in members else None for n in Replica})
        self.kinds = Map({n: kinds if n in members else Partial() for n in Replica})
        self.has_items = Map({n: n in members and (n != log or n == leader) for n in Replica})
        for n in members:
            self.log[n][Slot.first] = first
            self.chosen[n] = 1
            if n != log or n == leader:
                self.table[n].append(None)
        self.attempt[leader] = Attempt(True, None, 1, 1, changing=False, joining=None, heard=None)
        self.owner[Ballot.first] = leader
        self.network.add(Beat(Ballot.first, 1))

    # ---------------------------------------------------------------- phase 1

    def runs(self, n: Replica) -> bool:
        """It was made, and has not ended."""
        return self.life[n] == Life.MADE or self.life[n] == Life.MEMBER

    def votes(self, n: Replica) -> bool:
        """What it knows to be chosen makes it a member."""
        return self.runs(n) and n in self.kinds[n]

    @action
    def stand(self, n: Replica, b: Ballot) -> None:
        """A storage replica stands for election, in a ballot of its own above all that it has promised."""
        require(self.votes(n) and self.may_lead(n))
        require(b not in self.owner and self.exceeds(n, b))
        self.be_candidate(n, b)

    def be_candidate(self, n: Replica, b: Ballot) -> None:
        """It follows its own ballot, and asks the members."""
        self.owner[b] = n
        self.follow(n, b)
        known = self.chosen[n]
        self.attempt[n] = Attempt(False, known, known, None, changing=False, joining=None, heard=None)
        self.ask(n)

    def may_lead(self, n: Replica) -> bool:
        """It holds the items, by the slots that it knows."""
        return self.has_items[n] and self.kinds[n].get(n) == Kind.STORAGE

    def ask(self, n: Replica) -> None:
        """Phase 1, of which its own answer is a part."""
        b = present(self.promised[n])
        self.network.add(Prepare(b, self.chosen[n]))
        self.network.add(self.vow(n, b, self.chosen[n]))

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """The promise tells all that was accepted in the slots that are asked for."""
        return Promise(b, n, above, self.part(n, above, len(Slot)))

    def part(self, n: Replica, above: Length, upto: int) -> Part:
        """The log between two slots."""
        return Partial(
            {
                s: Told(self.log[n][s].ballot, self.log[n][s].content)
                for s in Slot
                if s in self.log[n] and above <= s.index and s.index < upto
            }
        )

    def exceeds(self, n: Replica, b: Ballot) -> bool:
        """The ballot is above all that the replica has promised."""
        old = self.promised[n]
        return old is None or b > old

    def accepts(self, n: Replica, b: Ballot) -> bool:
        """Nothing above this ballot was promised."""
        old = self.promised[n]
        return old is None or b >= old

    def follow(self, n: Replica, b: Ballot) -> None:
        """A ballot above its own ends a replica's attempt to lead."""
        if self.exceeds(n, b):
            self.attempt[n] = None
            self.promised[n] = b

    @action
    def promise(self, n: Replica, m: Prepare) -> None:
        """A member follows a ballot of a fellow member that is not below its promise."""
        require(m in self.network.of(Prepare))
        require(self.votes(n) and self.accepts(n, m.ballot))
        require(self.owner[m.ballot] in self.kinds[n])
        self.follow(n, m.ballot)
        self.network.add(self.vow(n, m.ballot, m.above))

    @action
    def decline(self, n: Replica, m: Prepare | Accept) -> None:
        """A replica that is no member says what it knows: whoever knows more may tell it."""
        require(m in self.network.of(Prepare, Accept))
        require(self.runs(n) and not self.votes(n))
        require(isinstance(m, Prepare) or self.accepts(n, m.ballot))
        self.network.add(Stranger(n, self.chosen[n]))

    @action
    def turn_away(self, n: Replica, m: Prepare) -> None:
        """A candidate that is no member by what this one knows is told so."""
        require(m in self.network.of(Prepare))
        require(self.votes(n) and self.owner[m.ballot] not in self.kinds[n])
        self.network.add(Removed(self.changed(n), self.kinds[n]))

    def changed(self, n: Replica) -> Length:
        """How many slots there are up to the last that changed the members, as far as it knows."""
        return self.changed_before(n, self.chosen[n])

    def changed_before(self, n: Replica, slots: int) -> Length:
        """The same for the first slots, chosen or not."""
        return max(
            (
                s.index + 1
                for s in Slot
                if s in self.log[n] and s.index < slots and isinstance(self.log[n][s].content, Members)
            ),
            default=0,
        )

    def kinds_before(self, n: Replica, slots: int) -> Kinds:
        """The members that vote after so many slots, by this log."""
        last = self.changed_before(n, slots)
        return self.origin if last == 0 else self.named(self.log[n][Slot.at(last - 1)].content)

    @action
    def leave(self, n: Replica, m: Removed) -> None:
        """A member is told that it is none: it ends, or knows better and tells."""
        require(m in self.network.of(Removed))
        require(self.life[n] == Life.MEMBER and m.chosen != self.changed(n))
        require(m.chosen < self.changed(n) or n not in m.kinds)
        if m.chosen < self.changed(n):
            self.network.add(Learn(self.part(n, m.chosen, self.chosen[n])))
        else:
            self.end(n)

    def end(self, n: Replica) -> None:
        """It takes no part any more, and its name is not used again."""
        self.life[n] = Life.ENDED
        self.promised[n] = None
        self.log[n].clear()
        self.chosen[n] = 0
        self.kinds[n] = Partial()
        self.has_items[n] = False
        self.table[n].clear()
        self.attempt[n] = None

    @action
    def lead(self, n: Replica, voters: Set[Replica]) -> None:
        """A quorum has told all: what may have been chosen is proposed again, up to a change of the
        members.
        """
        mine = present(self.attempt[n])
        above = present(mine.asking)
        b = present(self.promised[n])
        require(n in voters and self.is_enough(n, voters))
        told = Set(
            {m for m in self.network.of(Promise) if m.ballot == b and m.voter in voters and m.above <= above}
        )
        require(all(any(m.voter == k for m in told) for k in voters))
        top = max((s.index + 1 for m in told for s in m.log if above <= s.index), default=above)
        end = min((i for i in self.changes(told, above, top)), default=top)
        for s in Slot:
            if above <= s.index and s.index < end:
                self.put(n, s, self.adopted(told, s))
        is_change = any(i == end for i in self.changes(told, above, top))
        ends_early = end < top or (is_change and mine.barrier is None)
        self.attempt[n] = replace(
            mine,
            elected=True,
            asking=None,
            next=end,
            changing=is_change,
            barrier=None if ends_early else (top if top > above else mine.barrier),
        )
        if top == above and mine.barrier is None:
            require(above < len(Slot))
            self.put(n, Slot.at(above), None)
            self.attempt[n] = replace(present(self.attempt[n]), next=above + 1, barrier=above + 1)
        if not mine.elected:
            self.network.add(Beat(b, self.chosen[n]))

    def changes(self, told: Set[Promise], above: Length, top: int) -> Set[int]:
        """After how many slots one that changes the members is adopted."""
        return Set(
            {
                s.index + 1
                for s in Slot
                if above <= s.index and s.index < top and isinstance(self.adopted(told, s), Members)
            }
        )

    def is_enough(self, n: Replica, voters: Set[Replica]) -> bool:
        """More than half of the members, as far as the replica knows them."""
        return majority(voters, Set({k for k in Replica if k in self.kinds[n]}))

    def adopted(self, told: Set[Promise], s: Slot) -> Write | Members | None:
        """What was accepted in the highest ballot; a no-op fills a hole."""
        found = Set({m.log[s] for m in told if s in m.log})
        return max(found, key=lambda e: e.ballot).content if found else None

    # ---------------------------------------------------------------- phase 2

    def put(self, n: Replica, s: Slot, content: Write | Members | None) -> None:
        """A leader proposes, and votes for it itself."""
        b = present(self.promised[n])
        self.network.add(Accept(b, s, content))
        self.enter(n, s, Entry(b, content, learned=False))
        self.network.add(Accepted(b, s, n))

    def enter(self, n: Replica, s: Slot, e: Entry) -> None:
        """What is known to be chosen stays."""
        if s not in self.log[n] or not self.log[n][s].learned:
            self.log[n][s] = e

    def leads(self, n: Replica) -> bool:
        """It was elected, and has promised no higher ballot since."""
        mine = self.attempt[n]
        return mine is not None and mine.elected

    def serves(self, n: Replica) -> bool:
        """It has applied all that earlier leaders may have had chosen."""
        mine = self.attempt[n]
        return mine is not None and mine.barrier is not None and mine.barrier <= self.chosen[n]

    def may_propose(self, n: Replica) -> bool:
        """It leads and serves, and the members are settled."""
        mine = self.attempt[n]
        return mine is not None and self.serves(n) and mine.asking is None and not mine.changing

    @action
    def write(self, n: Replica, v: Value) -> None:
        """A leader proposes what a client writes."""
        require(self.may_propose(n))
        self.propose(n, Write(v))

    def propose(self, n: Replica, content: Write | Members) -> None:
        """In the next slot."""
        mine = present(self.attempt[n])
        require(mine.next < len(Slot))
        self.put(n, Slot.at(mine.next), content)
        self.attempt[n] = replace(mine, next=mine.next + 1, changing=isinstance(content, Members))

    @action
    def accept(self, n: Replica, m: Accept) -> None:
        """A member votes unless it has promised a higher ballot; its answer may be given again."""
        require(m in self.network.of(Accept))
        require(self.votes(n) and self.accepts(n, m.ballot))
        self.follow(n, m.ballot)
        self.enter(n, m.slot, Entry(m.ballot, m.content, learned=False))
        self.network.add(Accepted(m.ballot, m.slot, n))

    @action
    def commit(self, n: Replica, s: Slot, voters: Set[Replica]) -> None:
        """A leader sees that a quorum has voted for what it proposed in the next slot, and says so."""
        require(self.leads(n) and s.index == self.chosen[n])
        b = present(self.promised[n])
        require(self.is_proposed(n, s))
        require(self.is_enough(n, voters))
        require(all(Accepted(b, s, k) in self.network for k in voters))
        self.advance(n, s.index + 1)
        if self.life[n] == Life.MEMBER:
            self.network.add(Beat(b, s.index + 1))
            if isinstance(self.log[n][s].content, Members):
                self.ask_again(n)

    def ask_again(self, n: Replica) -> None:
        """The members are others now, and what was accepted before they were is asked of them."""
        self.attempt[n] = replace(present(self.attempt[n]), asking=self.chosen[n])
        self.ask(n)

    def is_proposed(self, n: Replica, s: Slot) -> bool:
        """It has proposed there in its ballot."""
        return any(m.ballot == self.promised[n] and m.slot == s for m in self.network.of(Accept))

    # ---------------------------------------------------------------- learning

    def advance(self, n: Replica, upto: int) -> None:
        """The first slots are chosen as they stand here; members are told by them, and items are applied."""
        self.chosen[n] = upto
        if self.has_items[n]:
            self.table[n] = self.applied(n, upto)
        self.kinds[n] = self.kinds_before(n, upto)
        if n in self.kinds[n]:
            self.life[n] = Life.MEMBER
        elif self.life[n] == Life.MEMBER:
            self.end(n)

    def named(self, content: Write | Members | None) -> Kinds:
        """The members that a slot names."""
        return content.kinds if isinstance(content, Members) else self.origin

    def applied(self, n: Replica, upto: int) -> Seq[Value | None, Slot]:
        """What the first slots come to: a no-op, or a change of the members, changes no item."""
        return Seq([self.item(n, Slot.at(i)) for i in range(upto)])

    def item(self, n: Replica, s: Slot) -> Value | None:
        """The value that a slot writes."""
        content = self.log[n][s].content
        return content.value if isinstance(content, Write) else None

    @action
    def hear(self, n: Replica, m: Beat) -> None:
        """A replica follows a leader, and believes it of what was accepted in its own ballot."""
        require(m in self.network.of(Beat))
        require(self.runs(n) and self.accepts(n, m.ballot))
        self.follow(n, m.ballot)
        if not self.votes(n):
            self.network.add(Stranger(n, self.chosen[n]))
        elif self.has_items[n]:
            self.network.add(Ready(m.ballot, n))
        reached = min((s.index for s in Slot if not self.is_sure(n, s, m)), default=len(Slot))
        if reached < m.chosen:
            self.network.add(CatchUp(reached))
        if self.chosen[n] < m.chosen:
            self.advance(n, min(reached, m.chosen))

    def is_sure(self, n: Replica, s: Slot, m: Beat) -> bool:
        """It knows the slot to be chosen as it is here, if the leader says that it is chosen."""
        return s.index < self.chosen[n] or (
            s in self.log[n] and (self.log[n][s].learned or self.log[n][s].ballot == m.ballot)
        )

    @action
    def teach(self, n: Replica, m: CatchUp) -> None:
        """A replica that knows more tells it."""
        require(m in self.network.of(CatchUp))
        require(self.runs(n) and m.chosen < self.chosen[n])
        self.network.add(Learn(self.part(n, m.chosen, self.chosen[n])))

    @action
    def welcome(self, n: Replica, m: Stranger) -> None:
        """The same for one that cannot vote. A leader notes how far the one is that it wants to join."""
        require(m in self.network.of(Stranger))
        require(self.runs(n))
        mine = self.attempt[n]
        is_news = (
            mine is not None and mine.joining == m.voter and (mine.heard is None or mine.heard < m.chosen)
        )
        require(is_news or m.chosen < self.chosen[n])
        if mine is not None and is_news:
            self.attempt[n] = replace(mine, heard=m.chosen)
        if m.chosen < self.chosen[n]:
            self.network.add(Learn(self.part(n, m.chosen, self.chosen[n])))

    @action
    def learn(self, n: Replica, m: Learn) -> None:
        """A replica takes over what is chosen. Who stands or leads hears of another leader by that."""
        require(m in self.network.of(Learn))
        require(self.runs(n) and any(s.index >= self.chosen[n] for s in m.log))
        require(self.attempt[n] is not None or any(self.is_new(n, s) for s in m.log))
        self.attempt[n] = None
        for s in Slot:
            if s in m.log and self.is_new(n, s):
                self.log[n][s] = Entry(m.log[s].ballot, m.log[s].content, learned=True)
        self.advance(n, min((s.index for s in Slot if not self.is_known(n, s)), default=len(Slot)))

    def is_new(self, n: Replica, s: Slot) -> bool:
        """It does not know what is chosen in the slot."""
        return s.index >= self.chosen[n] and (s not in self.log[n] or not self.log[n][s].learned)

    def is_known(self, n: Replica, s: Slot) -> bool:
        """It knows what is chosen in the slot."""
        return s.index < self.chosen[n] or (s in self.log[n] and self.log[n][s].learned)

    @action
    def read(self, n: Replica) -> None:
        """A replica with items answers a read that may be old; one without does not."""
        require(self.runs(n) and self.has_items[n])

    @fault("fail")
    def fail(self, n: Replica) -> None:
        """A replica is lost for ever, with its disk."""
        require(self.runs(n))
        self.end(n)
