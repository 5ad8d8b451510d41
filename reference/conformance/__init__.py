"""The nodes as systems under test: what they take and show, in the words of models that they never import."""
