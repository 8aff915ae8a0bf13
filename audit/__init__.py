"""The append-only, chained record of what was done and read."""
