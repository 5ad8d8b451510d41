"""A seeded bug in another module, a model as a test drives it, and a use of the shipped model."""

from checker import Disabled, EvaluationError, Quorum, maxima, require
from model.paxos import Accept, Accepted, Acceptor, Ballot, Paxos, Promise, Value
from tests.typing.right.logs import Log, Node, Term


class Forgetful(Paxos):
    """Does not look at the votes that it was told."""

    def propose(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]
        require(all(any(m.acceptor == a for m in promises) for a in q))
        votes = [m.vote for m in promises if m.vote is not None]
        require(len(votes) >= len(maxima(votes, key=lambda vote: vote.ballot)))
        self.network.add(Accept(b, v))

    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        super().accept(a, b, v)
        self.vote[a] = None


class Restless(Log):
    restarts: bool

    def crash(self, n: Node) -> None:
        super().crash(n)
        self.restarts = True


def drive() -> int:
    m = Forgetful.at({"Acceptor": 3, Value: 2, "Ballot": 2}, faults={}, params={})
    m.prepare(Ballot(1))
    m.promise(Acceptor(1), b=Ballot.first)
    try:
        m.accept(Acceptor(1), Ballot(2), Value(1))
    except Disabled:
        m.network.add(Accepted(Acceptor(1), Ballot(1), Value(1)))
    except EvaluationError as error:
        print(error.kind, error.file, error.line)
    for step in m.enabled():
        print(step.action, step.arguments)
    before = m.fork()
    m.restore(before.state)
    assert m.agreement()
    assert not before.chosen(Value(2))
    with m.running():
        assert len(list(Quorum[Acceptor])) == 3
    return sum(a.number for a in m.members(Acceptor))


def look(m: Log) -> Term | None:
    m.start("begin", Node(1))
    m.log[Node(1)].truncate(1)
    return m.node[Node(1)].term if m.terms_grow(m.fork()) else m.promised[Node(2)]
