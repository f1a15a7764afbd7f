"""Day 7: The coffee automaton."""
