"""The native engine: a model becomes C, the C a search."""
