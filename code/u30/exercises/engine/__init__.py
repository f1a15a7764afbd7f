"""Interlude before Day 8: build the engine."""
