"""Optimisers: `optimizer` holds parameters and gradients, `rules` turn a gradient into a step."""

from u30.optim.optimizer import Arrays, Optimizer, clip_global_norm
from u30.optim.rules import SGD, Adagrad, Adam, AdamW, RMSprop

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Arrays", "Optimizer", "RMSprop", "clip_global_norm"]
