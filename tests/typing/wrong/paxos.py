"""Mistakes in a model. Each line that both type checkers must report ends in `# error`."""

from checker import Map, Model, Ordered, Record, Seq, Set, Sort, action, fault, invariant, present, replace, require


class Node(Sort): ...


class Value(Sort): ...


class Ballot(Ordered): ...


class Term(Ordered): ...


class Slot(Ordered): ...


class Vote(Record):
    ballot: Ballot
    value: Value


class Prepare(Record):
    ballot: Ballot


class Promise(Record):
    node: Node
    vote: Vote | None


class Wrong(Model):
    promised: Map[Node, Ballot | None]
    vote: Map[Node, Vote | None]
    log: Map[Node, Seq[Vote, Slot]]
    votes: Set[Node]
    network: Set[Prepare | Promise]
    up: bool

    @action
    def arguments(self, n: Node, b: Ballot, v: Value) -> None:
        Vote(v, v)  # error
        Vote(b)  # error
        Vote(b, v, n)  # error
        Vote(ballot=b, valeu=v)  # error
        self.promised[n] = v  # error
        self.promised[b] = b  # error
        self.network.add(Vote(b, v))  # error
        self.network.add(b)  # error
        self.votes.add(v)  # error
        self.log[n].append(b)  # error
        self.votes |= {v}  # error
        self.up = 1  # error
        require(b)  # error

    @action
    def attributes(self, n: Node, b: Ballot, v: Value) -> None:
        self.promise[n] = b  # error
        self.vote[n].ballot  # error
        require(Vote(b, v).balot == b)  # error
        require(present(self.vote[n]).node == n)  # error
        self.network.append(Prepare(b))  # error
        self.log[n].push(Vote(b, v))  # error
        require(n.next == n)  # error
        require(self.network.of(Promise) == Set() and all(m.ballot == b for m in self.network.of(Promise)))  # error

    @action
    def orders(self, n: Node, b: Ballot, t: Term) -> None:
        require(n < n)  # error
        require(b < t)  # error
        require(b > 1)  # error
        self.log[n] = [Vote(b, Value(1))]  # error
        self.log[n] = Seq([b])  # error
        self.log = Map({m: Set() for m in Node})  # error
        self.promised = {}  # error
        replace(b, value=1)  # error

    @fault(1)  # error
    def crash(self, n: Node) -> None:
        self.up = False

    @invariant
    def calls(self) -> bool:
        self.orders(Node(1), Ballot(1))  # error
        self.orders(Ballot(1), Ballot(1), Term(1))  # error
        return self.chosen(1)  # error
