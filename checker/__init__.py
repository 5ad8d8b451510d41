"""Lockstep: a model checker for replication protocols written as typed Python."""
