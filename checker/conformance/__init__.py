"""Models and implementations held against each other: a model's behaviours replayed on an implementation."""
