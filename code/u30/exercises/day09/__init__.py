"""Day 9: residual networks."""
