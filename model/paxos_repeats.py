"""Single-decree Paxos whose acceptors answer again when they are asked again.

`model.paxos` lets an acceptor promise a ballot once: a message that was lost is still in its network. An
implementation is asked again instead, and tells what it has accepted by then, perhaps in that very ballot.
"""

from checker import action, require
from model.paxos import Acceptor, Ballot, Paxos, Prepare, Promise


class PaxosRepeats(Paxos):
    """As Paxos; a promise may be given again."""

    @action
    def promise(self, a: Acceptor, b: Ballot) -> None:
        """An acceptor joins a ballot that is not below one it has joined, and says what it voted for last."""
        require(Prepare(b) in self.network)
        require(self.promised[a] is None or b >= self.promised[a])
        self.promised[a] = b
        self.network.add(Promise(a, b, self.vote[a]))
