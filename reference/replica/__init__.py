"""The node that stores: a member of a group, put together from its parts, and what clients ask of it."""
