"""Exercises: reading them, checking an answer, saying what went wrong. Imports no paper."""
