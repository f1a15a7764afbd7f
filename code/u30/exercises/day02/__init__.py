"""Day 2: LSTMs."""
