"""Protocols with one rule forgotten; `specs/` says which property catches each, and in how many steps."""
