"""What candidates ask, and what a new leader proposes before it serves, in an election as built.

What a proposal holds is of no account here: a new leader proposes again what it must, or a no-op.
"""

from checker import Record
from model.replication_messages import Ballot, Replica


class Prepare(Record):
    """The candidate of this ballot asks for votes."""

    ballot: Ballot


class Promise(Record):
    """The voter follows the ballot, and no lower one."""

    ballot: Ballot
    voter: Replica


class Accept(Record):
    """The leader of this ballot proposes what it must have chosen before it serves."""

    ballot: Ballot


class Accepted(Record):
    """The voter has it in its log."""

    ballot: Ballot
    voter: Replica
