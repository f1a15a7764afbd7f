"""Simple opponents that a model has to beat before a claim means anything."""
