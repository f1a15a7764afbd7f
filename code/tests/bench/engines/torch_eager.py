"""The models in PyTorch. `tuned` asks for what its documentation says is faster on a CPU."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .workloads import CHANNELS, CLASSES, CONTEXT, HEADS, HIDDEN, LAYERS, PIXELS, WIDTH, D, H, V

torch.set_num_threads(1)
Step = Callable[[], float]


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.lstm, self.out = nn.Embedding(V, D), nn.LSTM(D, H), nn.Linear(H, V)

    def forward(self, x):  # (T,B) -> (T,B,V)
        return self.out(self.lstm(self.embedding(x))[0])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.project = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):  # (B,T,D) -> (B,T,D)
        B, T, _ = x.shape
        qkv = self.qkv(self.norm1(x)).view(B, T, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(*qkv, is_causal=True)
        x = x + self.project(a.transpose(1, 2).reshape(B, T, WIDTH))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(V, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(LAYERS)])
        self.norm, self.out = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, V)

    def forward(self, x):  # (B,T) -> (B,T,V)
        places = self.places(torch.arange(x.shape[1]))
        return self.out(self.norm(self.blocks(self.tokens(x) + places)))


def convolutional() -> nn.Module:
    first, second = CHANNELS
    return nn.Sequential(
        *(nn.Conv2d(1, first, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(first, second, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(second * 49, CLASSES)),
    )


def perceptron() -> nn.Module:
    return nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES))


MODELS = {"LSTM": Recurrent, "CNN": convolutional, "Transformer": Transformer, "MLP": perceptron}


def training(name: str, x: np.ndarray, y: np.ndarray, tuned: bool = False) -> Step:
    """A training step of the named model on one batch."""
    torch.manual_seed(0)
    model, inputs, targets = MODELS[name](), torch.tensor(x), torch.tensor(y).ravel()
    if tuned and name == "CNN":
        model = model.to(memory_format=torch.channels_last)
        inputs = inputs.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, **({"fused": True} if tuned else {}))

    def step() -> float:
        logits = model(inputs)
        loss = F.cross_entropy(logits.reshape(len(targets), -1), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def adam(shapes: list[tuple[int, ...]], tuned: bool = False) -> Step:
    """Adam's step alone, on parameters of these shapes."""
    params = [torch.ones(shape, requires_grad=True) for shape in shapes]
    for p in params:
        p.grad = torch.full_like(p, 0.1)
    optimizer = torch.optim.Adam(params, 1e-3, **({"fused": True} if tuned else {}))

    def step() -> float:
        optimizer.step()
        return 0.0

    return step
