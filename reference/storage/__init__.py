"""What outlives a crash: the disk, the log on it, and the table of items."""
