"""A way through a model, found by any engine, run again by CPython: what a trace shows is what the methods
did."""
