"""Day 5: minimum description length."""
