"""A replication group: Multi-Paxos with leases, one log replicated to all members."""
