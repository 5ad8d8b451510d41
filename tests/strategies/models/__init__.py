"""Whole models, written at random in the language: the text of a module, and a scope to search it in."""
