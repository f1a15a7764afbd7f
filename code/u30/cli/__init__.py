"""The `u30` command: the exercises in a terminal. Imports no paper; rich, if installed, paints."""
