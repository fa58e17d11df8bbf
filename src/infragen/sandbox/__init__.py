"""infragen."""
