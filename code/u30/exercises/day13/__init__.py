"""Day 13: Attention Is All You Need."""
