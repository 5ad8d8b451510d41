"""What the nodes that elect a leader say to each other."""

from checker import Ordered, Record, Sort


class Node(Sort):
    """Who votes, and may lead."""


class Ballot(Ordered):
    """The attempts to lead; each belongs to the node that begins it."""


class Round(Ordered):
    """The heartbeats of a ballot."""


class Attempt(Ordered):
    """The times that a node asks its peers whether they hear the leader."""


class Heartbeat(Record):
    """The leader of the ballot, or who wants to be it, asks for the lease. The first one asks for votes."""

    ballot: Ballot
    round: Round


class Granted(Record):
    """The voter is bound to the ballot for a whole grant, counted from a moment after the heartbeat."""

    ballot: Ballot
    round: Round
    voter: Node


class Released(Record):
    """The leader of the ballot no longer serves, and never will in this ballot."""

    ballot: Ballot


class Query(Record):
    """Do you hear the leader?"""

    asker: Node
    attempt: Attempt


class Healthy(Record):
    """The peer hears the leader, or is it."""

    asker: Node
    attempt: Attempt
    peer: Node
