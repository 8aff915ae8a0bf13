"""The procedure as pages that everyone may read."""
