"""From a key to its group: the request router, its cache, and the map service behind it."""
