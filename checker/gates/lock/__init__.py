"""The state-space lock file: what it holds, how it is written, read, compared and updated."""
