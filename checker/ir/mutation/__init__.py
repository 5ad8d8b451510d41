"""Mutants: models with one small mistake each, made from the IR of a model."""
