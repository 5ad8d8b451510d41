"""The typed intermediate representation of a model. Imports nothing else of the product."""
