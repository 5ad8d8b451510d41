"""The engines: each explores, bounds or proves a model; none imports another."""
