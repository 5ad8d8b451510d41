"""How much may come in: token buckets of partitions, nodes, routers and the whole table."""
