"""The same models in three engines. Each module has one function per model: (arrays) -> step.

`step()` makes one training step (forward, backward, Adam) and returns the loss.
"""
