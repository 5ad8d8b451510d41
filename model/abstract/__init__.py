"""What protocols come to, for those that only look at the outside: models that others refine."""
