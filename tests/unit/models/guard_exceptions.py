"""Steps that look at more than the conventions allow, each with its reason.

A key is the file of the action in `model/`, the action (`*`: every one), the variable. An exception of a file
that is there must be needed.
"""

from __future__ import annotations

OWNER = (
    "whose a ballot is, is part of its number; that the first to use it owns it keeps nodes interchangeable"
)
PROMISES = "a voter's promises in a ballot are equal: once a quorum's are there, no message changes them"
CLOCKS = "time is what the world does: no node reads the clock of another"
LINKS = "which links are cut is known to the network alone, which delivers or does not"
SERVICE = "the state of the one service, which acts here"
PASSES = "time passes for all at once"
HOST = "the node on which the partition's leader stands: one process"
ACCOUNTS = "accounts, without the nodes that keep them"
NUMBERS = "numbers of members: there are no nodes in it"
RANGES = "what the table's ranges are, without the nodes that hold them"
SPLIT = "the service that splits hands over what the parent had"

ORIGIN = "the members that a group began with are part of what each of its replicas is told when it is made"

COMMANDS = "what a value stands for is part of the value"
COMMITTED = "the sequence of states is what the log comes to: a replica looks as far as it has applied"

EXCEPTIONS: dict[tuple[str, str, str], str] = {
    ("burst_proof", "*", "*"): ACCOUNTS,
    ("election", "*", "cut"): LINKS,
    ("election", "grant", "owner"): OWNER,
    ("election", "learn_release", "owner"): OWNER,
    ("election", "stand", "owner"): OWNER,
    ("election", "tick", "ahead"): CLOCKS,
    ("free_election", "*", "owner"): OWNER,
    ("free_election", "tick", "ahead"): CLOCKS,
    ("joined_group", "*", "owner"): OWNER,
    ("joined_group", "lead", "network"): PROMISES,
    ("joined_split", "*", "command"): COMMANDS,
    ("joined_split", "*", "parent"): "which partition is the group's is part of what a request says",
    ("joined_split", "*", "pending"): "the partition that the replica is of keeps it, as in split",
    ("joined_split", "*", "states"): COMMITTED,
    ("joined_split", "acknowledge", "whole"): SPLIT,
    ("joined_split", "commit", "applied"): COMMITTED,
    ("joined_split", "name_split", "named"): "as in split",
    ("joined_split", "name_split", "whole"): "as in split",
    ("joined_split", "split", "named"): "as in split",
    ("joined_split", "split", "whole"): "as in split",
    ("lease", "tick", "clock"): CLOCKS,
    ("lease_rates", "*", "is_granted"): "the grantor's; there are two nodes, without a sort",
    ("lease_rates", "*", "now"): CLOCKS,
    ("lease_rates", "tick", "grantor_shows"): CLOCKS,
    ("lease_rates", "tick", "holder_shows"): CLOCKS,
    ("log_replica_voting", "lead", "network"): PROMISES,
    ("log_replica_voting", "stand", "owner"): OWNER,
    ("log_replicas_as_built", "*", "origin"): ORIGIN,
    ("log_replicas_as_built", "invite", "*"): "making a replica on another machine is one step: nothing of it"
    " can be seen before it answers",
    ("log_replicas_as_built", "rebuild", "owner"): OWNER,
    ("member_entry_voting", "*", "origin"): ORIGIN,
    ("member_entry_voting", "*", "owner"): OWNER,
    ("member_entry_voting", "lead", "network"): PROMISES,
    ("membership_proof", "*", "*"): NUMBERS,
    ("partition_tokens", "admit", "node"): HOST,
    ("partition_tokens", "burst_read", "node"): HOST,
    ("partition_tokens", "burst_write", "node"): HOST,
    ("partition_tokens", "grant", "leader"): "a node knows whether it leads the partition",
    ("partition_tokens", "split", "*"): SPLIT,
    ("partition_tokens", "tick", "*"): PASSES,
    ("partition_tokens_as_built", "burst_write", "node"): HOST,
    (
        "paxos",
        "propose",
        "network",
    ): "a proposer has no state: that it proposes once, and the newest vote, stand in the"
    " network; what promises tell does not change once a quorum's are there",
    ("range_proof", "*", "*"): RANGES,
    ("replication_as_built", "*", "*"): "what is said of the rules that it narrows",
    ("replication_rules", "lead", "leadership"): "the lease is an oracle: who has it now, has it no more",
    ("replication_rules", "lead", "network"): PROMISES,
    ("replication_rules", "prepare", "owner"): OWNER,
    (
        "replication_rules",
        "renew_lease",
        "leadership",
    ): "the lease is an oracle: who has it now, has it no more",
    ("slots_proof", "propose", "network"): "as in paxos",
    ("split_rules", "split", "whole"): "a new partition is as whole as the one that it comes from",
    ("split_rules", "split", "named"): "names of partitions are given once, by the service that splits",
    ("token_proof", "*", "*"): ACCOUNTS,
    ("tokens", "*", "filled_at"): SERVICE,
    ("tokens", "*", "now"): SERVICE,
    ("tokens", "*", "periods"): PASSES,
    ("tokens", "*", "remaining"): SERVICE,
    ("tokens", "*", "vended"): SERVICE,
    ("tokens", "tick", "portions"): PASSES,
    ("tokens", "tick", "question"): PASSES,
    ("untimed_election", "tick", "*"): CLOCKS,
    ("tokens_as_built", "*", "filled_at"): SERVICE,
    ("tokens_as_built", "*", "now"): SERVICE,
    ("tokens_as_built", "*", "remaining"): SERVICE,
    ("tokens_as_built", "*", "vended"): SERVICE,
    ("tokens_as_built", "vend", "began"): "which life of its router a request is of, stands in it",
}
