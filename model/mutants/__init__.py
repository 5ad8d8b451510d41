"""Protocols with one rule forgotten; `specs/` says by which property each is caught, and in how many steps."""
