"""Refused, as the language reference shows it: collections."""

from checker import Map, Partial, Set, action, require
from tests.golden.refusals.setting import Append, Demo, Entry, Node, Term, Value, Vote


class Collections(Demo):
    @action
    def from_the_end(self, n: Node) -> None:
        # refused: 'self.log[n][-2]' counts from the end; write self.log[n][len(self.log[n]) - 2]; only [-1]
        #   counts back
        require(self.log[n][-2].term == Term.first)

    @action
    def slice_end(self, n: Node) -> None:
        # refused: 'self.log[n][:-1]' counts from the end; write self.log[n][:len(self.log[n]) - 1]
        self.log[n] = self.log[n][:-1]

    @action
    def step(self, n: Node) -> None:
        # refused: 'self.log[n][::2]' has a step; write s[start:stop], or choose positions by a
        #   comprehension over range
        require(len(self.log[n][::2]) > 0)

    @action
    def plain_dict(self) -> None:
        # refused: a dict can be changed in place, and a change would be lost; write Partial({...}) or
        #   Map({...})
        self.lease = {}

    @action
    def not_all(self, n: Node) -> None:
        # refused: '{m: None for m in Node if m != n}' may not have every key of Node, and a Map has; write
        #   Map({k: value for k in K}) over all of K, or use Partial[K, V]
        self.voted = Map({m: None for m in Node if m != n})

    @action
    def unknown(self) -> None:
        # refused: the type of 'nothing = Set()' is unknown; annotate it: nothing: Set[T] = Set()
        nothing = Set()
        require(len(nothing) == 0)

    @action
    def other_class(self, n: Node) -> None:
        # refused: 'self.network.of(Entry)' is always empty: the elements are Append | Vote; name one of
        #   those records
        require(len(self.network.of(Entry)) > 0)

    @action
    def wrong_element(self, n: Node, v: Value) -> None:
        # refused: 'v' is Value, but an element of 'self.alive' is Node; give a Node
        self.alive.add(v)

    @action
    def pop(self) -> None:
        # refused: 'self.alive.pop()' does not call 'pop' as it is defined; write .pop(x)
        self.alive.pop()
