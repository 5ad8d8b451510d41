"""Global admission control: tokens of a table, vended to request routers in portions with a short life.

Source: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), section 4.3: the table's tokens are in one
bucket that is refilled with time; routers ask for portions, spend them on requests, and ask again; the
bucket's state is in memory only; tokens are time-limited. What a partition admits by itself is in
`model.partition_tokens`.

A bucket of `size` tokens gets `rate` of them each period. Strict conservation holds while the service
does not restart; each restart admits at most one more bucket. The network is the set of all messages ever
sent.
"""

from typing import Annotated, Self

from checker import (
    Ghost,
    Map,
    Model,
    Ordered,
    Param,
    Partial,
    Range,
    Record,
    Set,
    Sort,
    action,
    assume,
    cover,
    fault,
    initial,
    invariant,
    require,
    step_invariant,
    terminal,
)


class Router(Sort):
    """Who spends tokens."""


class Number(Ordered):
    """The requests for tokens of a router."""


Tokens = Annotated[int, Range(0, "size")]
"""What a bucket, or a portion, can hold."""

Count = Annotated[int, Range(0, 40)]
"""Tokens, counted from the start or over a window."""

Period = Annotated[int, Range(0, "horizon")]
"""A reading of the service's clock."""

Numbers = Annotated[int, Range(0, 5)]
"""How many requests for tokens."""


class Question(Record):
    """The request that has no answer yet, and for how many periods its tokens would live."""

    number: Number
    left: Annotated[int, Range(0, "life")]


class Portion(Record):
    """Tokens that a router may spend, and for how many periods yet."""

    tokens: Annotated[int, Range(0, "size")]
    left: Annotated[int, Range(0, "life")]


class Vended(Record):
    """What the service remembers of a router: its last request, and what it was given."""

    number: Number
    tokens: Annotated[int, Range(0, "size")]


class AskTokens(Record):
    """A router wants tokens; the number is its own, and never used again."""

    router: Router
    number: Number


class GrantTokens(Record):
    """So many tokens for that request."""

    router: Router
    number: Number
    tokens: Annotated[int, Range(0, "size")]


