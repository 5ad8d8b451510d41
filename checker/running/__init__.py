"""CPython runs a model's methods: one call at a time, or a way that another engine found; and what a report
says of it."""
