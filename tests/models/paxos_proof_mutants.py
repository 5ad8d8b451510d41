"""The proof of Paxos over models with one rule forgotten: its lemmas, with the mutant's steps."""

from model.mutants import paxos
from model.paxos_proof import PaxosProof


class AdoptsAnyVote(paxos.AdoptsAnyVote, PaxosProof): ...


class AdoptsTheLowestVote(paxos.AdoptsTheLowestVote, PaxosProof): ...


class IgnoresPromisedVotes(paxos.IgnoresPromisedVotes, PaxosProof): ...


class OnePromiseIsEnough(paxos.OnePromiseIsEnough, PaxosProof): ...


class CountsPromisesOfAnyBallot(paxos.CountsPromisesOfAnyBallot, PaxosProof): ...


class ProposesTwoValues(paxos.ProposesTwoValues, PaxosProof): ...


class PromisesBelowPromised(paxos.PromisesBelowPromised, PaxosProof): ...


class PromiseNotKept(paxos.PromiseNotKept, PaxosProof): ...


class ForgetsVoteWhenPromising(paxos.ForgetsVoteWhenPromising, PaxosProof): ...


class AcceptsBelowPromised(paxos.AcceptsBelowPromised, PaxosProof): ...


class VoteDoesNotRaisePromised(paxos.VoteDoesNotRaisePromised, PaxosProof): ...


class VotesForUnproposed(paxos.VotesForUnproposed, PaxosProof): ...
