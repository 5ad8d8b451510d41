"""Protocols written in Lockstep's language, one module each."""
