"""What a log means: items, conditions, request tokens, and the range of keys that a group owns."""
