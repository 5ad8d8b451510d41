"""What the nodes that elect a leader say to each other.

A node is a replica, and a ballot is one of its attempts to lead: the election shares both with the log.
"""

from checker import Ordered, Record
from model.replication_messages import Ballot as Ballot
from model.replication_messages import Replica as Replica


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
    voter: Replica


class Released(Record):
    """The leader of the ballot no longer serves, and never will in this ballot."""

    ballot: Ballot


class Query(Record):
    """Do you hear the leader?"""

    asker: Replica
    attempt: Attempt


class Healthy(Record):
    """The peer hears the leader, or is it."""

    asker: Replica
    attempt: Attempt
    peer: Replica
