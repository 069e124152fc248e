"""Fixes: which to apply together, until nothing changes, and writing them without losing anything."""
