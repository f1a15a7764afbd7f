"""The models in u30, from its layers and fused functions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from u30 import functional as F
from u30.nn import LSTM, Conv2d, Embedding, LayerNorm, Linear, Module, MultiHeadAttention
from u30.optim import Adam
from u30.tensor import Tensor

from .workloads import CHANNELS, CLASSES, CONTEXT, HEADS, HIDDEN, LAYERS, PIXELS, WIDTH, D, H, V

Step = Callable[[], float]


class Recurrent(Module):
    def __init__(self, rng):
        self.embedding, self.lstm, self.out = (
            Embedding(rng, V, D),
            LSTM(rng, D, H),
            Linear(rng, H, V),
        )

    def forward(self, x):  # (T,B) -> (T,B,V)
        return self.out(self.lstm(self.embedding(x))[0])


class Reading(Recurrent):
    """The same model, with the embedding and the LSTM's input weights as one table."""

    def forward(self, x):  # (T,B) -> (T,B,V)
        return self.out(self.lstm.read(x, self.embedding.W)[0])


class Block(Module):
    def __init__(self, rng):
        self.norm1, self.norm2 = LayerNorm(WIDTH), LayerNorm(WIDTH)
        self.attention = MultiHeadAttention(rng, WIDTH, HEADS)
        self.up, self.down = Linear(rng, WIDTH, 4 * WIDTH), Linear(rng, 4 * WIDTH, WIDTH)

    def forward(self, x):  # (B,T,D) -> (B,T,D)
        x = x + self.attention(self.norm1(x), causal=True)
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Transformer(Module):
    def __init__(self, rng):
        self.tokens, self.places = Embedding(rng, V, WIDTH), Embedding(rng, CONTEXT, WIDTH)
        self.blocks = [Block(rng) for _ in range(LAYERS)]
        self.norm, self.out = LayerNorm(WIDTH), Linear(rng, WIDTH, V)

    def forward(self, x):  # (B,T) -> (B,T,V)
        h = self.tokens(x) + self.places(np.arange(x.shape[1]))
        for block in self.blocks:
            h = block(h)
        return self.out(self.norm(h))


class Convolutional(Module):
    def __init__(self, rng):
        first, second = CHANNELS
        self.conv1 = Conv2d(rng, 1, first, 3, padding=1)
        self.conv2 = Conv2d(rng, first, second, 3, padding=1)
        self.out = Linear(rng, second * 49, CLASSES)

    def forward(self, x):  # (B,1,28,28) -> (B,K)
        x = F.max_pool2d(F.relu(self.conv1(Tensor(x))), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.out(x.reshape(len(x), -1))


class Perceptron(Module):
    def __init__(self, rng):
        self.hidden, self.out = Linear(rng, PIXELS, HIDDEN), Linear(rng, HIDDEN, CLASSES)

    def forward(self, x):  # (B,784) -> (B,K)
        return self.out(F.relu(self.hidden(Tensor(x))))


MODELS = {
    "LSTM": Recurrent,
    "LSTM.read": Reading,
    "CNN": Convolutional,
    "Transformer": Transformer,
    "MLP": Perceptron,
}


def loss_and_step(
    name: str, x: np.ndarray, y: np.ndarray
) -> tuple[Callable[[], Tensor], Callable[[Tensor], None]]:
    """The forward pass of the named model on one batch, and what follows it."""
    model = MODELS[name](np.random.default_rng(0))
    optimizer = Adam(model, 1e-3)

    def loss() -> Tensor:
        return F.cross_entropy(model(x), y)

    def learn(loss: Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return loss, learn


def training(name: str, x: np.ndarray, y: np.ndarray) -> Step:
    """A training step of the named model on one batch."""
    forward, learn = loss_and_step(name, x, y)

    def step() -> float:
        loss = forward()
        learn(loss)
        return loss.item()

    return step


def adam(shapes: list[tuple[int, ...]]) -> Step:
    """Adam's step alone, on parameters of these shapes."""
    params = [Tensor(np.ones(shape, np.float32), requires_grad=True) for shape in shapes]
    optimizer = Adam(params, 1e-3)

    def step() -> float:
        for p in params:
            p.grad = gradients[id(p)]  # as fresh from backward(): collecting them is our cost
        optimizer.step()
        return 0.0

    gradients = {id(p): np.full(p.shape, 0.1, np.float32) for p in params}
    return step
