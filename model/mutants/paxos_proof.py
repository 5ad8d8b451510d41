"""The proof of Paxos over each mutant of Paxos: its lemmas, and the steps with one rule forgotten."""

from model.mutants import paxos
from model.paxos_proof import PaxosProof


class AdoptsAnyVote(paxos.AdoptsAnyVote, PaxosProof):
    """A proposer adopts any vote it is told."""


class AdoptsTheLowestVote(paxos.AdoptsTheLowestVote, PaxosProof):
    """A proposer adopts the oldest vote it is told."""


class IgnoresPromisedVotes(paxos.IgnoresPromisedVotes, PaxosProof):
    """A proposer ignores the votes it is told."""


class OnePromiseIsEnough(paxos.OnePromiseIsEnough, PaxosProof):
    """A proposer is content with one promise."""


class CountsPromisesOfAnyBallot(paxos.CountsPromisesOfAnyBallot, PaxosProof):
    """A proposer counts promises to other ballots."""


class ProposesTwoValues(paxos.ProposesTwoValues, PaxosProof):
    """A proposer proposes two values."""


class PromisesBelowPromised(paxos.PromisesBelowPromised, PaxosProof):
    """An acceptor promises below what it promised."""


class PromiseNotKept(paxos.PromiseNotKept, PaxosProof):
    """An acceptor does not keep its promise."""


class ForgetsVoteWhenPromising(paxos.ForgetsVoteWhenPromising, PaxosProof):
    """An acceptor forgets its vote when it promises."""


class AcceptsBelowPromised(paxos.AcceptsBelowPromised, PaxosProof):
    """An acceptor votes below what it promised."""


class VoteDoesNotRaisePromised(paxos.VoteDoesNotRaisePromised, PaxosProof):
    """A vote does not raise what an acceptor has promised."""


class VotesForUnproposed(paxos.VotesForUnproposed, PaxosProof):
    """An acceptor votes for what nobody proposed."""
