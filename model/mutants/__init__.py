"""Protocols with one rule forgotten. Each must be caught: `specs/` says by which property and after how many steps."""
