"""Who belongs to a group: healing after a loss, the services that place and split."""
