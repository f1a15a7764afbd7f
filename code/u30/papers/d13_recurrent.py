"""Day 13, what the Transformer is compared with: two recurrent networks and a bottleneck.

One GRU reads the string, its last state is all that the other one gets to know of it (Sutskever,
Vinyals and Le, 2014; Cho et al., 2014). It offers `encode` and `decode` as the Transformer does.
"""

from __future__ import annotations

import numpy as np

from u30.data.strings import PAD
from u30.nn import GRU, Embedding, Linear, Module
from u30.papers.d13_attention import Mask, padding_mask
from u30.tensor import Tensor


class GRUPair(Module):
    """Encoder and decoder GRU with H units each. Both run step by step over their strings."""

    def __init__(self, rng: np.random.Generator, V: int, D: int = 32, H: int = 64):
        self.D = D
        self.embedding = Embedding(rng, V, D)
        self.reader, self.writer = GRU(rng, D, H), GRU(rng, D, H)
        self.score = Linear(rng, H, V)

    def encode(self, X: np.ndarray) -> Tensor:  # (B,n) -> (B,H)
        """The state after the last symbol that is not padding."""
        states, _ = self.reader(self.embedding(X.T))  # (n,B,H)
        return states[(X != PAD).sum(axis=1) - 1, np.arange(len(X))]

    def decode(
        self, Y: np.ndarray, memory: Tensor, memory_mask: Mask = None
    ) -> Tensor:  # (B,m), (B,H) -> logits (B,m,V)
        """At each position, scores of the symbol that follows. There is nothing to mask."""
        states, _ = self.writer(self.embedding(Y.T), memory)  # (m,B,H)
        return self.score(states.swapaxes(0, 1))

    def forward(self, X: np.ndarray, Y: np.ndarray) -> Tensor:  # (B,n), (B,m) -> logits (B,m,V)
        return self.decode(Y, self.encode(X), padding_mask(X))
