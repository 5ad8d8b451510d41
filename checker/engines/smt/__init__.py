"""The SMT engine: the same IR as one transition relation, for bounded search, induction, proofs."""
