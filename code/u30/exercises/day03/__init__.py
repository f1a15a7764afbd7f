"""Day 3: dropout between layers."""
