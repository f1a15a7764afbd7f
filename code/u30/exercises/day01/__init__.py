"""Day 1: RNNs that write."""
