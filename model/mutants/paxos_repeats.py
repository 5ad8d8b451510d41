"""The proof of Paxos whose promises may be given again, over mutants of Paxos."""

from model.mutants import paxos
from model.paxos_proof import PaxosRepeatsProof


class VotesForUnproposed(paxos.VotesForUnproposed, PaxosRepeatsProof):
    """Votes are for what nobody proposed."""


class OnePromiseIsEnough(paxos.OnePromiseIsEnough, PaxosRepeatsProof):
    """A proposer is content with one promise."""
