"""Gates: specs, what a check requires, and whether a result meets it."""
