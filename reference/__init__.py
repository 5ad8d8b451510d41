"""The reference implementation: replicated, partitioned key-value storage as sans-IO nodes.

It imports nothing of the checker or the models. Start at `reference.node`, what a node takes and gives, and
`reference.replica.replica`, the node that stores. `python -m reference.simulator` runs it under faults.
"""
