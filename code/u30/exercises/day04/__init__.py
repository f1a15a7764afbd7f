"""Day 4: weights that cost few bits."""
