"""Termination detection in a ring.

Source: Dijkstra, Feijen and van Gasteren, EWD840 (1983); the TLA+ module EWD840, of which TLC finds 302
distinct states for three nodes.
"""

from enum import Enum

from checker import Map, Model, Ordered, action, initial, invariant, require


class Node(Ordered):
    """A place in the ring; the first one started the computation."""


class Color(Enum):
    """Black: may have woken somebody whom the token has passed."""

    WHITE = "white"
    BLACK = "black"


class Termination(Model):
    """A token goes round; when it comes back white, everybody is idle."""

    active: Map[Node, bool]
    color: Map[Node, Color]
    token: Node
    token_color: Color

    @initial
    def anything(self, active: Map[Node, bool], color: Map[Node, Color], token: Node) -> None:
        """Any nodes are active; a black token is anywhere."""
        self.active = active
        self.color = color
        self.token = token
        self.token_color = Color.BLACK

    @action
    def initiate(self) -> None:
        """The first node sends the token round again."""
        require(self.token == Node.first)
        require(self.token_color == Color.BLACK or self.color[Node.first] == Color.BLACK)
        self.token = Node.last
        self.token_color = Color.WHITE
        self.color[Node.first] = Color.WHITE

    @action
    def pass_token(self, n: Node) -> None:
        """An idle node hands the token on, and blackens it when it has sent a message."""
        require(n != Node.first)
        require(self.token == n)
        require(not self.active[n] or self.color[n] == Color.BLACK or self.token_color == Color.BLACK)
        self.token = n.prev
        if self.color[n] == Color.BLACK:
            self.token_color = Color.BLACK
        self.color[n] = Color.WHITE

    @action
    def send(self, n: Node, to: Node) -> None:
        """An active node wakes another."""
        require(self.active[n])
        require(to != n)
        self.active[to] = True
        if to > n:
            self.color[n] = Color.BLACK

    @action
    def stop(self, n: Node) -> None:
        """An active node is done."""
        require(self.active[n])
        self.active[n] = False

    def detected(self) -> bool:
        """What the first node sees."""
        first = Node.first
        return (
            self.token == first
            and self.token_color == Color.WHITE
            and self.color[first] == Color.WHITE
            and not self.active[first]
        )

    @invariant
    def detection_is_right(self) -> bool:
        """Nobody is active when the first node says so."""
        return not self.detected() or all(not self.active[n] for n in Node)
