"""People and lessons."""
