"""The python engine: CPython runs the model's own methods. It defines what a model means."""
