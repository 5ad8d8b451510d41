"""Reports: what people read of a result."""
