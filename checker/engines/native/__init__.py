"""Compiled search: a model's generated C and the runtime, one shared object, driven from Python."""