class GlobalTokens(Model):
    """One bucket, several routers; nothing is counted twice, and nothing lives for ever."""

    horizon: Param
    size: Param
    rate: Param
    portion: Param
    life: Param

    periods: Period
    now: Period
    filled_at: Period
    remaining: Tokens
    vended: Partial[Router, Vended]

    asked: Map[Router, Numbers]
    question: Map[Router, Question | None]
    portions: Map[Router, Partial[Number, Portion]]
    network: Set[AskTokens | GrantTokens]

    restarts: Ghost[Numbers]
    issued: Ghost[Count]
    flying: Ghost[Partial[tuple[Router, Number], Count]]
    spent: Ghost[Count]
    expired: Ghost[Count]
    vended_lately: Ghost[Count]
    spent_lately: Ghost[Count]

    @assume
    def numbers_make_sense(self) -> bool:
        """Something is vended, it lives, and `Count` and `Numbers` count far enough."""
        most = 4 * self.size + self.rate * (self.horizon + self.life)
        return min(self.rate, self.portion, self.life) >= 1 and most <= 40 and len(Number) <= 5

    @initial
    def begin(self) -> None:
        """The bucket is full."""
        self.remaining = self.size

    # ---------------------------------------------------------------- time

    @action
    def tick(self) -> None:
        """A period passes: the service's clock moves on, and what routers have not spent nears its end.

        This is what the world does; nobody reads `periods`, which bounds the search. For the record, what may
        be used in a window grows with time and with nothing else.
        """
        require(self.periods < self.horizon)
        self.periods += 1
        self.now += 1
        self.vended_lately = max(0, self.vended_lately - self.rate)
        self.spent_lately = max(0, self.spent_lately - self.rate)
        self.expire()

    def expire(self) -> None:
        """What is not spent in time is gone, and what has not arrived in time will not be taken."""
        self.expired += sum(p.tokens for r in Router for p in self.portions[r].values() if p.left == 1) + sum(
            self.flying[r, n] for r, n in self.flying if self.dies(r, n)
        )
        self.flying = Partial({f: k for f, k in self.flying.items() if not self.dies(f[0], f[1])})
        for r in Router:
            self.expire_portions(r)
            self.expire_question(r)

    def dies(self, r: Router, n: Number) -> bool:
        """The request ends with this period."""
        mine = self.question[r]
        return mine is not None and mine.number == n and mine.left == 1

    def expire_portions(self, r: Router) -> None:
        """A portion nears its end."""
        self.portions[r] = Partial(
            {n: Portion(p.tokens, p.left - 1) for n, p in self.portions[r].items() if p.left > 1}
        )

    def expire_question(self, r: Router) -> None:
        """A request nears its end."""
        mine = self.question[r]
        if mine is not None:
            self.question[r] = Question(mine.number, mine.left - 1) if mine.left > 1 else None

    @fault("clock_set")
    def set_clock(self, back: bool) -> None:
        """The service's clock is set back, or forward again; it never shows more than has passed."""
        require(self.now > 0 if back else self.now < self.periods)
        self.now += -1 if back else 1
        self.look_at_clock()

    def look_at_clock(self) -> None:
        """A clock that goes back fills nothing: what was filled up to stays."""

    # ---------------------------------------------------------------- the service

    @action
    def mint(self) -> None:
        """The bucket is filled for the periods that have passed since it was filled last; it runs over."""
        require(self.now > self.filled_at)
        self.fill()

    def fill(self) -> None:
        """Up to now."""
        gain = min(self.rate * (self.now - self.filled_at), self.size - self.remaining)
        self.remaining += gain
        self.issued += gain
        self.filled_at = self.now

    @action
    def vend(self, m: AskTokens) -> None:
        """A request is granted what there is, up to a portion; a repeated one gets the same answer.

        An older request than the last gets none. The bucket is filled up to now first: what ran over is lost.
        """
        require(m in self.network.of(AskTokens))
        require(self.is_new(m) and self.is_filled())
        tokens = self.share(m)
        self.remaining -= tokens
        self.vended[m.router] = Vended(m.number, tokens)
        self.network.add(GrantTokens(m.router, m.number, tokens))
        self.note_vended(m, tokens)

    def is_filled(self) -> bool:
        """There is nothing to fill for."""
        return self.now <= self.filled_at

    def is_new(self, m: AskTokens) -> bool:
        """It comes after all that the service remembers of this router."""
        return m.router not in self.vended or self.vended[m.router].number < m.number

    def share(self, m: AskTokens) -> Tokens:
        """No more than there is."""
        return min(self.portion, self.remaining)

    def note_vended(self, m: AskTokens, tokens: int) -> None:
        """For the record: tokens are under way, or lost at once if nobody waits for them any more."""
        self.vended_lately += tokens
        mine = self.question[m.router]
        if mine is not None and mine.number == m.number:
            before = self.flying.get((m.router, m.number), 0)
            self.flying[m.router, m.number] = before + tokens
        else:
            self.expired += tokens

    @fault("restart")
    def restart_service(self) -> None:
        """What the service knew is lost. It begins with a full bucket, and does not fill it for the past."""
        self.restarts += 1
        self.remaining = self.size
        self.filled_at = self.now
        self.vended.clear()

    # ---------------------------------------------------------------- routers

    @action
    def ask(self, r: Router) -> None:
        """A router asks for tokens; their life begins now."""
        require(self.question[r] is None and self.asked[r] < len(Number))
        number = Number.at(self.asked[r])
        self.asked[r] += 1
        self.question[r] = Question(number, self.life)
        self.network.add(AskTokens(r, number))

    @action
    def receive(self, r: Router, m: GrantTokens) -> None:
        """A grant is taken once, while the router waits for it; it lives as long as its request."""
        require(m in self.network.of(GrantTokens))
        require(m.router == r and self.is_awaited(r, m))
        self.portions[r][m.number] = Portion(self.taken(r, m), self.life_left(r))
        self.question[r] = None
        self.note_received(r, m)

    def is_awaited(self, r: Router, m: GrantTokens) -> bool:
        """The request has no answer yet, and is not too old."""
        mine = self.question[r]
        return mine is not None and mine.number == m.number

    def taken(self, r: Router, m: GrantTokens) -> Tokens:
        """As many as were granted."""
        return m.tokens

    def life_left(self, r: Router) -> int:
        """Counted from the request, as a lease is."""
        mine = self.question[r]
        return 0 if mine is None else mine.left

    def note_received(self, r: Router, m: GrantTokens) -> None:
        """For the record: what else is under way for this request will not be taken."""
        before = self.flying.get((r, m.number), 0)
        self.expired += max(0, before - m.tokens)
        if (r, m.number) in self.flying:
            del self.flying[r, m.number]

    @action
    def spend(self, r: Router, n: Number) -> None:
        """A request is let through for a token of a portion."""
        require(n in self.portions[r] and self.portions[r][n].tokens > 0)
        self.use(r, n)
        self.spent += 1
        self.spent_lately += 1

    def use(self, r: Router, n: Number) -> None:
        """The token is gone."""
        self.portions[r][n].tokens -= 1

    @fault("router_restart")
    def restart_router(self, r: Router) -> None:
        """A router's tokens are gone with its memory. Its numbers are drawn so that none is used twice."""
        self.expired += sum(p.tokens for p in self.portions[r].values()) + sum(
            k for f, k in self.flying.items() if f[0] == r
        )
        self.flying = Partial({f: k for f, k in self.flying.items() if f[0] != r})
        self.portions[r].clear()
        self.question[r] = None

    # ---------------------------------------------------------------- properties

    def accounted(self) -> int:
        """Where all tokens are: in the bucket, at routers, under way, spent, or expired."""
        held = sum(p.tokens for r in Router for p in self.portions[r].values())
        return self.remaining + held + sum(self.flying.values()) + self.spent + self.expired

    @invariant
    def conserve(self) -> bool:
        """While the service does not restart, every token is in just one place."""
        return self.restarts > 0 or self.accounted() == self.size + self.issued

    @invariant
    def over_admission(self) -> bool:
        """A restart adds one bucket at most."""
        return self.accounted() <= self.size + self.issued + self.restarts * self.size

    @invariant
    def issue_follows_time(self) -> bool:
        """No more tokens are made than time has passed for."""
        return self.issued <= self.rate * self.periods

    @invariant
    def vend_window(self) -> bool:
        """In any window as much is vended as is made meanwhile, and a bucket, and one for each restart."""
        return self.vended_lately <= self.size * (1 + self.restarts)

    @invariant
    def spend_window(self) -> bool:
        """In any window as much is spent as was vended in it, or so shortly before that it was alive."""
        return self.spent_lately <= self.size * (1 + self.restarts) + self.rate * (self.life - 1)

    @step_invariant
    def one_grant_a_request(self, old: Self) -> bool:
        """While the service does not restart, tokens leave the bucket only with a request's one grant."""
        grants = self.network.of(GrantTokens)
        return (
            self.may_grant_again()
            or self.remaining >= old.remaining
            or any(
                m not in old.network
                and all(k == m or k.router != m.router or k.number != m.number for k in grants)
                for m in grants
            )
        )

    def may_grant_again(self) -> bool:
        """The service has forgotten what it had granted."""
        return self.restarts > 0

    @step_invariant
    def one_question_at_a_time(self, old: Self) -> bool:
        """A request that waits for its answer is not given up for another."""
        return all(
            self.waits_for(r) is None or self.waits_for(r) == old.waits_for(r)
            for r in Router
            if old.waits_for(r) is not None
        )

    def waits_for(self, r: Router) -> Number | None:
        """The request that has no answer yet."""
        mine = self.question[r]
        return None if mine is None else mine.number

    @step_invariant
    def restarts_fill_for_no_past(self, old: Self) -> bool:
        """A service that begins anew has its full bucket now: for the time before it makes no more."""
        return self.restarts == old.restarts or (self.remaining == self.size and self.filled_at == self.now)

    @terminal
    def time_is_up(self) -> bool:
        """No time is left, and nothing to do."""
        return self.periods == self.horizon

    @cover
    def all_is_spent(self) -> bool:
        """All that a bucket holds, and what is made, can be spent."""
        return self.restarts == 0 and self.spent >= self.size + self.rate

    @cover
    def spends_more_after_a_restart(self) -> bool:
        """A restart can admit more than time has passed for."""
        return self.spent > self.size + self.rate * self.periods

    @cover
    def portion_is_partial(self) -> bool:
        """A router can be granted less than a portion."""
        return any(0 < m.tokens < self.portion for m in self.network.of(GrantTokens))

    @cover
    def answers_differ(self) -> bool:
        """A request can be answered in two ways, before and after a restart."""
        return any(
            m.router == k.router and m.number == k.number and m.tokens != k.tokens
            for m in self.network.of(GrantTokens)
            for k in self.network.of(GrantTokens)
        )

    @cover
    def bucket_runs_over(self) -> bool:
        """A full bucket gets no more."""
        return self.issued < self.rate * self.filled_at
